/**
 * The store over the journals themselves: every question reads them anew, in bounded memory. No database, so nothing to
 * set up and nothing that can disagree with what was captured; the price is that every question costs a whole reading.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type IsAlive, listJournals, toldDrops } from '@logboom/sdk/journal'
import { compile, type RegexEngine } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import type { RecordQuery, Store, StoreStats } from '../contract.ts'
import { matchingCalls, tellStories } from './calls.ts'
import { comes } from './follow.ts'
import { createLast } from './last.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'
import { createCounts } from './stats.ts'

export interface JournalStoreSettings {
  /** The home; its journals are in `journal/`. A home that does not exist is empty. */
  home: string
  regex: RegexEngine
  isAlive: IsAlive
}

/**
 * Opens the journals of a home.
 * @throws LogboomError `LB_HOME_UNUSABLE` when they cannot be read
 */
export const openJournalStore = async ({ home, regex, isAlive }: JournalStoreSettings): Promise<Store> => {
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

  /** Everything there is, once. */
  async function* reading(query: RecordQuery, onEnd?: (snapshot: Snapshot) => void) {
    const signal = stopping(query)
    const snapshot = await takeSnapshot({ dir, isAlive })
    try {
      for await (const batch of snapshot.batches()) {
        if (signal.aborted) return
        yield batch
      }
      onEnd?.(snapshot)
    } finally {
      await snapshot.close()
    }
  }

  async function* records(query: RecordQuery): AsyncGenerator<LogRecord> {
    const matches = matcher(query)
    const signal = stopping(query)
    const last = query.limit === undefined ? undefined : createLast<LogRecord>(query.limit)
    for await (const batch of reading(query)) {
      for (const record of batch) {
        if (!matches(record)) continue
        if (last !== undefined) last.add(record)
        else yield record
        if (signal.aborted) return
      }
    }
    if (last !== undefined && !signal.aborted) yield* last.all()
  }

  async function* follow(query: RecordQuery): AsyncGenerator<LogRecord> {
    const matches = matcher(query)
    const signal = stopping(query)
    const settings = { dir, isAlive }
    const snapshot = await takeSnapshot(settings)
    const last = query.limit === undefined ? undefined : createLast<LogRecord>(query.limit)
    try {
      for await (const batch of snapshot.batches()) {
        for (const record of batch) {
          if (signal.aborted) return
          if (!matches(record)) continue
          if (last !== undefined) last.add(record)
          else yield record
        }
      }
      if (last !== undefined) yield* last.all()
      for await (const batch of comes(snapshot, settings, signal)) {
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
      const ids = await matchingCalls(reading(query), matcher(query), limit)
      if (ids.size === 0 || signal.aborted) return
      for (const story of await tellStories(reading(query), ids)) {
        if (signal.aborted) return
        yield story
      }
    },
    async stats(query) {
      const matches = matcher(query)
      const counts = createCounts()
      const dropped: Record<string, number> = {}
      const drop = (reason: string, count: number): void => {
        if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count
      }
      const living = new Set<string>()
      const problems: StoreStats['problems'] = []
      const finish = (snapshot: Snapshot): void => {
        for (const stream of snapshot.streams()) {
          drop('unknown', stream.tracker?.missing() ?? 0)
          problems.push(...stream.problems())
          if (stream.alive) living.add(stream.run)
        }
      }
      for await (const batch of reading(query, finish)) {
        for (const record of batch) {
          counts.see(record, matches(record))
          const told = toldDrops(record)
          if (told !== undefined) drop(told.reason, told.records)
        }
      }
      return {
        servers: counts.servers(living),
        tools: counts.tools(),
        dropped,
        redacted: counts.redacted(),
        problems,
        bytes: await totalBytes(dir),
      }
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
