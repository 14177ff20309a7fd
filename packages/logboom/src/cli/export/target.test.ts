import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openTarget } from './target.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'logboom-target-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const write = async (file: string, texts: readonly string[], force = false): Promise<void> => {
  const target = await openTarget(file, { force })
  for (const text of texts) await target.write(text)
  await target.finish()
}

const refused = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message), hint: expect.any(String) })

describe('a file', () => {
  it('takes its place when it is whole, and is its owner’s alone', async () => {
    const file = join(dir, 'out.csv')
    const target = await openTarget(file, { force: false })
    await target.write('half')
    expect(existsSync(file)).toBe(false)
    await target.finish()
    expect(readFileSync(file, 'utf8')).toBe('half')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(dir)).toEqual(['out.csv'])
  })

  it('holds megabytes in order, compressed by its name', async () => {
    const texts = Array.from({ length: 300 }, (_, index) => `${index}:${'x'.repeat(20_000)}\n`)
    const file = join(dir, 'out.ndjson.gz')
    await write(file, texts)
    expect(gunzipSync(readFileSync(file)).toString()).toBe(texts.join(''))
    expect(statSync(file).size).toBeLessThan(200_000)
  })

  it('that exists is replaced only by force', async () => {
    const file = join(dir, 'out.csv')
    writeFileSync(file, 'old')
    await expect(openTarget(file, { force: false })).rejects.toThrow(refused('LB_OUTPUT_FILE', /exists/))
    expect(readFileSync(file, 'utf8')).toBe('old')
    await write(file, ['new'], true)
    expect(readFileSync(file, 'utf8')).toBe('new')
  })

  it('that somebody else makes meanwhile is left to them', async () => {
    const file = join(dir, 'out.csv')
    const target = await openTarget(file, { force: false })
    await target.write('ours')
    writeFileSync(file, 'theirs')
    await expect(target.finish()).rejects.toThrow(refused('LB_OUTPUT_FILE', /exists/))
    await target.discard()
    expect(readFileSync(file, 'utf8')).toBe('theirs')
    expect(readdirSync(dir)).toEqual(['out.csv'])
  })

  it('that is written by another export is left to it', async () => {
    const file = join(dir, 'out.csv')
    const first = await openTarget(file, { force: false })
    await expect(openTarget(file, { force: false })).rejects.toThrow(
      refused('LB_OUTPUT_FILE', /another export/),
    )
    await first.write('first')
    await first.finish()
    expect(readFileSync(file, 'utf8')).toBe('first')
  })

  it('that is not wanted any more leaves nothing', async () => {
    for (const name of ['out.csv', 'out.csv.gz']) {
      const target = await openTarget(join(dir, name), { force: false })
      await target.write('x'.repeat(100_000))
      await target.discard()
    }
    expect(readdirSync(dir)).toEqual([])
  })

  it('behind a link is replaced, and the link stays', async () => {
    const file = join(dir, 'real.csv')
    const link = join(dir, 'link.csv')
    writeFileSync(file, 'old')
    symlinkSync(file, link)
    await write(link, ['new'], true)
    expect(readFileSync(file, 'utf8')).toBe('new')
    expect(realpathSync(link)).toBe(realpathSync(file))
  })

  it('in a directory that is not there, or that is one, cannot be written', async () => {
    await expect(openTarget(join(dir, 'no', 'out.csv'), { force: false })).rejects.toThrow(
      refused('LB_OUTPUT_FILE', /cannot write/),
    )
    mkdirSync(join(dir, 'sub'))
    await expect(openTarget(join(dir, 'sub'), { force: true })).rejects.toThrow(
      refused('LB_OUTPUT_FILE', /cannot write/),
    )
  })
})

describe.runIf(process.platform === 'linux')('a device', () => {
  it('is written to as it is, and stays', async () => {
    await write('/dev/null', ['x'])
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  it('without room is told, compressed or not', async () => {
    const link = join(dir, 'full.gz')
    symlinkSync('/dev/full', link)
    for (const file of ['/dev/full', link]) {
      const target = await openTarget(file, { force: false })
      const writing = (async () => {
        for (let index = 0; index < 100; index++)
          await target.write(`${index}${Math.random()}`.repeat(10_000))
        await target.finish()
      })()
      await expect(writing).rejects.toThrow(refused('LB_OUTPUT_FILE', /ENOSPC/))
      await target.discard()
    }
  })
})
