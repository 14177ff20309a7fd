/**
 * What a run's records say as a whole: whether it has ended, what it left open, and which records are missing.
 *
 * A run has ended at its exit record, or when no process has its pid and start time. In the second case its exit and one
 * `lost` outcome for each open call are derived: by any reader, from the same records, so with the same ids; their `seq`
 * follow the last one, their time is when the run was last seen.
 *
 * Missing are the numbers that no record has. A drop record explains as many as it counts (a dropped record took its
 * number with it); the numbers before the first record are explained when earlier segments were deleted. What is left
 * is missing for no known reason.
 */
import { killedExit, lostOutcome } from '../observe/endings.ts'
import { derivedId, isCallRecord, type LogRecord } from '../record/index.ts'

/** The record that ends a run. */
export const isExit = (record: LogRecord): boolean =>
  record.source === 'lifecycle' && record.attributes.event === 'exit'

/** What a drop record tells; `undefined` for any other record. */
export const toldDrops = (record: LogRecord): { reason: string; records: number } | undefined => {
  if (record.source !== 'lifecycle' || record.attributes.event !== 'drop') return undefined
  const { reason, records } = record.attributes
  return typeof reason === 'string' && typeof records === 'number' ? { reason, records } : undefined
}

export interface RunTracker {
  /** Takes the run's records in order. `later`: the first is of a segment whose predecessors are gone. */
  see(record: LogRecord): void
  /** The exit record was seen. */
  readonly exited: boolean
  /** Records missing for no known reason. */
  missing(): number
  /** For a dead run without exit record: the lost outcomes, oldest call first, then the exit. Empty without records. */
  endings(): LogRecord[]
}

/** @param headDeleted the run's first segments no longer exist, so its first numbers are not missing */
export const trackRun = (run: string, headDeleted: boolean): RunTracker => {
  const open = new Map<string, LogRecord>()
  let last: LogRecord | undefined
  let exited = false
  let expected: number | undefined = headDeleted ? undefined : 0
  let gaps = 0
  let explained = 0
  let lastSeen = 0
  /** As things were before the last gap: a damaged number far ahead is taken back by the next good one. */
  let before: { gaps: number; expected: number } | undefined

  const count = (seq: number): void => {
    expected ??= seq
    if (seq < expected && before !== undefined && seq >= before.expected) {
      gaps = before.gaps + Math.max(0, seq - before.expected - 1)
      expected = seq + 1
      before = undefined
    } else if (seq > expected) {
      before = { gaps, expected }
      gaps += seq - expected
      expected = seq + 1
    } else if (seq === expected) expected += 1
  }

  return {
    see(record) {
      count(record.seq)
      last = record
      lastSeen = Math.max(lastSeen, record.observed)
      const told = toldDrops(record)
      if (told !== undefined && told.reason !== 'budget') explained += told.records
      if (isExit(record)) exited = true
      if (!isCallRecord(record)) return
      // Arguments may be large, and no ending needs them.
      if (record.call.status === 'started') open.set(record.call.id, { ...record, attributes: {} })
      else open.delete(record.call.id)
    },
    get exited() {
      return exited
    },
    missing: () => Math.max(0, gaps - explained),
    endings() {
      if (last === undefined) return []
      let seq = expected ?? 0
      const lost = [...open.values()].map((started) => {
        const id = isCallRecord(started) ? started.call.id : started.id
        return lostOutcome(started, lastSeen, seq++, derivedId(lastSeen, `${run} lost ${id}`))
      })
      return [...lost, killedExit(last, lastSeen, seq, derivedId(lastSeen, `${run} exit`), lost.length)]
    },
  }
}
