/**
 * The home's budget: all journals of a home together stay within a number of bytes.
 *
 * The segments that were written to longest ago go first, the oldest of a run before its newer ones, but never the one
 * being written by the caller, nor the newest of a run whose process lives. What is deleted is counted.
 */
import { join } from 'node:path'
import { parseSegmentName } from './format.ts'
import type { JournalFs } from './fs.ts'
import { countLines, readHeader } from './reader.ts'
import type { IsAlive } from './types.ts'

export interface BudgetTask {
  fs: JournalFs
  dir: string
  /** Name of the file that the caller writes. */
  current: string
  maxBytes: number
  isAlive: IsAlive
}

interface Candidate {
  name: string
  run: string
  segment: number
  size: number
  /** When it, or an earlier one of its run, was last written. */
  changed: number
}

/** Deletes the oldest segments until the rest fits. Never throws: what cannot be done now is tried the next time. */
export const keepBudget = async (task: BudgetTask): Promise<{ records: number; bytes: number }> => {
  const removed = { records: 0, bytes: 0 }
  try {
    const all = await measure(task)
    let total = all.reduce((sum, { size }) => sum + size, 0)
    if (total <= task.maxBytes) return removed
    const newest = new Map(all.map(({ run, name }) => [run, name]))
    for (const candidate of all.toSorted((a, b) => a.changed - b.changed || a.segment - b.segment)) {
      if (total <= task.maxBytes) break
      if (candidate.name === task.current) continue
      if (newest.get(candidate.run) === candidate.name && (await lives(task, candidate.name))) continue
      const records = await recordsIn(task.dir, candidate.name)
      const gone = await task.fs.unlink(join(task.dir, candidate.name)).then(
        () => true,
        () => false,
      )
      if (!gone) continue
      total -= candidate.size
      removed.records += records
      removed.bytes += candidate.size
    }
  } catch {
    // The directory cannot be read now.
  }
  return removed
}

/** All segments, by run, in the order of their numbers. */
const measure = async ({ fs, dir }: BudgetTask): Promise<Candidate[]> => {
  const found: Candidate[] = []
  for (const name of await fs.list(dir)) {
    const parsed = parseSegmentName(name)
    const state = parsed && (await fs.stat(join(dir, name)).catch(() => undefined))
    if (state !== undefined && parsed !== undefined) found.push({ name, ...parsed, ...state })
  }
  found.sort((a, b) => (a.run < b.run ? -1 : a.run > b.run ? 1 : a.segment - b.segment))
  let previous: Candidate | undefined
  for (const candidate of found) {
    // A clock that went back must not put a segment before an earlier one of its run.
    if (previous?.run === candidate.run) candidate.changed = Math.max(candidate.changed, previous.changed)
    previous = candidate
  }
  return found
}

const lives = async (task: BudgetTask, name: string): Promise<boolean> => {
  const header = await readHeader(join(task.dir, name)).catch(() => undefined)
  // Without a header it may just be being made.
  return header === undefined || (await task.isAlive(header.pid, header.pidStart))
}

const recordsIn = async (dir: string, name: string): Promise<number> =>
  Math.max(0, (await countLines(join(dir, name)).catch(() => 0)) - 1)

/** True unless no process has this id. Start times are only known to the platform. */
export const processMayLive: IsAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH')
  }
}
