import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, describe as suite } from 'vitest'
import { codecs } from './codecs.ts'
import { fileSink } from './file.ts'
import { readOptions } from './options.ts'
import { readLogFile } from './read.ts'

suite('the options of the file sink', () => {
  it.each([
    ['compress', { compress: 'brotli' }],
    ['format', { format: 'xml' }],
    ['maxBytes', { maxBytes: -1 }],
    ['keep', { keep: 20 }],
    ['files', { keep: { files: 1.5 } }],
    ['days', { keep: { days: 0 } }],
    ['bytes', { keep: { bytes: '1gib' } }],
    ['onError', { onError: 'log' }],
    ['gzip', { gzip: true }],
    ['byte', { keep: { byte: 1 } }],
  ])('name %s where it makes no sense', (name, options) => {
    const make = () => fileSink('a.log', options as object)
    expect(make).toThrow(
      expect.objectContaining({ code: 'LB_SINK_OPTIONS', message: expect.stringContaining(`"${name}"`) }),
    )
    expect(make).not.toThrow(/1gib|brotli|1\.5/)
  })

  it('may be none, or a keep of nothing', () => {
    expect(readOptions({})).toEqual({
      format: 'json',
      maxBytes: 50 * 1024 * 1024,
      keep: { files: 20 },
      now: Date.now,
    })
    expect(readOptions({ keep: { files: 0, bytes: 0 } }).keep).toEqual({ files: 0, bytes: 0 })
    expect(readOptions({ compress: 'gzip' }).codec).toBe(codecs.gzip)
  })

  it('refuse zstd where Node has none, and say which has', () => {
    const { name, extension, magic } = codecs.zstd
    const without = { ...codecs, zstd: { name, extension, magic } }
    expect(() => readOptions({ compress: 'zstd' }, without)).toThrow(
      expect.objectContaining({
        code: 'LB_SINK_OPTIONS',
        message: expect.stringContaining('"compress"'),
        hint: expect.stringContaining('Node 22.15'),
      }),
    )
  })

  it('and this Node does what it can: zstd works, or is refused for writing and for reading', async () => {
    if (codecs.zstd.compress !== undefined) {
      expect(readOptions({ compress: 'zstd' }).codec).toBe(codecs.zstd)
      return
    }
    expect(() => fileSink('a.log', { compress: 'zstd' })).toThrow(/"compress"/)
    const dir = await mkdtemp(join(tmpdir(), 'logboom-options-'))
    try {
      const file = join(dir, 'a.log.zst')
      await writeFile(file, Buffer.from([...codecs.zstd.magic, 0, 0]))
      await expect(readLogFile(file).next()).rejects.toMatchObject({
        code: 'LB_INPUT_FILE',
        hint: expect.stringContaining('Node 22.15'),
      })
    } finally {
      await rm(dir, { recursive: true })
    }
  })
})
