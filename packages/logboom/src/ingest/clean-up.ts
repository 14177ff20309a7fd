/**
 * Journals go when all they hold is safe in the store: segments that have a successor, and all of a run that has ended.
 * First the marks, then everything written is made safe from the machine's death, then the files go, then the marks of
 * runs of which no file is left.
 */
import { stat, unlink } from 'node:fs/promises'
import { type JournalRun, type JournalSegment, listJournals } from '@logboom/sdk/journal'
import { failpoint } from '../platform/failpoint.ts'
import type { StoreWriter } from '../store/sqlite/types.ts'
import { countLines } from './at-risk.ts'
import type { IngestRun } from './run.ts'

export interface CleanUpTask {
  dir: string
  /** All that was read of them is stored. */
  runs: Map<string, IngestRun>
  listed: ReadonlyMap<string, JournalRun>
  writer: StoreWriter
  /** Bytes of journals that may stay; what was written longest ago goes first. */
  keepBytes: number
  /** How long a file stays after its last change, in milliseconds. */
  graceMs: number
  forget: (run: string) => void
  commit: () => Promise<void>
}

const sizeOf = async (path: string): Promise<{ bytes: number; changed: number }> => {
  const found = await stat(path).catch(() => undefined)
  return { bytes: found?.size ?? 0, changed: found?.mtimeMs ?? 0 }
}

/** Segments that nobody needs any more, of those that are there. A run that was written to after its end is not at its end. */
const spent = async (
  run: IngestRun,
  segments: readonly JournalSegment[],
): Promise<readonly JournalSegment[]> => {
  const { segment: current } = run.place
  const { end } = run
  const newest = segments.at(-1)
  if (run.ended && newest !== undefined && newest.segment >= end.segment) {
    const from = newest.segment === end.segment ? end.offset : 0
    const { lines } = await countLines(newest, from, 1)
    if (lines > (from === 0 ? 1 : 0)) run.reopen()
  }
  return run.ended ? segments : segments.filter(({ segment }) => segment < current)
}

/** What goes of these: those whose time is over, the oldest first, until no more than `keepBytes` of all journals stay. */
const choose = async (
  found: readonly JournalSegment[],
  all: readonly JournalSegment[],
  { keepBytes, graceMs }: Pick<CleanUpTask, 'keepBytes' | 'graceMs'>,
): Promise<readonly JournalSegment[]> => {
  if (found.length === 0 || (keepBytes === 0 && graceMs === 0)) return found
  const sizes = await Promise.all(
    found.map(async (segment) => ({ segment, ...(await sizeOf(segment.path)) })),
  )
  let total = 0
  if (keepBytes > 0) for (const { path } of all) total += (await sizeOf(path)).bytes
  sizes.sort((a, b) => a.changed - b.changed || a.segment.segment - b.segment.segment)
  const going: JournalSegment[] = []
  for (const { segment, bytes, changed } of sizes) {
    if (keepBytes > 0 && total <= keepBytes) break
    if (Math.abs(Date.now() - changed) < graceMs) continue
    going.push(segment)
    total -= bytes
  }
  return going
}

/**
 * Deletes what is stored without waiting for anything: where there is no room to store more, and what is in memory must not
 * count. The marks stay, for a later clean-up. Tells whether anything went.
 */
export const cleanUpInNeed = async (dir: string, writer: StoreWriter): Promise<boolean> => {
  const marks = new Map((await writer.marks()).map((mark) => [mark.run, mark]))
  const going: JournalSegment[] = []
  for (const { run, segments } of await listJournals(dir)) {
    const mark = marks.get(run)
    for (const segment of mark === undefined ? [] : segments) {
      const isPast = segment.segment < (mark?.segment ?? 0)
      const isLast = mark?.ended === true && segment.segment === mark.segment
      if (isPast || (isLast && (await sizeOf(segment.path)).bytes <= mark.offset)) going.push(segment)
    }
  }
  if (going.length === 0) return false
  await writer.sync()
  const gone = await Promise.all(
    going.map(({ path }) =>
      unlink(path).then(
        () => true,
        () => false,
      ),
    ),
  )
  return gone.includes(true)
}

/** Tells whether there is more to read of runs that seemed to have ended. */
export const cleanUp = async ({
  dir,
  runs,
  listed,
  writer,
  keepBytes,
  graceMs,
  forget,
  commit,
}: CleanUpTask): Promise<{ reopened: boolean }> => {
  const all = [...listed.values()].flatMap(({ segments }) => segments)
  const found: JournalSegment[] = []
  let reopened = false
  for (const run of runs.values()) {
    const before = run.ended
    found.push(...(await spent(run, listed.get(run.stream.run)?.segments ?? [])))
    reopened ||= before && !run.ended
  }
  const going = await choose(found, all, { keepBytes, graceMs })
  if (going.length > 0) {
    await writer.sync()
    failpoint('clean-up.synced')
    for (const { path } of going) {
      await unlink(path).catch(() => undefined)
      failpoint('clean-up.unlinked')
    }
  }
  const ended = [...runs].filter(([, run]) => run.ended)
  if (ended.length === 0 || (going.length === 0 && ended.every(([id]) => listed.has(id)))) return { reopened }
  const left = new Set((await listJournals(dir)).map(({ run }) => run))
  const gone = ended.filter(([id]) => !left.has(id))
  for (const [id] of gone) forget(id)
  await commit()
  for (const [id] of gone) runs.delete(id)
  return { reopened }
}
