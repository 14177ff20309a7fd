import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, describe as suite } from 'vitest'
import { encodeHeader, encodeRecord } from '../../journal/index.ts'
import type { LogRecord } from '../../record/index.ts'
import { makeRecord } from '../../testing/index.ts'
import { codecs } from './codecs.ts'
import { fileSink } from './file.ts'
import { readLogFile } from './read.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logboom-read-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const read = async (path: string, maxLineBytes?: number) => {
  const problems: string[] = []
  const records: LogRecord[] = []
  const settings = maxLineBytes === undefined ? {} : { maxLineBytes }
  for await (const some of readLogFile(path, {
    ...settings,
    onProblem: ({ problem }) => problems.push(problem),
  }))
    records.push(...some)
  return { records, problems }
}

const put = async (name: string, content: string | Uint8Array): Promise<string> => {
  await writeFile(join(dir, name), content)
  return join(dir, name)
}

/** The same for the same number. */
const recordOf = (seq: number, fields: Partial<LogRecord> = {}): LogRecord =>
  makeRecord(seq, { id: `record-${seq}`, ...fields })
const range = (count: number): LogRecord[] => Array.from({ length: count }, (_, seq) => recordOf(seq))
const text = (records: readonly LogRecord[]): string => records.map(encodeRecord).join('')

/** The number the next opened file gets: those of closed files are given again. */
const nextFd = async (path: string): Promise<number> => {
  const handle = await open(path)
  const { fd } = handle
  await handle.close()
  return fd
}

suite('what the file sink wrote', () => {
  const packed = Object.values(codecs).flatMap(({ name, compress }) => (compress === undefined ? [] : [name]))
  it.each([undefined, ...packed])('is read again whole, compressed with %s', async (compress) => {
    const records = range(300).map((record) => ({
      ...record,
      message: `第 ${record.seq} 条\u001b[31m\u202e`,
    }))
    const sink = fileSink(join(dir, 'a.log'), {
      ...(compress === undefined ? {} : { compress }),
      maxBytes: 20_000,
      keep: {},
    })
    for (let at = 0; at < records.length; at += 50) await sink(records.slice(at, at + 50))
    await sink.close?.(5000)
    const extension = compress === undefined ? '' : codecs[compress].extension
    const found: LogRecord[] = []
    for (let number = 1; found.length < 200; number++) {
      const { records: some, problems } = await read(join(dir, `a~${number}.log${extension}`))
      expect(problems).toEqual([])
      found.push(...some)
    }
    found.push(...(await read(join(dir, 'a.log'))).records)
    expect(found.slice(0, 200)).toEqual(records.slice(0, 200))
  })
})

suite('a log file', () => {
  it('is split into lines wherever it is cut, and a line is as long as it may be', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.constantFrom('', '\r', 'nonsense', '{"a":1}', 'x'.repeat(200_000)),
            fc.nat(100_000).map((size) => ({ size })),
          ),
          { maxLength: 12 },
        ),
        fc.boolean(),
        async (parts, zipped) => {
          const records: LogRecord[] = []
          const lines = parts.map((part, seq) => {
            if (typeof part === 'string') return part
            const record = recordOf(seq, { message: '条'.repeat(part.size) })
            records.push(record)
            return JSON.stringify(record)
          })
          const content = lines.map((line) => `${line}\n`).join('')
          const path = await put('any', zipped ? gzipSync(content) : content)
          const most = 150_000
          const { records: found, problems } = await read(path, most)
          expect(found).toEqual(records.filter((record) => Buffer.byteLength(JSON.stringify(record)) <= most))
          const long = lines.filter((line) => Buffer.byteLength(line) > most).length
          const first = lines.findIndex((line) => line === 'nonsense' || line === '{"a":1}')
          const foreign = lines.filter((line) => line === 'nonsense' || line === '{"a":1}').length
          const is = (count: number, one: string, many: string) =>
            count === 1 ? `1 line ${one}` : `${count} lines ${many}`
          expect(problems).toEqual([
            ...(foreign === 0
              ? []
              : [`${is(foreign, 'is no record', 'are no records')} (the first is line ${first + 1})`]),
            ...(long === 0 ? [] : [`${is(long, 'is', 'are')} longer than ${most} bytes`]),
          ])
        },
      ),
      { numRuns: 25 },
    )
  }, 60_000)

  it('ends in a torn line, or in a record whose line has no end', async () => {
    const whole = text(range(3))
    expect(await read(await put('torn', whole.slice(0, -10)))).toEqual({
      records: range(2),
      problems: [`the last line is torn (${Buffer.byteLength(text([recordOf(2)])) - 10} bytes)`],
    })
    expect(await read(await put('open', whole.slice(0, -1)))).toEqual({ records: range(3), problems: [] })
    expect(await read(await put('empty', ''))).toEqual({ records: [], problems: [] })
  })

  it('may be a journal', async () => {
    const { run, server } = recordOf(0)
    const header = encodeHeader({ logboom: 1, run, server, pid: 1, pidStart: 's', segment: 0 })
    expect(await read(await put('journal', header + text(range(2))))).toEqual({
      records: range(2),
      problems: [],
    })
  })

  it('that is read half is closed', async () => {
    const path = await put('many.gz', gzipSync(text(range(12_000))))
    const problems: unknown[] = []
    const half = async (): Promise<void> => {
      for await (const records of readLogFile(path, { onProblem: (problem) => problems.push(problem) })) {
        expect(records[0]).toEqual(recordOf(0))
        break
      }
    }
    await half()
    const fd = await nextFd(path)
    for (let time = 0; time < 5; time++) await half()
    expect(await nextFd(path)).toBe(fd)
    expect(problems).toEqual([])
  })
})

