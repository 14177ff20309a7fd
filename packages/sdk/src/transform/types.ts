/** The seams of `transform`: what stands between a record and a sink. */
import type { LogRecord } from '../record/index.ts'

/**
 * A transform at work, with what it remembers. `received + made = passed + reduced`: every record it is given it passes on,
 * changed or not, or leaves out; what it makes itself tells of what it left out.
 */
export interface Stage {
  /** Under which what it leaves out is counted: `thinned`, `deduped`, `throttled`, `filtered`. */
  readonly reason: string
  /** The record as it goes on, or nothing. Never changes the one it is given. `now`: Unix epoch milliseconds. */
  take(record: LogRecord, now: number): LogRecord | undefined
  /** What there is to tell by now: of windows that are over. Asked every second. */
  due?(now: number): readonly LogRecord[]
  /** The same of windows that are not over yet: somebody flushes or closes. */
  settle?(now: number): readonly LogRecord[]
}

/** A transform as an option: its settings are checked, and every queue it is given to has a stage of its own. */
export interface Transform {
  readonly start: () => Stage
}

/** A function of a record is one too: what it returns goes on; nothing returned is counted as `filtered`. */
export type AnyTransform = Transform | ((record: LogRecord) => LogRecord | undefined)
