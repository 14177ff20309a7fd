import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, describe as suite } from 'vitest'
import { makeRecord } from '../../testing/index.ts'
import { codecs } from './codecs.ts'
import { fileSink } from './file.ts'

const DAY = 86_400_000
const NOW = new Date(2026, 10, 22, 12).getTime()

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logboom-keep-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const write = async (name: string, bytes: number, daysOld = 0): Promise<void> => {
  await writeFile(join(dir, name), 'x'.repeat(bytes))
  await utimes(join(dir, name), 0, (NOW - daysOld * DAY) / 1000)
}

/** What is left when a sink with these bounds has written once. */
const left = async (keep: object): Promise<string[]> => {
  const errors: unknown[] = []
  const sink = fileSink(join(dir, 'a.log'), { keep, now: () => NOW, onError: (error) => errors.push(error) })
  await sink([makeRecord(0)])
  await sink.close?.(5000)
  expect(errors).toEqual([])
  return (await readdir(dir)).sort()
}

suite('bytes to keep', () => {
  it('are those of a server together: the oldest go first, never what is written or another server’s', async () => {
    for (const number of [1, 2, 3, 4]) await write(`a~${number}.log`, 100)
    await write('b~1.log', 5000)
    expect(await left({ bytes: 250 })).toEqual(['a.log', 'a~3.log', 'a~4.log', 'b~1.log'])
    expect(await left({ bytes: 200 })).toEqual(['a.log', 'a~3.log', 'a~4.log', 'b~1.log'])
    expect(await left({ bytes: 0 })).toEqual(['a.log', 'b~1.log'])
  })

  it('leave nothing older than what had to go', async () => {
    await write('a~1.log', 10)
    await write('a~2.log.gz', 1000)
    await write('a~3.log.zst', 50)
    expect(await left({ bytes: 100 })).toEqual(['a.log', 'a~3.log.zst'])
  })

  it('hold together with files and days', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ bytes: fc.nat(300), days: fc.nat(10) }), { maxLength: 8 }),
        fc.record(
          { files: fc.nat(8), days: fc.integer({ min: 1, max: 10 }), bytes: fc.nat(1200) },
          { requiredKeys: [] },
        ),
        async (files, keep) => {
          for (const name of await readdir(dir)) await rm(join(dir, name))
          // Older numbers were written earlier.
          const days = files.map((file) => file.days).sort((a, b) => b - a)
          for (const [index, { bytes }] of files.entries())
            await write(`a~${index + 1}.log`, bytes, days[index] ?? 0)
          const expected: string[] = ['a.log']
          let sum = 0
          for (let index = files.length - 1; index >= 0; index--) {
            sum += files[index]?.bytes ?? 0
            const isTooMany = keep.files !== undefined && files.length - index > keep.files
            const isTooOld = keep.days !== undefined && (days[index] ?? 0) > keep.days
            const isTooMuch = keep.bytes !== undefined && sum > keep.bytes
            if (!isTooMany && !isTooOld && !isTooMuch) expected.push(`a~${index + 1}.log`)
          }
          expect(await left(keep)).toEqual(expected.sort())
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are counted as they are on disk, after compressing', async () => {
    // All three fit compressed, but for the last: noise does not get smaller.
    for (const number of [2, 3]) await write(`a~${number}.log`, 100_000)
    await writeFile(join(dir, 'a~1.log'), randomBytes(10_000))
    const keep = async (bytes: number): Promise<string[]> => {
      const sink = fileSink(join(dir, 'a.log'), { compress: 'gzip', keep: { bytes }, now: () => NOW })
      await sink([makeRecord(0)])
      await sink.close?.(5000)
      return (await readdir(dir)).sort()
    }
    expect(await keep(10_000)).toEqual(['a.log', 'a~2.log.gz', 'a~3.log.gz'])
    expect(await keep(1000)).toEqual(['a.log', 'a~2.log.gz', 'a~3.log.gz'])
  })
})

suite('a change of codec', () => {
  it('is no reason to keep a file twice, or to lose one', async () => {
    const { compress } = codecs.gzip
    if (compress === undefined) throw new Error('every Node has gzip')
    // As a process leaves it that was killed after it had compressed.
    const packer = compress()
    packer.end('{"a":1}\n')
    await writeFile(join(dir, 'a~1.log'), '{"a":1}\n')
    await writeFile(join(dir, 'a~1.log.gz'), Buffer.concat(await packer.toArray()))
    // Nobody can tell what is in it on a Node without zstd, and it is damaged on any other.
    await writeFile(join(dir, 'a~2.log'), '{"b":2}\n')
    await writeFile(join(dir, 'a~2.log.zst'), Buffer.from([...codecs.zstd.magic, 1]))
    const sink = fileSink(join(dir, 'a.log'), { compress: 'gzip', keep: {} })
    await sink([makeRecord(0)])
    await sink.close?.(5000)
    const names = (await readdir(dir)).sort()
    expect(names).toEqual(
      codecs.zstd.decompress === undefined
        ? ['a.log', 'a~1.log.gz', 'a~2.log', 'a~2.log.zst']
        : ['a.log', 'a~1.log.gz', 'a~2.log.zst', 'a~3.log.gz'],
    )
    expect((await stat(join(dir, 'a~1.log.gz'))).size).toBeGreaterThan(0)
  })
})