suite('a compressed file', () => {
  it('cut at any byte gives what stands before, and says so', async () => {
    const records = range(400).map((record) => ({ ...record, message: `${Math.sin(record.seq)}`.repeat(9) }))
    const whole = gzipSync(text(records))
    let most = 0
    for (let length = 0; length < whole.length; length += 1 + Math.floor(whole.length / 40)) {
      const { records: found, problems } = await read(await put('cut.log.gz', whole.subarray(0, length)))
      expect(problems).toEqual([expect.stringContaining('ends early')])
      expect(found).toEqual(records.slice(0, found.length))
      expect(found.length).toBeGreaterThanOrEqual(most)
      most = found.length
    }
    expect(most).toBeGreaterThan(350)
    expect(await read(await put('cut.log.gz', whole))).toEqual({ records, problems: [] })
  })

  it('that is damaged gives what stands before, and says so', async () => {
    const records = range(12_000).map((record) => ({
      ...record,
      message: `${Math.sin(record.seq)}`.repeat(9),
    }))
    const bytes = gzipSync(text(records))
    const middle = Math.floor(bytes.length / 2)
    bytes.fill(0xff, middle, middle + 64)
    const { records: found, problems } = await read(await put('bad.log.gz', bytes))
    expect(problems).toContainEqual(expect.stringMatching(/damaged \(.+\)/))
    expect(found.length).toBeGreaterThan(4000)
    expect(found).toEqual(records.slice(0, found.length))
  })

  it('may be of several that were put together, and need not be named after it', async () => {
    const path = await put('both', Buffer.concat([gzipSync(text(range(2))), gzipSync(text([recordOf(2)]))]))
    expect(await read(path)).toEqual({ records: range(3), problems: [] })
  })

  it('is unpacked in bounded memory', async () => {
    // A thousand times larger unpacked, and one line.
    const path = await put('bomb.gz', gzipSync(Buffer.alloc(80 * 1024 * 1024, 0x20)))
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }, 5)
    const { problems } = await read(path)
    clearInterval(watch)
    expect(problems).toEqual([expect.stringMatching(/torn/)])
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThan(40 * 1024 * 1024)
  })
})

suite('a file that cannot be read', () => {
  const refused = (path: string) => expect(read(path)).rejects
  const inputFile = (why: RegExp) =>
    expect.objectContaining({
      code: 'LB_INPUT_FILE',
      message: expect.stringMatching(why),
      hint: expect.any(String),
    })

  it('is told why', async () => {
    await refused(join(dir, 'nowhere')).toEqual(inputFile(/no such file/))
    await refused(join(await put('file', ''), 'below')).toEqual(inputFile(/no such file/))
    await mkdir(join(dir, 'logs'))
    await refused(join(dir, 'logs')).toEqual(inputFile(/directory/))
    await refused(await put('plain.gz', text(range(1)))).toEqual(inputFile(/not gzip/))
    await refused(await put('other.zst', gzipSync(text(range(1))))).toEqual(inputFile(/not zstd/))
  })

  it('leaves nothing open', async () => {
    const path = await put('plain.gz', 'no')
    await refused(path).toEqual(inputFile(/not gzip/))
    const fd = await nextFd(path)
    for (let time = 0; time < 20; time++) await refused(path).toEqual(inputFile(/not gzip/))
    expect(await nextFd(path)).toBe(fd)
  })
})
