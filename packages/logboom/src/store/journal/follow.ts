/**
 * What is there, then what comes: files that grow, new runs, and the ends of runs whose process was killed.
 *
 * Each run is one stream from its beginning on, so nothing is read twice and nothing between "there" and "comes" is
 * missed. The file system's events only make it quicker: everything is also looked at every 100 ms.
 */
import { watch } from 'node:fs'
import { listJournals } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { merge } from './merge.ts'
import { nextOf, type RunStream } from './run-stream.ts'
import { type Snapshot, type SnapshotSettings, streamOf } from './snapshot.ts'

/** The longest that something new waits to be looked for, in milliseconds. */
const POLL_MS = 100
/** After an event, what comes in this time is read together. */
const GATHER_MS = 10
/** How often processes of runs without an exit are asked for. */
const LIVENESS_MS = 500

/** What comes after the snapshot was read to its end; ends when the signal aborts. */
export async function* comes(
  snapshot: Snapshot,
  settings: SnapshotSettings,
  signal: AbortSignal,
): AsyncGenerator<LogRecord[]> {
  const streams = new Map(snapshot.streams().map((stream) => [stream.run, stream]))
  const changes = watchDirectory(settings.dir, signal)
  let asked = Number.NEGATIVE_INFINITY
  try {
    while (!signal.aborted) {
      for (const journal of await listJournals(settings.dir)) {
        const stream = streams.get(journal.run)
        if (stream === undefined) streams.set(journal.run, streamOf(settings, journal))
        else stream.update(journal.segments)
      }
      const ask = performance.now() - asked >= LIVENESS_MS
      if (ask) asked = performance.now()
      if (yield* round([...streams.values()], ask)) continue
      await changes.next()
    }
  } finally {
    changes.close()
    await Promise.all([...streams.values()].map((stream) => stream.rest()))
  }
}

/** Looks once at every run; tells whether there was anything. */
async function* round(streams: readonly RunStream[], ask: boolean): AsyncGenerator<LogRecord[], boolean> {
  const found: { run: string; batch: LogRecord[] }[] = []
  for (const stream of streams) {
    if (stream.finished) continue
    const batch = await nextOf(stream, ask)
    if (batch.length > 0) found.push({ run: stream.run, batch })
    // The file of a run that is written to stays open.
    if (batch.length === 0 && !stream.alive) await stream.rest()
  }
  if (found.length === 0) return false
  const sources = found.map(({ run, batch }) => ({
    run,
    from: batch[0]?.observed ?? 0,
    open: () => ({ run, next: async () => batch.splice(0) }),
  }))
  for await (const { records } of merge(sources)) yield records
  return true
}

interface Changes {
  /** Resolves when something may have changed, after `POLL_MS` at the latest. */
  next(): Promise<void>
  close(): void
}

const watchDirectory = (dir: string, signal: AbortSignal): Changes => {
  let watcher: ReturnType<typeof watch> | undefined
  let changed = false
  let wake: (() => void) | undefined

  const onChange = (): void => {
    changed = true
    wake?.()
  }
  const begin = (): void => {
    try {
      watcher = watch(dir, { persistent: false }, onChange)
      watcher.on('error', () => {
        watcher?.close()
        watcher = undefined
      })
    } catch {
      // The directory does not exist yet, or the system has no watches left: polling does.
    }
  }
  signal.addEventListener('abort', onChange)

  return {
    async next() {
      if (watcher === undefined) begin()
      if (!changed) await pause(POLL_MS, (done) => (wake = done))
      wake = undefined
      if (!signal.aborted) await pause(GATHER_MS)
      changed = false
    },
    close() {
      signal.removeEventListener('abort', onChange)
      watcher?.close()
    },
  }
}

const pause = (ms: number, early?: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    early?.(() => {
      clearTimeout(timer)
      resolve()
    })
  })
