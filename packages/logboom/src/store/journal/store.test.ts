import { appendFile, mkdtemp, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createJournalWriter, encodeHeader, encodeRecord } from '@logboom/sdk/journal'
import { parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkStore } from '../check-store.ts'
import type { Store } from '../contract.ts'
import { type GeneratedRun, generateRuns, writeRuns } from '../generated-runs.ts'
import { HEADER, makeExit, makeRecord, RUN, writeSegment } from '../testing.ts'
import { openJournalStore } from './index.ts'

const regex = (source: string, { ignoreCase }: { ignoreCase: boolean }) => {
  const pattern = new RegExp(source, ignoreCase ? 'iu' : 'u')
  return (text: string) => pattern.test(text)
}

let home: string
let journal: string

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'logboom-store-'))
  journal = join(home, 'journal')
})

afterEach(() => rm(home, { recursive: true, force: true }))

const open = (runs: readonly GeneratedRun[] = []): Promise<Store> => {
  const living = new Set(runs.filter(({ alive }) => alive).map(({ header }) => header.pid))
  return openJournalStore({ home, regex, isAlive: (pid) => living.has(pid) })
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

const writeJournal = (records: readonly LogRecord[], header: Partial<typeof HEADER> = {}): Promise<string> =>
  writeSegment(journal, records, header)

test('the journals answer as the contract says, whatever the runs', async () => {
  let seed = 0
  await checkStore(
    async (runs, use) => {
      await rm(journal, { recursive: true, force: true })
      await writeRuns(journal, runs, seed++)
      const store = await open(runs)
      await use(store)
      await store.close()
    },
    // Three seeds put each of the bounds to every filter once.
    { seeds: Array.from({ length: 6 }, (_, index) => index), regex },
  )
}, 120_000)

test('many small runs, one after the other and overlapping, come in order', async () => {
  const runs = Array.from({ length: 60 }, (_, seed) => generateRuns(seed)).flat()
  await writeRuns(journal, runs, 1)
  const store = await open(runs)
  const records = await collect(store.records({}))
  expect(records.length).toBeGreaterThanOrEqual(runs.reduce((sum, run) => sum + run.records.length, 0))
  const times = records.map(({ observed }) => observed)
  expect(times).toEqual(times.toSorted((a, b) => a - b))
}, 30_000)

describe('a home', () => {
  test('that does not exist is empty', async () => {
    const store = await openJournalStore({ home: join(home, 'nowhere'), regex, isAlive: () => false })
    expect(await collect(store.records({}))).toEqual([])
    expect(await collect(store.calls({}))).toEqual([])
    expect(await store.stats({})).toEqual({
      servers: [],
      tools: [],
      dropped: {},
      redacted: 0,
      problems: [],
      bytes: 0,
    })
  })

  test('that is no directory is refused with what to do', async () => {
    await writeFile(join(home, 'file'), '')
    const opening = openJournalStore({ home: join(home, 'file'), regex, isAlive: () => true })
    await expect(opening).rejects.toMatchObject({ code: 'LB_HOME_UNUSABLE', hint: expect.any(String) })
  })

  test('with damaged files answers from the rest, and names them', async () => {
    await writeJournal([makeRecord(0), makeExit(1)])
    const later = '01930000-0000-7000-8000-000000000002'
    const refused = await writeJournal([makeRecord(0, { run: later })], { run: later })
    await writeFile(refused, encodeHeader({ ...HEADER, run: later }).replace('"logboom":1', '"logboom":9'))
    const garbled = '01930000-0000-7000-8000-000000000003'
    const path = await writeJournal([makeRecord(0, { run: garbled })], { run: garbled })
    await appendFile(path, `garbage\nmore\n${encodeRecord(makeRecord(1, { run: garbled }))}{"id":"to`)
    const store = await open()
    const { problems, servers } = await store.stats({})
    expect(servers[0]?.records).toBe(5)
    expect(problems).toEqual([
      { file: refused, problem: expect.stringContaining('format 9') },
      { file: path, problem: expect.stringMatching(/a line is no record .*, and 1 more/) },
      { file: path, problem: 'the last line is torn (9 bytes)' },
    ])
  })

  test('whose oldest segments were deleted misses nothing; a hole in the middle is counted', async () => {
    await writeJournal([makeRecord(500), makeRecord(501)], { segment: 3 })
    await writeJournal([makeRecord(510), makeExit(511)], { segment: 5 })
    const store = await open()
    expect((await store.stats({})).dropped).toEqual({ unknown: 8 })
  })

  test('a journal cut at any length tells its lost call, and its exit once', async () => {
    const start = makeRecord(1, {
      source: 'call',
      call: {
        id: 'c1',
        method: 'tools/call',
        tool: 'add',
        requestId: 1,
        from: 'client',
        attribution: 'exact',
        status: 'started',
      },
    })
    const path = await writeJournal([makeRecord(0), start, makeRecord(2)])
    const whole = await readFile(path)
    const store = await open()
    for (let length = whole.byteLength; length >= 0; length -= 11) {
      await truncate(path, length)
      const complete = whole.subarray(0, length).toString().split('\n').length - 2
      const records = await collect(store.records({}))
      const told = records.filter(({ source }) => source === 'lifecycle').length
      const lost = records.filter(
        ({ call }) => call !== undefined && 'status' in call && call.status === 'lost',
      )
      expect(told).toBe(complete > 0 ? 1 : 0)
      expect(lost.length).toBe(complete > 1 ? 1 : 0)
      expect(records.length).toBe(Math.max(0, complete) + told + lost.length)
    }
  })
})

describe('calls', () => {
  test('whose start was dropped is told by its outcome', async () => {
    const call = {
      id: 'c1',
      method: 'tools/call',
      requestId: 1,
      from: 'client' as const,
      attribution: 'exact' as const,
      status: 'tool_error' as const,
      durationMs: 5,
    }
    await writeJournal([makeRecord(3, { source: 'call', level: 'error', call }), makeExit(4)])
    const store = await open()
    const [story] = await collect(store.calls({ filter: parseQuery('status:error', { now: 0 }) }))
    expect(story?.outcome).toEqual(story?.started)
    expect(story?.call.status).toBe('tool_error')
  })
})

describe('follow', () => {
  /** Follows until `count` records came, then stops. */
  const following = (store: Store, count: number, limit?: number) => {
    const stop = new AbortController()
    const records: LogRecord[] = []
    const done = (async () => {
      const query = { signal: stop.signal, ...(limit === undefined ? {} : { limit }) }
      for await (const record of store.follow(query)) {
        records.push(record)
        if (records.length >= count) stop.abort()
      }
    })()
    return { records, done, stop }
  }

  test('every record of concurrent writers comes once, in the order of its run, begun before or after', async () => {
    const runs = Array.from({ length: 4 }, (_, n) => `01930000-0000-7000-8000-00000000001${n}`)
    const writers = runs.map((run) =>
      createJournalWriter({
        dir: journal,
        header: { run, server: 'analytics', pid: process.pid, pidStart: 's' },
        segmentBytes: 3000,
      }),
    )
    const each = 200
    const append = (writer: number, seq: number): void =>
      writers[writer]?.append(makeRecord(seq, { run: runs[writer] ?? RUN, observed: Date.now() }))
    for (let seq = 0; seq < 50; seq++) append(0, seq)
    await writers[0]?.flush(5000)

    const store = await openJournalStore({ home, regex, isAlive: () => true })
    const { records, done } = following(store, runs.length * each)
    for (let seq = 50; seq < each; seq++) append(0, seq)
    for (let seq = 0; seq < each; seq++) {
      for (const writer of [1, 2, 3]) append(writer, seq)
      if (seq % 20 === 0) await writers[1 + (seq % 3)]?.flush(5000)
    }
    await Promise.all(writers.map((writer) => writer.close(5000)))
    await done
    for (const run of runs) {
      const seqs = records.filter((record) => record.run === run).map(({ seq }) => seq)
      expect(seqs).toEqual(Array.from({ length: each }, (_, seq) => seq))
    }
    expect((await readdir(journal)).length).toBeGreaterThan(8)
  }, 30_000)

  test('a limit is for what was there; what comes is all told', async () => {
    const path = await writeJournal(Array.from({ length: 100 }, (_, seq) => makeRecord(seq)))
    const store = await openJournalStore({ home, regex, isAlive: () => true })
    const { records, done } = following(store, 6, 3)
    await expect.poll(() => records.length).toBe(3)
    await appendFile(path, [100, 101, 102].map((seq) => encodeRecord(makeRecord(seq))).join(''))
    await done
    expect(records.map(({ seq }) => seq)).toEqual([97, 98, 99, 100, 101, 102])
  })

  test('a home that is made later, and a line that comes in pieces', async () => {
    const store = await openJournalStore({ home, regex, isAlive: () => true })
    const { records, done } = following(store, 2)
    const path = await writeJournal([makeRecord(0)])
    await expect.poll(() => records.length).toBe(1)
    const line = encodeRecord(makeRecord(1))
    await appendFile(path, line.slice(0, 50))
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(records.length).toBe(1)
    await appendFile(path, line.slice(50))
    await done
    expect(records.map(({ seq }) => seq)).toEqual([0, 1])
  })

  test('a run killed while it is followed gets its ending, once, after all it wrote', async () => {
    const path = await writeJournal([makeRecord(0)])
    let lives = true
    let died = false
    const store = await openJournalStore({
      home,
      regex,
      isAlive: async () => {
        // It writes until the last moment before it is found dead.
        if (!lives && !died) await appendFile(path, encodeRecord(makeRecord(1)))
        died ||= !lives
        return lives
      },
    })
    const { records, done } = following(store, 3)
    await expect.poll(() => records.length).toBe(1)
    lives = false
    await done
    expect(records.map(({ seq, attributes }) => [seq, attributes.event])).toEqual([
      [0, undefined],
      [1, undefined],
      [2, 'exit'],
    ])
    expect(await collect(store.records({}))).toEqual(records)
  })

  test('a segment that was made again under the same number is read', async () => {
    await writeJournal([makeRecord(0)])
    let asked = 0
    const store = await openJournalStore({ home, regex, isAlive: () => ++asked > 0 })
    const { records, done } = following(store, 2)
    await expect.poll(() => records.length).toBe(1)
    const path = await writeJournal([], { segment: 1 })
    // Asked twice more: it was looked at while it was empty.
    const before = asked
    await expect.poll(() => asked, { timeout: 5000 }).toBeGreaterThan(before + 1)
    await unlink(path)
    await writeJournal([makeRecord(1)], { segment: 1 })
    await done
    expect(records.map(({ seq }) => seq)).toEqual([0, 1])
  })

  test('closing the store ends it', async () => {
    await writeJournal([makeRecord(0)])
    const store = await openJournalStore({ home, regex, isAlive: () => true })
    const { records, done } = following(store, 1000)
    await expect.poll(() => records.length).toBe(1)
    await store.close()
    await done
  })
})
