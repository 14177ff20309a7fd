import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toldDrops, trackRun } from '@logboom/sdk/journal'
import { parseQuery } from '@logboom/sdk/query'
import { isCallRecord, type Json, type LogRecord } from '@logboom/sdk/record'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkStore } from '../../check-store.ts'
import type { Archive, CallSummary } from '../../contract.ts'
import type { GeneratedRun } from '../../generated-runs.ts'
import { generateRuns } from '../../generated-runs.ts'
import { openSqliteArchive } from '../index.ts'
import type { RunMark } from '../types.ts'
import { openStoreWriter } from '../write/writer.ts'
import { type MadeRest, makeStore } from './made-store.ts'
import { regex } from './testing.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logboom-archive-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const inOrder = (a: LogRecord, b: LogRecord): number =>
  a.observed - b.observed || (a.run < b.run ? -1 : a.run > b.run ? 1 : a.seq - b.seq)

/** What ingest makes of runs: their records with endings, in order, and what goes beside them. */
const ingested = (runs: readonly GeneratedRun[]): { records: LogRecord[]; rest: Required<MadeRest> } => {
  const all: LogRecord[] = []
  const marks: RunMark[] = []
  const opened: LogRecord[] = []
  const dropped: Record<string, number> = {}
  const drop = (reason: string, count: number): void => {
    if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count
  }
  for (const { header, alive, records } of runs) {
    const tracker = trackRun(header.run)
    for (const record of records) {
      tracker.see(record)
      const told = toldDrops(record)
      if (told !== undefined) drop(told.reason, told.records)
    }
    const endings = alive || tracker.exited ? [] : tracker.endings()
    if (alive) opened.push(...tracker.open())
    else drop('unknown', tracker.missing())
    all.push(...records, ...endings)
    const { run, server, pid, pidStart } = header
    const tracked = tracker.state() as unknown as Json
    const lastSeen = records.at(-1)?.observed ?? 0
    marks.push({
      run,
      server,
      pid,
      pidStart,
      segment: 0,
      offset: 0,
      lastSeen,
      ended: !alive,
      tracker: tracked,
    })
  }
  return { records: all.sort(inOrder), rest: { marks, opened, dropped } }
}

const openFor = (runs: readonly GeneratedRun[]): Promise<Archive> => {
  const living = new Set(runs.filter(({ alive }) => alive).map(({ header }) => header.pid))
  return openSqliteArchive({ dir, regex, isAlive: (pid) => living.has(pid) })
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const item of items) found.push(item)
  return found
}

/** The layouts take turns: one hot file, two sealed ones, sealed and hot. */
const make = (records: readonly LogRecord[], layout: readonly boolean[], rest: MadeRest): void => {
  const size = Math.ceil(records.length / layout.length)
  const files = layout.map((sealed, index) => ({
    sealed,
    records: records.slice(index * size, (index + 1) * size),
  }))
  makeStore(dir, files, rest)
}
const LAYOUTS: readonly (readonly boolean[])[] = [[false], [true, true], [true, false]]

describe('an archive', () => {
  test('answers as the contract says, whatever the runs and the files', async () => {
    let round = 0
    await checkStore(
      async (runs, use) => {
        const { records, rest } = ingested(runs)
        make(records, LAYOUTS[round++ % LAYOUTS.length] ?? [], rest)
        const archive = await openFor(runs)
        await use(archive)
        await archive.close()
      },
      { seeds: Array.from({ length: 6 }, (_, index) => index), regex },
    )
  }, 240_000)

  test('that does not exist is empty', async () => {
    const archive = await openSqliteArchive({ dir: join(dir, 'nowhere'), regex, isAlive: () => false })
    expect(await collect(archive.records({}))).toEqual([])
    expect(await collect(archive.calls({}))).toEqual([])
    expect(await archive.last()).toBe(0)
    expect(await archive.page({ order: 'newest', limit: 5 })).toEqual({ items: [], more: false, last: 0 })
    expect(await archive.histogram({ step: 1000 })).toEqual({ step: 1000, buckets: [], total: 0 })
    expect(await archive.runs({})).toEqual([])
    expect(await archive.stats({})).toMatchObject({ servers: [], tools: [], dropped: {}, bytes: 0 })
    await archive.close()
  })

  test('skips what is damaged, names it, and answers from the rest', async () => {
    const { records } = ingested(generateRuns(3))
    make(records, [true, true, false], {})
    const names = (await readdir(dir)).filter((name) => name.startsWith('segment-')).sort()
    await truncate(join(dir, names[0] ?? ''), 10_000)
    await writeFile(join(dir, names[1] ?? ''), 'not a database at all')
    const archive = await openFor([])
    const found = await collect(archive.records({}))
    const size = Math.ceil(records.length / 3)
    expect(found).toEqual(records.slice(2 * size))
    const { problems } = await archive.stats({})
    expect(problems.map(({ file }) => file)).toEqual(names.map((name) => join(dir, name)))
    await archive.close()
  })
})

