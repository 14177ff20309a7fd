import { appendFile, mkdtemp, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { createJournalWriter, encodeRecord } from '@logboom/sdk/journal'
import { parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { fileSink } from '@logboom/sdk/sink'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkStore } from '../check-store.ts'
import type { RecordQuery, Store } from '../contract.ts'
import { createRandom, type GeneratedRun, generateRuns, writeRuns } from '../generated-runs.ts'
import { openJournalStore } from '../journal/index.ts'
import { makeRecord } from '../testing.ts'
import { openFileStore } from './index.ts'

const regex = (source: string, { ignoreCase }: { ignoreCase: boolean }) => {
  const pattern = new RegExp(source, ignoreCase ? 'iu' : 'u')
  return (text: string) => pattern.test(text)
}

let dir: string
let logs: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logboom-files-'))
  logs = join(dir, 'logs')
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const byTime = (a: LogRecord, b: LogRecord): number =>
  a.observed - b.observed || (a.run < b.run ? -1 : a.run > b.run ? 1 : a.seq - b.seq)

/** Writes runs with a file sink as they would come: by time, some at a time, in files that are soon full. */
const writeFiles = async (runs: readonly GeneratedRun[], seed: number): Promise<void> => {
  const random = createRandom(seed)
  const records = runs.flatMap((run) => run.records).sort(byTime)
  const pattern = ['{server}-{date}.log', 'all.ndjson', '{server}.log'][seed % 3] ?? ''
  const sink = fileSink(join(logs, pattern), {
    maxBytes: 4000 + Math.floor(random() * 20_000),
    keep: {},
    ...(seed % 4 === 3 ? {} : { compress: 'gzip' }),
  })
  while (records.length > 0) await sink(records.splice(0, 1 + Math.floor(random() * 60)))
  await sink.close?.(10_000)
}

const openLogs = (fields: Partial<Parameters<typeof openFileStore>[0]> = {}): Promise<Store> =>
  openFileStore({ files: [join(logs, '*')], regex, ...fields })

test('files answer as the contract says, whatever the runs', async () => {
  let seed = 0
  await checkStore(
    async (runs, use) => {
      await rm(logs, { recursive: true, force: true })
      await writeFiles(runs, seed++)
      const store = await openLogs()
      await use(store)
      await store.close()
    },
    { seeds: [0, 1, 2, 3, 4, 5], regex, holds: 'records' },
  )
}, 120_000)

test('files answer as the journals do that hold the same records', async () => {
  for (const seed of [21, 22, 23]) {
    // Several homes' worth: files that overlap, and files that come after each other.
    const runs = [0, 100, 200].flatMap((more) => generateRuns(seed + more))
    const home = join(dir, `home-${seed}`)
    await rm(logs, { recursive: true, force: true })
    await writeRuns(join(home, 'journal'), runs, seed)
    await writeFiles(runs, seed)
    const journals = await openJournalStore({ home, regex, isAlive: () => true })
    const files = await openLogs()
    for (const text of [undefined, 'level:>=warning', 'status:error', '@user.id:1 -source:call']) {
      for (const limit of [undefined, 7]) {
        const query: RecordQuery = {
          ...(text === undefined ? {} : { filter: parseQuery(text, { now: 0 }) }),
          ...(limit === undefined ? {} : { limit }),
        }
        expect(await collect(files.records(query))).toEqual(await collect(journals.records(query)))
        expect(await collect(files.calls(query))).toEqual(await collect(journals.calls(query)))
      }
      const query = text === undefined ? {} : { filter: parseQuery(text, { now: 0 }) }
      const expected = await journals.stats(query)
      const answer = await files.stats(query)
      expect(answer.tools).toEqual(expected.tools)
      expect(answer.servers).toEqual(expected.servers.map((server) => ({ ...server, alive: 0 })))
      expect(answer.redacted).toBe(expected.redacted)
      const { unknown, ...told } = expected.dropped
      expect(answer.dropped).toEqual(told)
      expect(answer.bytes).toBeGreaterThan(0)
    }
    await journals.close()
    await files.close()
  }
}, 120_000)

test('the journals of a home are log files, too', async () => {
  const { run, server } = makeRecord(0)
  const writer = createJournalWriter({
    dir: logs,
    header: { run, server, pid: 1, pidStart: 's' },
    segmentBytes: 2000,
  })
  const records = Array.from({ length: 50 }, (_, seq) => makeRecord(seq))
  for (const record of records) {
    writer.append(record)
    await writer.flush(5000)
  }
  await writer.close(5000)
  const notes: string[] = []
  const store = await openLogs({ note: (text) => notes.push(text) })
  expect(await collect(store.records({}))).toEqual(records)
  await store.close()
  expect(notes).toEqual([])
})

describe('the order', () => {
  const put = (name: string, records: readonly LogRecord[]): Promise<void> =>
    writeFile(join(dir, name), records.map(encodeRecord).join(''))
  const open = (window?: { file: number; all: number }, notes: string[] = []) =>
    openFileStore({
      files: [join(dir, '*.log')],
      regex,
      note: (text) => notes.push(text),
      ...(window === undefined ? {} : { window }),
    })

  test('is put right within a window, and told where it is not', async () => {
    // Two servers, delivered a hundred records apart; and one record from long ago at the end.
    const at = (seq: number, run: string) => makeRecord(seq, { run, message: 'x'.repeat(500) })
    const records: LogRecord[] = []
    for (let from = 0; from < 2000; from += 100)
      for (const run of ['a', 'b']) for (let seq = from; seq < from + 100; seq++) records.push(at(seq, run))
    const ancient = makeRecord(0, { run: 'c', time: 5, observed: 5 })
    await put('shared.log', [...records, ancient])
    const notes: string[] = []
    // A piece is 64 KiB, some eighty of these records.
    const store = await open({ file: 4, all: 4 }, notes)
    const found = await collect(store.records({}))
    await store.close()
    expect(found.filter(({ run }) => run !== 'c')).toEqual(records.toSorted(byTime))
    expect(found.filter(({ run }) => run === 'c')).toEqual([ancient])
    expect(notes).toEqual([expect.stringMatching(/shared\.log.*1 record stands too far/)])
    const whole = await open({ file: 1000, all: 1000 })
    expect(await collect(whole.records({}))).toEqual([...records, ancient].sort(byTime))
  })

  test('of a run is that of its file, also where its clock went back', async () => {
    const run = [10, 30, 20, 25, 40].map((observed, seq) => makeRecord(seq, { observed, time: observed }))
    const other = [15, 22, 35].map((observed, seq) => makeRecord(seq, { observed, time: observed, run: 'z' }))
    await put('one.log', run)
    await put('two.log', other)
    const found = await collect((await open()).records({}))
    expect(found.map(({ observed }) => observed)).toEqual([10, 15, 22, 30, 20, 25, 35, 40])
  })
})

describe('files', () => {
  test('named twice, by links too, are read once', async () => {
    await writeFile(join(dir, 'a.log'), encodeRecord(makeRecord(0)))
    await symlink('a.log', join(dir, 'b.log'))
    const store = await openFileStore({ files: [join(dir, 'a.log'), join(dir, '*.log')], regex })
    expect(await collect(store.records({}))).toEqual([makeRecord(0)])
  })

  test('that are not there are an error that says so', async () => {
    const opening = (file: string) => openFileStore({ files: [join(dir, file)], regex })
    await expect(opening('none.log')).rejects.toMatchObject({
      code: 'LB_INPUT_FILE',
      message: expect.stringMatching(/there is no file/),
    })
    await expect(opening('*.gz')).rejects.toMatchObject({
      code: 'LB_INPUT_FILE',
      message: expect.stringMatching(/no file matches/),
    })
  })

  test('that cannot be read end the question; one that has gone since does not', async () => {
    await writeFile(join(dir, 'a.log'), encodeRecord(makeRecord(0)))
    await writeFile(join(dir, 'b.log'), encodeRecord(makeRecord(1)))
    const notes: string[] = []
    const store = await openFileStore({
      files: [join(dir, '*.log')],
      regex,
      note: (text) => notes.push(text),
    })
    await unlink(join(dir, 'b.log'))
    expect(await collect(store.records({}))).toEqual([makeRecord(0)])
    await store.close()
    expect(notes).toEqual([expect.stringMatching(/b\.log .*not there any more/)])

    await writeFile(join(dir, 'c.log.gz'), 'plain')
    const refused = await openFileStore({ files: [join(dir, 'c.*')], regex })
    await expect(collect(refused.records({}))).rejects.toMatchObject({ code: 'LB_INPUT_FILE' })
  })

  test('that are damaged answer with what they have: told once, by stats or when the store is closed', async () => {
    const records = Array.from({ length: 300 }, (_, seq) => makeRecord(seq, { message: `${Math.sin(seq)}` }))
    const packed = gzipSync(records.map(encodeRecord).join(''))
    const file = join(dir, 'a.log.gz')
    await writeFile(file, packed)
    await truncate(file, packed.length - 500)
    await writeFile(join(dir, 'b.log'), encodeRecord(makeRecord(1000)))
    await appendFile(join(dir, 'b.log'), 'no record\nalso none\n{"id":')
    await writeFile(join(dir, 'c.log'), 'nothing but text\n')
    const all = ['a.log.gz', 'b.log', 'c.log'].map((name) => join(dir, name))
    const notes: string[] = []
    const open = () => openFileStore({ files: all, regex, note: (text) => notes.push(text) })
    const problems = [
      ['c.log', /1 line is no record/],
      ['a.log.gz', /ends early/],
      ['b.log', /2 lines are no records \(the first is line 2\)/],
      ['b.log', /torn \(6 bytes\)/],
    ] as const

    const store = await open()
    const found = await collect(store.records({}))
    expect(found.length).toBeGreaterThan(100)
    expect(found).toEqual([...records.slice(0, found.length - 1), makeRecord(1000)])
    await collect(store.calls({}))
    await store.close()
    expect(notes).toHaveLength(problems.length)
    for (const [index, [name, what]] of problems.entries()) {
      expect(notes[index]).toContain(name)
      expect(notes[index]).toMatch(what)
    }

    notes.length = 0
    const counted = await open()
    const stats = await counted.stats({})
    await counted.close()
    expect(stats.problems).toEqual(
      problems.map(([name, what]) => ({ file: join(dir, name), problem: expect.stringMatching(what) })),
    )
    expect(notes).toEqual([])
  })

  test('a question that is given up, or whose store is closed, ends', async () => {
    const records = Array.from({ length: 5000 }, (_, seq) => makeRecord(seq))
    await writeFile(join(dir, 'a.log'), records.map(encodeRecord).join(''))
    const stop = new AbortController()
    const store = await openFileStore({ files: [join(dir, 'a.log')], regex })
    let count = 0
    for await (const _ of store.records({ signal: stop.signal })) if (++count === 10) stop.abort()
    expect(count).toBe(10)
    await store.close()
    expect(await collect(store.records({}))).toEqual([])
    // Nor is anything read.
    expect((await store.stats({})).servers).toEqual([])
  })
})
