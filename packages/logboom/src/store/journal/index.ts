/**
 * The store over the journals themselves: every question reads them anew, in bounded memory. No database, so nothing to
 * set up and nothing that can disagree with what was captured; the price is that every question costs a whole reading.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type IsAlive, listJournals, toldDrops } from '@logboom/sdk/journal'
import { compile, type RegexEngine } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import type { RecordQuery, Store } from '../contract.ts'
import { matchingCalls, tellStories } from './calls.ts'
import { comes } from './follow.ts'
import { createLast } from './last.ts'
import { type Before, type Snapshot, takeSnapshot } from './snapshot.ts'
import { createCounts } from './stats.ts'

export interface JournalStoreSettings {
  /** The home; its journals are in `journal/`. A home that does not exist is empty. */
  home: string
  regex: RegexEngine
  isAlive: IsAlive
  /** What another store has of these journals; asked anew for every question, after they were listed. */
  before?: () => Before
}

/**
 * Opens the journals of a home.
 * @throws LogboomError `LB_HOME_UNUSABLE` when they cannot be read
 */
export const openJournalStore = async ({
  home,
  regex,
  isAlive,
  before,
}: JournalStoreSettings): Promise<Store> => {
  const dir = join(home, 'journal')
  await listJournals(dir)
  const closing = new AbortController()

  const matcher = ({ filter, since, until }: RecordQuery): ((record: LogRecord) => boolean) => {
    const matches = filter === undefined ? () => true : compile(filter, { regex })
    return (record) =>
      (since === undefined || record.time >= since) &&
      (until === undefined || record.time < until) &&
      matches(record)
  }

  const stopping = ({ signal }: RecordQuery): AbortSignal =>
    signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])

  /** Everything the journals have besides what stands elsewhere, once. */
  async function* reading(snapshot: Snapshot, signal: AbortSignal) {
    for await (const batch of snapshot.batches()) {
      if (signal.aborted) return
      yield batch
    }
  }

  /** Everything there is. */
  async function* everything(snapshot: Snapshot, signal: AbortSignal) {
    for await (const record of snapshot.before.records({ signal })) yield [record]
    yield* reading(snapshot, signal)
  }

  const take = (): Promise<Snapshot> =>
    takeSnapshot({ dir, isAlive, ...(before === undefined ? {} : { before }) })

  const using = async <T>(use: (snapshot: Snapshot) => Promise<T>): Promise<T> => {
    const snapshot = await take()
    try {
      return await use(snapshot)
    } finally {
      await snapshot.close()
    }
  }

  /** What matches of what is there now. */
  async function* there(
    snapshot: Snapshot,
    query: RecordQuery,
    signal: AbortSignal,
  ): AsyncGenerator<LogRecord> {
    const matches = matcher(query)
    const { limit } = query
    if (limit === undefined) {
      yield* snapshot.before.records({ ...query, signal })
      for await (const batch of reading(snapshot, signal)) {
        for (const record of batch) if (matches(record)) yield record
      }
      return
    }
    const last = createLast<LogRecord>(limit)
    for await (const batch of reading(snapshot, signal)) {
      for (const record of batch) if (matches(record)) last.add(record)
    }
    const newest = last.all()
    if (newest.length < limit)
      yield* snapshot.before.records({ ...query, limit: limit - newest.length, signal })
    if (!signal.aborted) yield* newest
  }

  async function* records(query: RecordQuery): AsyncGenerator<LogRecord> {
    const signal = stopping(query)
    const snapshot = await take()
    try {
      for await (const record of there(snapshot, query, signal)) {
        if (signal.aborted) return
        yield record
      }
    } finally {
      await snapshot.close()
    }
  }

  async function* follow(query: RecordQuery): AsyncGenerator<LogRecord> {
    const matches = matcher(query)
    const signal = stopping(query)
    const snapshot = await take()
    try {
      for await (const record of there(snapshot, query, signal)) {
        if (signal.aborted) return
        yield record
      }
      for await (const batch of comes(snapshot, dir, signal)) {
        for (const record of batch) {
          if (signal.aborted) return
          if (matches(record)) yield record
        }
      }
    } finally {
      await snapshot.close()
    }
  }

  return {
    records,
    follow,
    async *calls(query) {
      const signal = stopping(query)
      const limit = query.limit ?? Number.POSITIVE_INFINITY
      const ids = await using((snapshot) =>
        matchingCalls(everything(snapshot, signal), matcher(query), limit),
      )
      if (ids.size === 0 || signal.aborted) return
      for (const story of await using((snapshot) => tellStories(everything(snapshot, signal), ids))) {
        if (signal.aborted) return
        yield story
      }
    },
    async stats(query) {
      const matches = matcher(query)
      const signal = stopping(query)
      const counts = createCounts()
      return using(async (snapshot) => {
        const { before: known } = snapshot
        const dropped: Record<string, number> = { ...known.dropped }
        const drop = (reason: string, count: number): void => {
          if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count
        }
        for await (const record of known.records({ signal })) counts.see(record, matches(record))
        for await (const batch of reading(snapshot, signal)) {
          for (const record of batch) {
            counts.see(record, matches(record))
            const told = toldDrops(record)
            if (told !== undefined) drop(told.reason, told.records)
          }
        }
        const living = new Set<string>()
        const problems = [...known.problems]
        for (const stream of snapshot.streams()) {
          // What was missing of a run that had ended before is counted before.
          if (known.resume.get(stream.run)?.finished !== true) drop('unknown', stream.tracker?.missing() ?? 0)
          problems.push(...stream.problems())
          if (stream.alive) living.add(stream.run)
        }
        return {
          servers: counts.servers(living),
          tools: counts.tools(),
          dropped,
          redacted: counts.redacted(),
          problems,
          bytes: known.bytes + (await totalBytes(dir)),
        }
      })
    },
    async close() {
      closing.abort()
    },
  }
}

const totalBytes = async (dir: string): Promise<number> => {
  let bytes = 0
  for (const { segments } of await listJournals(dir)) {
    for (const { path } of segments) {
      bytes += await stat(path).then(
        ({ size }) => size,
        () => 0,
      )
    }
  }
  return bytes
}
