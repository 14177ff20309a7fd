import { parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { StoredListener } from '../../ingest/types.ts'
import type { Page, PageQuery, Stored } from '../../store/contract.ts'
import { createFeed, type Feed } from './feed.ts'
import { createReader, type ReaderSettings } from './reader.ts'

vi.setConfig({ testTimeout: 30_000 })

const ERRORS = parseQuery('level:error', { now: 0 })

const record = (position: number, fields: Partial<LogRecord> = {}): LogRecord => ({
  id: `id-${position}`,
  time: position,
  observed: position,
  seq: position,
  level: position % 3 === 0 ? 'error' : 'info',
  server: 'analytics',
  run: 'run',
  source: 'message',
  message: `message ${position}`,
  attributes: {},
  ...fields,
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * Records in a list, and a page of them that takes as many turns of the event loop as it is told, before and after it has
 * looked: where a real store has its turns cannot be chosen.
 */
const createSource = (turns: () => number) => {
  const all: Stored[] = []
  const listeners = new Set<StoredListener>()
  const regex = () => () => false
  const live = {
    subscribe: (listener: StoredListener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    last: () => told,
  }
  let told = 0
  const feed = createFeed({ live, regex })
  const wait = async (): Promise<void> => {
    for (let left = turns(); left > 0; left--) await turn()
  }
  return {
    feed,
    all,
    /** Stores records, which pages see from now on. */
    commit(count: number, fields: Partial<LogRecord> = {}): void {
      for (let left = count; left > 0; left--) {
        const position = all.length + 1
        all.push({ position, record: record(position, fields) })
      }
    },
    /** Tells the live readers of what was stored. */
    tell(): void {
      const first = told + 1
      const records = all.slice(told).map((stored) => stored.record)
      told = all.length
      if (records.length > 0) for (const listener of listeners) listener(first, records)
    },
    append(count: number, fields: Partial<LogRecord> = {}): void {
      this.commit(count, fields)
      this.tell()
    },
    page: async ({ after = 0, limit, filter }: PageQuery): Promise<Page> => {
      await wait()
      const matching = all.filter(
        ({ position, record }) => position > after && (filter === undefined || record.level === 'error'),
      )
      const page = { items: matching.slice(0, limit), more: matching.length > limit, last: all.length }
      await wait()
      return page
    },
  }
}

type Source = ReturnType<typeof createSource>

const open = (source: Source, settings: Partial<ReaderSettings> = {}) => {
  const events: EventSourceMessage[] = []
  let lastId = ''
  let skipped = 0
  let ended = 0
  // Ids of heartbeats too, which dispatch no event.
  const parser = createParser({ onEvent: (event) => events.push(event) })
  const { stream, close } = createReader({
    archive: source,
    feed: source.feed,
    filter: undefined,
    after: undefined,
    heartbeatMs: 2,
    maxRecords: 2000,
    maxBytes: 4 * 1024 * 1024,
    onSkip: (records) => {
      skipped += records
    },
    onEnd: () => {
      ended += 1
    },
    ...settings,
  })
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  let pending: Promise<boolean> | undefined
  const takeOne = async (): Promise<boolean> => {
    const { value, done } = await reader.read()
    pending = undefined
    if (done) return false
    const text = decoder.decode(value, { stream: true })
    lastId = [...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? lastId
    parser.feed(text)
    return true
  }
  /** Asks for one write; true when there was one. */
  const read = (): Promise<boolean> => {
    pending ??= takeOne()
    return pending
  }
  return {
    close,
    cancel: () => reader.cancel(),
    ended: () => ended,
    skipped: () => skipped,
    lastId: () => Number(lastId),
    read,
    /** Reads on until it was told that it has everything up to a position. */
    async until(position: number): Promise<void> {
      while (Number(lastId) < position) if (!(await read())) throw new Error(`ended at ${lastId}`)
    },
    events,
    positions: () => events.filter(({ event }) => event === undefined).map(({ id }) => Number(id)),
  }
}

const errorsAbove = (source: Source, position: number): number[] =>
  source.all
    .filter((one) => one.position > position && one.record.level === 'error')
    .map((one) => one.position)

describe('a reader of the tail', () => {
  it('gets every match once and in order, however paging, live records and cuts fall together', async () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('commit' as const), count: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('tell' as const), count: fc.constant(1) }),
      // What other readers got before ours joins.
      fc.record({ kind: fc.constant('burst' as const), count: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('pull' as const), count: fc.constant(1) }),
      fc.record({ kind: fc.constant('read' as const), count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('turn' as const), count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('flush' as const), count: fc.constant(1) }),
      fc.record({ kind: fc.constant('cut' as const), count: fc.constant(1) }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 30 }),
        fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 60 }),
        async (actions, turns, start) => {
          let at = 0
          const source = createSource(() => turns[at++ % turns.length] ?? 0)
          source.append(50)
          const from = Math.min(start, 50)
          // Somebody else asks for the same, so that what the feed gathers began before our reader joins.
          const other = open(source, { filter: ERRORS, heartbeatMs: 60_000 })
          await other.read()
          let reader = open(source, { filter: ERRORS, after: from })
          const got: number[] = []
          let resume = from
          for (const { kind, count } of actions) {
            for (let left = count; left > 0; left--) {
              if (kind === 'commit') source.commit(1)
              if (kind === 'tell') source.tell()
              if (kind === 'burst') source.append(1)
              if (kind === 'flush' || kind === 'burst') source.feed.flush()
              if (kind === 'pull') void reader.read()
              if (kind === 'read') await reader.read()
              if (kind === 'turn') await turn()
              if (kind === 'cut') {
                await reader.cancel()
                got.push(...reader.positions())
                resume = Math.max(reader.lastId(), resume)
                reader = open(source, { filter: ERRORS, after: resume })
                await reader.read()
              }
            }
          }
          source.tell()
          await reader.until(source.all.length)
          got.push(...reader.positions())
          await reader.cancel()
          await other.cancel()
          expect(got).toEqual(errorsAbove(source, from))
          expect(reader.ended()).toBe(1)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('gets what was handed to others between the look of its page and the answer', async () => {
    const source = createSource(() => 3)
    source.append(10)
    const reader = open(source, { after: 0, heartbeatMs: 200 })
    await reader.read()
    const page = reader.read()
    // The page looks after three turns, and answers three turns later.
    for (let turns = 0; turns < 4; turns++) await turn()
    source.append(1)
    source.feed.flush()
    await page
    source.append(1)
    await reader.until(12)
    expect(reader.positions()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    await reader.cancel()
  })

  it('begins at the newest when it names no position', async () => {
    const source = createSource(() => 1)
    source.append(10)
    const reader = open(source)
    await reader.read()
    expect(reader.lastId()).toBe(10)
    source.append(3)
    await reader.until(13)
    expect(reader.positions()).toEqual([11, 12, 13])
    expect(JSON.parse(reader.events[0]?.data ?? '')).toEqual({ position: 11, record: record(11) })
    await reader.cancel()
  })

  it('begins at the newest when its position is none of this store', async () => {
    const source = createSource(() => 1)
    source.append(10)
    const reader = open(source, { after: 5000 })
    await reader.read()
    await reader.read()
    expect(reader.lastId()).toBe(10)
    source.append(1)
    await reader.until(11)
    expect(reader.positions()).toEqual([11])
    await reader.cancel()
  })

  it('is told what it missed when it does not read, and goes on from the newest', async () => {
    const source = createSource(() => 0)
    const reader = open(source, { maxRecords: 1000, heartbeatMs: 60_000 })
    await reader.read()
    for (let batch = 0; batch < 50; batch++) {
      source.append(100)
      source.feed.flush()
    }
    await reader.until(5000)
    const [skip, ...more] = reader.events.filter(({ event }) => event === 'skipped')
    expect(more).toEqual([])
    const { count, after, before } = JSON.parse(skip?.data ?? '') as Record<string, number>
    const got = reader.positions()
    expect(got.length).toBeGreaterThanOrEqual(500)
    expect(got.length).toBeLessThanOrEqual(1000)
    expect(got).toEqual(Array.from({ length: got.length }, (_, index) => 5000 - got.length + 1 + index))
    expect({ count, after, before }).toEqual({ count: 5000 - got.length, after: 0, before: got[0] })
    expect(reader.skipped()).toBe(count)
    // Who comes back after the notice does not get what was skipped.
    expect(Number(skip?.id)).toBe(5000 - got.length)
    await reader.cancel()
  })

  it('misses nothing of a burst while it reads', async () => {
    const source = createSource(() => 0)
    const reader = open(source, { maxRecords: 1000, heartbeatMs: 60_000 })
    await reader.read()
    const waiting = reader.read()
    await turn()
    source.append(1500)
    source.feed.flush()
    await waiting
    await reader.until(1500)
    expect(reader.positions()).toEqual(Array.from({ length: 1500 }, (_, index) => index + 1))
    expect(reader.skipped()).toBe(0)
    await reader.cancel()
  })

  it('keeps no more bytes than it may, whatever the size of records', async () => {
    const source = createSource(() => 0)
    const reader = open(source, { maxBytes: 1024 * 1024, heartbeatMs: 60_000 })
    await reader.read()
    const message = '处'.repeat(20_000)
    for (let batch = 0; batch < 200; batch++) {
      source.append(1, { message })
      source.feed.flush()
    }
    await reader.until(200)
    const bytes = reader.positions().length * Buffer.byteLength(message)
    expect(bytes).toBeLessThanOrEqual(1024 * 1024)
    expect(bytes).toBeGreaterThan(400 * 1024)
    expect(reader.positions().length + reader.skipped()).toBe(200)
    await reader.cancel()
  })

  it('shares the writing of a record with all others, whatever they ask for', async () => {
    const source = createSource(() => 0)
    let written = 0
    const counted = {
      toJSON: () => {
        written += 1
        return {}
      },
    } as never
    const readers = Array.from({ length: 20 }, (_, index) =>
      open(source, { heartbeatMs: 60_000, filter: index % 2 === 0 ? undefined : ERRORS }),
    )
    for (const reader of readers) await reader.read()
    source.append(9, { attributes: counted })
    source.feed.flush()
    for (const reader of readers) await reader.until(9)
    expect(written).toBe(9)
    expect(readers.map((reader) => reader.positions().length)).toEqual(
      readers.map((_, index) => (index % 2 === 0 ? 9 : 3)),
    )
    for (const reader of readers) await reader.cancel()
  })

  it('moves its position on while nothing matches', async () => {
    const source = createSource(() => 2)
    source.append(10)
    const reader = open(source, {
      filter: parseQuery('level:error server:nobody level:info', { now: 0 }),
      after: 10,
    })
    await reader.read()
    source.append(1, { level: 'info' })
    source.append(1, { level: 'info' })
    await reader.until(12)
    expect(reader.positions()).toEqual([])
    await reader.cancel()
  })

  it('is told why when the archive fails, and ends', async () => {
    const source = createSource(() => 1)
    const feed: Feed = source.feed
    const reader = open({ ...source, feed, page: () => Promise.reject(new Error('broken')) }, { after: 0 })
    while (await reader.read());
    expect(reader.events.map(({ event, data }) => [event, JSON.parse(data)])).toMatchObject([
      ['failed', { error: { code: 'LB_INTERNAL' } }],
    ])
    expect(reader.ended()).toBe(1)
  })

  it('ends when the hub does', async () => {
    const source = createSource(() => 1)
    const reader = open(source, { heartbeatMs: 60_000 })
    await reader.read()
    const last = reader.read()
    reader.close()
    expect(await last).toBe(false)
    expect(reader.ended()).toBe(1)
  })
})
