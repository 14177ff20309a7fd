/**
 * From the journals into the store, exactly once.
 *
 * Each round lists the journals, reads what is new in every run, merges it by (observed, run, seq) and writes it in batches,
 * each with the marks of the runs it came from. A run whose process is dead gets its lost calls and its exit with its last
 * mark. Nothing here has to survive a kill: whoever is next goes on from the marks in the store.
 *
 * A batch that the store has no room for is not kept: what is in hand is given up and read again from the marks in the store, as
 * after a kill, in batches of half the size, down to single records. So a mark never stands for records of a later batch. When
 * not even one record fits, journals that are stored go, and then there is nothing but to wait: the journals have it all.
 */
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { LogboomError } from '@logboom/sdk/errors'
import { type IsAlive, type JournalRun, listJournals } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { failpoint } from '../platform/failpoint.ts'
import { firstObserved, merge } from '../store/journal/merge.ts'
import type { Place } from '../store/journal/run-reader.ts'
import { remembered } from '../store/journal/snapshot.ts'
import { watchDirectory } from '../store/journal/watch.ts'
import { isBusy, isDamaged, isFull, isIoError } from '../store/sqlite/database.ts'
import type { Batch, RunMark, StoreWriter } from '../store/sqlite/types.ts'
import { isScarce } from '../store/sqlite/write/space.ts'
import { measureRisk } from './at-risk.ts'
import { createBatchBuilder } from './batch.ts'
import { cleanUp, cleanUpInNeed } from './clean-up.ts'
import { createIngestRun, type IngestRun } from './run.ts'
import type { Ingest, Problem, StoredListener } from './types.ts'

export interface IngestSettings {
  /** The directory of the journals; one that does not exist is empty. */
  dir: string
  writer: StoreWriter
  isAlive: IsAlive
  /** Bytes of journals that may stay although they are stored; none unless told otherwise. */
  keepBytes?: number
  /** How long a journal that is stored stays after its last change, for who just reads it, in milliseconds. */
  graceMs?: number
  /** Whether to wait for room where the store has none; otherwise catching up fails. */
  wait?: boolean
  /** Told how many records were stored so far, while catching up. */
  onProgress?: (stored: number) => void
  /** Unix epoch milliseconds. */
  now?: () => number
}

/** How long to wait before a batch is tried again, in milliseconds. */
const RETRY_MS = 500
/** How often journals that are stored are looked for and deleted while following, in milliseconds. */
const CLEAN_UP_MS = 1000

const hasNoRoom = (error: unknown): boolean =>
  (error instanceof LogboomError && error.code === 'LB_STORE_FULL') || isFull(error)

/** What may go away by itself. */
const isPassing = (error: unknown): boolean =>
  hasNoRoom(error) || isBusy(error) || isIoError(error) || isDamaged(error)

