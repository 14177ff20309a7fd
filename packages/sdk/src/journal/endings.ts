/**
 * What a run's records say as a whole: whether it has ended, what it left open, and which records are missing.
 *
 * A run has ended at its exit record, or when no process has its pid and start time. In the second case its exit and one
 * `lost` outcome for each open call are derived: by any reader, from the same records, so with the same ids; their `seq`
 * follow the last one, their time is when the run was last seen.
 *
 * Missing are the numbers that no record has. A drop record explains as many as it counts (a dropped record took its
 * number with it); so do segments that were deleted unread (`cut`). What is left is missing for no known reason.
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
  /** Takes the run's records in order. */
  see(record: LogRecord): void
  /** What is seen next stands after segments that were deleted unread: its number explains itself. */
  cut(): void
  /** The exit record was seen. */
  readonly exited: boolean
  /** Calls without an outcome: their starts, oldest first, without arguments. */
  open(): LogRecord[]
  /** Records missing for no known reason. */
  missing(): number
  /** For a dead run without exit record: the lost outcomes, oldest call first, then the exit. Empty without records. */
  endings(): LogRecord[]
  /** What a tracker needs to go on from here, besides the open calls. */
  state(): TrackerState
}

/** A tracker without its open calls, as JSON can hold it. */
export type TrackerState = {
  /** The number that the next record should have; absent when any will do. */
  expected?: number
  /** Numbers that no record has, and how many of them drop records explain. */
  gaps: number
  explained: number
  lastSeen: number
  exited: boolean
  /** As things were before the last gap. */
  before?: { gaps: number; expected: number }
  /** What the exit of a killed run takes from its last record. */
  last?: LogRecord
}

/** What is left of a record that endings are derived from. */
const withoutContent = (record: LogRecord): LogRecord => {
  const { logger, call, traceId, spanId, redacted, truncated, ...rest } = record
  return { ...rest, message: '', attributes: {} }
}

/** Records missing for no known reason, told from a tracker's state. */
export const missingRecords = ({ gaps, explained }: Pick<TrackerState, 'gaps' | 'explained'>): number =>
  Math.max(0, gaps - explained)

/** Where another tracker was; its open calls in any order. */
export interface TrackerStart {
  state: TrackerState
  open: readonly LogRecord[]
}

/** A tracker of a run from its first record, or from where another one was. */
export const trackRun = (run: string, from?: TrackerStart): RunTracker => {
  const open = new Map<string, LogRecord>()
  let { expected, gaps, explained, lastSeen, exited, before, last }: TrackerState = from?.state ?? {
    expected: 0,
    gaps: 0,
    explained: 0,
    lastSeen: 0,
    exited: false,
  }

  const count = (seq: number): void => {
    expected ??= seq
    // A damaged number far ahead is taken back by the next good one.
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

  const seeCall = (record: LogRecord): void => {
    if (!isCallRecord(record)) return
    const { id, status } = record.call
    open.delete(id)
    // Arguments may be large, and no ending needs them.
    if (status === 'started') open.set(id, { ...record, attributes: {} })
  }
  for (const started of from?.open.toSorted((a, b) => a.seq - b.seq) ?? []) seeCall(started)

  return {
    see(record) {
      count(record.seq)
      last = record
      lastSeen = Math.max(lastSeen, record.observed)
      const told = toldDrops(record)
      if (told !== undefined && told.reason !== 'budget') explained += told.records
      if (isExit(record)) exited = true
      seeCall(record)
    },
    cut() {
      expected = undefined
      before = undefined
    },
    get exited() {
      return exited
    },
    open: () => [...open.values()],
    missing: () => missingRecords({ gaps, explained }),
    endings() {
      if (last === undefined) return []
      let seq = expected ?? 0
      const lost = [...open.values()].map((started) => {
        const id = isCallRecord(started) ? started.call.id : started.id
        return lostOutcome(started, lastSeen, seq++, derivedId(lastSeen, `${run} lost ${id}`))
      })
      return [...lost, killedExit(last, lastSeen, seq, derivedId(lastSeen, `${run} exit`), lost.length)]
    },
    state: () => ({
      ...(expected === undefined ? {} : { expected }),
      gaps,
      explained,
      lastSeen,
      exited,
      ...(before === undefined ? {} : { before }),
      ...(last === undefined ? {} : { last: withoutContent(last) }),
    }),
  }
}
