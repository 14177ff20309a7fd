/**
 * What is there, then what comes: files that grow, new runs, and the ends of runs whose process was killed.
 *
 * Each run is one stream from its beginning on, so nothing is read twice and nothing between "there" and "comes" is
 * missed. The file system's events only make it quicker: everything is also looked at every 100 ms.
 */
import { listJournals } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { merge } from './merge.ts'
import { nextOf, type RunStream } from './run-stream.ts'
import type { Snapshot } from './snapshot.ts'
import { watchDirectory } from './watch.ts'

/** How often processes of runs without an exit are asked for. */
const LIVENESS_MS = 500

/** What comes after the snapshot was read to its end; ends when the signal aborts. */
export async function* comes(
  snapshot: Snapshot,
  dir: string,
  signal: AbortSignal,
): AsyncGenerator<LogRecord[]> {
  const streams = new Map(snapshot.streams().map((stream) => [stream.run, stream]))
  const changes = watchDirectory(dir, signal)
  let asked = Number.NEGATIVE_INFINITY
  try {
    while (!signal.aborted) {
      for (const journal of await listJournals(dir)) {
        const stream = streams.get(journal.run)
        if (stream === undefined) streams.set(journal.run, snapshot.stream(journal))
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
