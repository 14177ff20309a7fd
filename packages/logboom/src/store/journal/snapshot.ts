/** All runs of a home: listed, opened as streams, merged in order, and concluded when their process is dead. */
import { type IsAlive, type JournalRun, listJournals } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { firstObserved, merge, type PlannedSource } from './merge.ts'
import { createRunStream, nextOf, type RunStream } from './run-stream.ts'

export interface Snapshot {
  /** Everything there is, in order; then the streams rest where they are. */
  batches(): AsyncGenerator<LogRecord[]>
  /** Runs met so far. */
  streams(): readonly RunStream[]
  close(): Promise<void>
}

export interface SnapshotSettings {
  dir: string
  isAlive: IsAlive
}

/** A stream of one run of a directory. */
export const streamOf = ({ dir, isAlive }: SnapshotSettings, { run, segments }: JournalRun): RunStream =>
  createRunStream({
    run,
    segments,
    isAlive,
    relist: async () => (await listJournals(dir)).find((other) => other.run === run)?.segments ?? [],
  })

/**
 * Looks at a home as it is now.
 * @throws LogboomError `LB_HOME_UNUSABLE`
 */
export const takeSnapshot = async (settings: SnapshotSettings): Promise<Snapshot> => {
  const streams: RunStream[] = []
  const listed = await listJournals(settings.dir)
  // Asking for a process may cost a tool's start, and many runs share one.
  const isAlive = remembered(settings.isAlive)

  const plan = async (journal: JournalRun): Promise<PlannedSource> => ({
    run: journal.run,
    from: await firstObserved(journal),
    open() {
      const stream = streamOf({ ...settings, isAlive }, journal)
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
    streams: () => streams,
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
