/** All runs of a home: listed, opened as streams, merged in order, and concluded when their process is dead. */
import { type IsAlive, type JournalRun, listJournals } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import type { RecordQuery } from '../contract.ts'
import { firstObserved, merge, type PlannedSource } from './merge.ts'
import { createRunStream, nextOf, type RunResume, type RunStream } from './run-stream.ts'

/** Records that stand elsewhere, and where the journals go on after them. */
export interface Before {
  resume: ReadonlyMap<string, RunResume>
  /** Drops told by these records, by reason, and what was missing of runs that have ended. */
  dropped: Readonly<Record<string, number>>
  problems: readonly { file: string; problem: string }[]
  bytes: number
  /** Those that match, oldest first, the last `limit`. */
  records(query: RecordQuery): AsyncIterable<LogRecord>
}

const NOTHING: Before = {
  resume: new Map(),
  dropped: {},
  problems: [],
  bytes: 0,
  async *records() {},
}

export interface Snapshot {
  readonly before: Before
  /** Everything the journals have after what stands elsewhere, in order; then the streams rest where they are. */
  batches(): AsyncGenerator<LogRecord[]>
  /** Runs met so far. */
  streams(): readonly RunStream[]
  /** A stream of a run that was not met yet. */
  stream(journal: JournalRun): RunStream
  close(): Promise<void>
}

export interface SnapshotSettings {
  dir: string
  isAlive: IsAlive
  /** What another store has of these journals; asked after they were listed, so that nothing falls between the two. */
  before?: () => Before
}

/**
 * Looks at a home as it is now.
 * @throws LogboomError `LB_HOME_UNUSABLE`
 */
export const takeSnapshot = async (settings: SnapshotSettings): Promise<Snapshot> => {
  const { dir } = settings
  const streams: RunStream[] = []
  const listed = await listJournals(dir)
  const before = settings.before?.() ?? NOTHING
  // Asking for a process may cost a tool's start, and many runs share one.
  const isAlive = remembered(settings.isAlive)

  const streamOf = ({ run, segments }: JournalRun): RunStream => {
    const resume = before.resume.get(run)
    return createRunStream({
      run,
      segments,
      isAlive,
      relist: async () => (await listJournals(dir)).find((other) => other.run === run)?.segments ?? [],
      ...(resume === undefined ? {} : { resume }),
    })
  }

  const plan = async (journal: JournalRun): Promise<PlannedSource> => ({
    run: journal.run,
    // A lower bound will do: where the rest of a run begins is seen when it is opened.
    from: before.resume.has(journal.run) ? Number.NEGATIVE_INFINITY : await firstObserved(journal),
    open() {
      const stream = streamOf(journal)
      streams.push(stream)
      return {
        run: journal.run,
        async next() {
          const batch = await nextOf(stream, !stream.exited)
          // Only the files of runs that overlap are open at once.
          if (batch.length === 0) await stream.rest()
          return batch
        },
      }
    },
  })

  return {
    async *batches() {
      const planned: PlannedSource[] = []
      for (const journal of listed) planned.push(await plan(journal))
      for await (const { records } of merge(planned)) yield records
    },
    before,
    streams: () => streams,
    stream: streamOf,
    close: async () => {
      await Promise.all(streams.map((stream) => stream.rest()))
    },
  }
}

const REMEMBER_MS = 500

/** Asks at most once in a while per process, and never again once it is dead: its start time does not come back. */
export const remembered = (isAlive: IsAlive): IsAlive => {
  const answers = new Map<string, { at: number; lives: boolean | Promise<boolean> }>()
  return async (pid, pidStart) => {
    const key = `${pid} ${pidStart}`
    const now = performance.now()
    const known = answers.get(key)
    if (known !== undefined && (now - known.at < REMEMBER_MS || !(await known.lives))) return known.lives
    const lives = isAlive(pid, pidStart)
    answers.set(key, { at: now, lives })
    return lives
  }
}