/** Begins where the marks in the store say. */
export const createIngest = async (settings: IngestSettings): Promise<Ingest> => {
  const { dir, writer, keepBytes = 0, graceMs = 0, wait = true, onProgress, now = Date.now } = settings
  const isAlive = remembered(settings.isAlive)
  const batch = createBatchBuilder()
  const runs = new Map<string, IngestRun>()
  /** How far each run is in the store; what was read beyond it is still only in its journal. */
  const written = new Map<string, Place>()
  const listeners = new Set<StoredListener>()
  const closing = new AbortController()
  let { last } = await writer.stats()
  let stored = 0
  /** Why nothing can be stored, and `observed` of the first record that waits for it. */
  let failing: { why: string; since: number | undefined } | undefined
  /** Batches that are not written yet: how many records, and `observed` of the first. */
  let pending: { records: number; since: number | undefined }[] = []
  /** The last of them is written; while it is, the next one is read. */
  let writing: Promise<void> = Promise.resolve()
  /** What is in hand may not be what the marks in the store say. */
  let isStale = false
  let cleanedAt = Number.NEGATIVE_INFINITY
  let turn: Promise<unknown> = Promise.resolve()

  const relist = (run: string) => async () =>
    (await listJournals(dir)).find((other) => other.run === run)?.segments ?? []

  const add = (journal: JournalRun, resume?: { mark: RunMark; open: readonly LogRecord[] }): IngestRun => {
    const { run } = journal
    const made = createIngestRun({
      journal,
      isAlive,
      relist: relist(run),
      ...(resume === undefined ? {} : { resume }),
    })
    runs.set(run, made)
    return made
  }

  const resume = async (): Promise<void> => {
    const marks = await writer.marks()
    written.clear()
    for (const mark of marks) written.set(mark.run, mark)
    for (const mark of marks)
      add({ run: mark.run, segments: [] }, { mark, open: await writer.openCalls(mark.run) })
  }
  await resume()

  /** Gives up what is in hand. */
  const startOver = async (): Promise<void> => {
    await writing.catch(() => undefined)
    writing = Promise.resolve()
    await Promise.all([...runs.values()].map(({ stream }) => stream.rest()))
    runs.clear()
    batch.clear()
    pending = []
    await resume()
    isStale = false
  }

  const tell = (first: number, records: Batch['records']): void => {
    last = first + records.length - 1
    stored += records.length
    for (const listener of listeners) {
      try {
        listener(first, records)
      } catch {
        // Whoever listens has no say in what is stored.
      }
    }
    onProgress?.(stored)
  }

  /** Writes a batch after the one before it, and not when that failed. */
  const write = async (data: Batch, before: Promise<void>): Promise<void> => {
    const encoded = await writer.encode(data)
    await before
    const { first } = await writer.append(encoded)
    pending.shift()
    for (const mark of data.marks) written.set(mark.run, mark)
    for (const run of data.forget) written.delete(run)
    failing = undefined
    batch.grow()
    if (first !== undefined) tell(first, data.records)
    failpoint('ingest.written')
  }

  /** Hands what was taken to the writer; returns when what was handed to it before is written. */
  const commit = async (): Promise<void> => {
    const marks = [...runs.values()].flatMap((run) => run.mark(batch) ?? [])
    const data = batch.take(marks)
    if (data === undefined) return
    const before = writing
    pending.push({ records: data.records.length, since: data.records[0]?.observed })
    writing = write(data, before)
    // Who waits for it next is told.
    writing.catch(() => undefined)
    await before
    await nextTurn()
  }

  /** Until everything that was taken is written. */
  const settle = async (): Promise<void> => {
    await commit()
    await writing
  }

  const update = async (): Promise<Map<string, JournalRun>> => {
    const listed = new Map((await listJournals(dir)).map((journal) => [journal.run, journal]))
    for (const journal of listed.values())
      (runs.get(journal.run) ?? add(journal)).stream.update(journal.segments)
    for (const [run, { stream }] of runs) if (!listed.has(run)) stream.update([])
    return listed
  }

  /** Stores what is there now, `all` to its end and in order, otherwise a piece of each run; tells whether more may be there. */
  const round = async (all: boolean, signal: AbortSignal): Promise<{ again: boolean }> => {
    await writer.keepRoom()
    const listed = await update()
    const before = stored
    const plan = async (run: IngestRun) => {
      const { stream, place } = run
      const journal = listed.get(stream.run)
      const fresh = all && journal !== undefined && place.segment === 0 && place.offset === 0
      let asked = false
      const next = async () => {
        if (asked && !all) return []
        asked = true
        const records = await run.next()
        // The file of a run that is written to stays open.
        if (records.length === 0 && (all || !stream.alive)) await stream.rest()
        return records
      }
      return {
        run: stream.run,
        from: fresh ? await firstObserved(journal) : Number.NEGATIVE_INFINITY,
        open: () => ({ run: stream.run, next }),
      }
    }
    const going = [...runs.values()].filter((run) => !run.ended)
    const planned = []
    for (const run of going) planned.push(await plan(run))
    for await (const slice of merge(planned)) {
      const run = runs.get(slice.run)
      for (let left = slice.records; run !== undefined && left.length > 0; ) {
        left = left.slice(run.take(left, batch))
        if (!batch.full) continue
        await commit()
        // What was read and not taken is taken first the next time.
        if (signal.aborted) return { again: false }
      }
    }
    await settle()
    // Nobody reads on in the files of those that have ended now.
    for (const run of going) if (run.ended) await run.stream.rest()
    // Where room is scarce nobody's reading is a reason to wait.
    const inNeed = isScarce(dir)
    if (!all && !inNeed && performance.now() - cleanedAt < CLEAN_UP_MS) return { again: stored > before }
    cleanedAt = performance.now()
    const forget = (run: string): void => batch.forget(run)
    const keep = inNeed ? { keepBytes: 0, graceMs: 0 } : { keepBytes, graceMs }
    const { reopened } = await cleanUp({ dir, runs, listed, writer, ...keep, forget, commit: settle })
    return { again: reopened || stored > before }
  }

  /** Makes what follows an error more likely to succeed, or waits. */
  const giveWay = async (error: unknown, signal: AbortSignal): Promise<void> => {
    const isRoom = hasNoRoom(error)
    if (isRoom && (await cleanUpInNeed(dir, writer).catch(() => false))) return
    if (isRoom && batch.shrink(pending[0]?.records ?? 0)) return
    if (!wait) throw error
    const why = error instanceof Error ? error.message : String(error)
    failing = { why, since: pending[0]?.since ?? failing?.since }
    await pause(RETRY_MS, undefined, { signal }).catch(() => undefined)
  }

  /** A round that begins anew until it succeeds. */
  const attempt = async (all: boolean, signal: AbortSignal = closing.signal): Promise<{ again: boolean }> => {
    while (!signal.aborted) {
      try {
        if (isStale) await startOver()
        return await round(all, signal)
      } catch (error) {
        isStale = true
        if (!isPassing(error)) throw error
        await giveWay(error, signal)
      }
    }
    return { again: false }
  }

  /** One round at a time. */
  const inTurn = <T>(use: () => Promise<T>): Promise<T> => {
    const done = turn.then(use)
    turn = done.catch(() => undefined)
    return done
  }

  const problems = (): Problem[] => [...runs.values()].flatMap((run) => run.problems())

  return {
    async catchUp() {
      const { again } = await inTurn(() => attempt(true))
      if (again) await inTurn(() => attempt(true))
    },
    async run(signal) {
      const ending = AbortSignal.any([signal, closing.signal])
      const changes = watchDirectory(dir, ending)
      try {
        await inTurn(() => attempt(true, ending))
        while (!ending.aborted) {
          if (!(await inTurn(() => attempt(false, ending))).again) await changes.next()
        }
      } catch (error) {
        if (!closing.signal.aborted) throw error
      } finally {
        changes.close()
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    last: () => last,
    problems,
    async stats() {
      const since = pending[0]?.since ?? batch.waitsSince ?? failing?.since
      return {
        stored,
        dropped: await writer.counters(),
        lagMs: since === undefined ? 0 : Math.max(0, now() - since),
        atRisk: await measureRisk(dir, (run) => written.get(run)),
        ...(failing === undefined ? {} : { failing: failing.why }),
        problems: problems(),
      }
    },
    async close() {
      closing.abort()
      await turn
      await writing.catch(() => undefined)
      await Promise.all([...runs.values()].map(({ stream }) => stream.rest()))
    },
  }
}