describe('calls', () => {
  test('by page, in both directions, are those of all records, each once', async () => {
    for (const seed of [1, 2, 5]) {
      const runs = Array.from({ length: 4 }, (_, index) => generateRuns(seed * 10 + index)).flat()
      const { records, rest } = ingested(runs.map((run) => ({ ...run, alive: false })))
      make(records, LAYOUTS[seed % 3] ?? [], rest)
      const archive = await openFor(runs)
      for (const text of [
        '*',
        'status:error',
        'level:>=warning',
        'retry',
        'tool:查询 -status:ok',
        '@user.id:1',
      ]) {
        const filter = parseQuery(text, { now: 0 })
        const told = (await collect(archive.calls({ filter }))).map(({ call }) => call.id)
        for (const order of ['oldest', 'newest'] as const) {
          const items: CallSummary[] = []
          for (let more = true; more; ) {
            const end = items.at(-1)?.position
            const from = end === undefined ? {} : order === 'oldest' ? { after: end } : { before: end }
            const page = await archive.callPage({ filter, order, limit: 7, ...from })
            items.push(...page.items)
            more = page.more
          }
          const ids = items.map(({ call }) => call.id)
          expect(order === 'oldest' ? ids : ids.toReversed(), `seed ${seed}: ${text} ${order}`).toEqual(told)
          for (const { outcome, call } of items) {
            expect(outcome === undefined, call.id).toBe(call.status === 'started')
          }
        }
      }
      const first = records.find(isCallRecord)
      const story = await archive.story(first?.call.id ?? '')
      expect(story?.started).toEqual(first)
      expect(await archive.story('nobody')).toBeUndefined()
      await archive.close()
    }
  }, 120_000)
})

describe('runs', () => {
  test('are told with their beginning, their end and what they were', async () => {
    const runs = generateRuns(4)
    const { records, rest } = ingested(runs)
    make(records, [true, false], rest)
    const archive = await openFor(runs)
    const told = await archive.runs({})
    expect(told.map(({ run }) => run).sort()).toEqual(runs.map(({ header }) => header.run).sort())
    for (const { header, alive } of runs) {
      const own = records.filter(({ run }) => run === header.run)
      const exit = own.find(({ attributes }) => attributes.event === 'exit')
      const found = told.find(({ run }) => run === header.run)
      expect(found).toMatchObject({
        server: header.server,
        alive,
        first: own[0]?.time,
        lastSeen: Math.max(...own.map(({ observed }) => observed)),
        records: own.length,
      })
      expect(found?.exit).toEqual(exit && { message: exit.message, level: exit.level, time: exit.time })
    }
    await archive.close()
  })
})

describe('explain', () => {
  test('says what serves each condition, and how little is read', async () => {
    const { records } = ingested(Array.from({ length: 8 }, (_, seed) => generateRuns(seed)).flat())
    make(records, [true, true, false], {})
    const archive = await openFor([])
    const filter = parseQuery('server:analytics "nowhere to be found"', { now: 0 })
    const told = await archive.explain({ filter, order: 'newest', limit: 10 })
    expect(told.files.map(({ kind, skipped }) => [kind, skipped])).toEqual([
      ['hot', undefined],
      ['sealed', 'index'],
      ['sealed', 'index'],
    ])
    expect(told.conditions).toEqual([
      'server:analytics: decided once for each series',
      expect.stringMatching(/index of blocks \(\d+ tokens\), narrowed in SQL/),
    ])
    expect(told.matched).toBe(0)
    await archive.close()
  })
})

describe('beside a writer', () => {
  test('whoever reads sees every record once, in order, through rotation and sealing', async () => {
    const writer = openStoreWriter({ dir, segmentRows: 1024 })
    const archive = await openFor([])
    const { records } = ingested(generateRuns(2))
    const sample = records[0] as LogRecord
    const total = 6000
    const stop = new AbortController()
    const followed: number[] = []
    const following = (async () => {
      for await (const { seq } of archive.follow({ signal: stop.signal })) {
        followed.push(seq)
        if (followed.length === total) stop.abort()
      }
    })()
    for (let seq = 0; seq < total; seq += 100) {
      const batch = Array.from({ length: 100 }, (_, index) => ({
        ...sample,
        seq: seq + index,
        message: `record ${seq + index} of many`,
      }))
      writer.write({ records: batch, marks: [], forget: [], opened: [], closed: [], dropped: {} })
      const { items, last } = await archive.page({
        filter: parseQuery(`"record ${seq}" of many`, { now: 0 }),
        order: 'newest',
        limit: 1,
      })
      expect(items[0]?.record.seq).toBe(seq)
      expect(last).toBeGreaterThanOrEqual(seq + 100)
    }
    await following
    await writer.sealed()
    await writer.close()
    expect(followed).toEqual(Array.from({ length: total }, (_, seq) => seq))
    expect((await archive.histogram({ step: 60_000 })).total).toBe(total)
    await archive.close()
  }, 60_000)

  test('a question ends at its limit, and when its reader leaves', async () => {
    const { records } = ingested(Array.from({ length: 8 }, (_, seed) => generateRuns(seed)).flat())
    make(records, [true, false], {})
    const archive = await openFor([])
    const query = { filter: parseQuery('@nothing:>5', { now: 0 }), order: 'newest', limit: 5 } as const
    await expect(archive.page({ ...query, deadline: { at: 0, ms: 1 } })).rejects.toMatchObject({
      code: 'LB_QUERY_LIMIT',
    })
    await expect(archive.page({ ...query, signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
    await archive.close()
  })
})
