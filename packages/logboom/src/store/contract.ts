/**
 * The store contract: what answers questions about records. Today the journals themselves (`store/journal`); a database
 * fits behind the same contract, and every answer must be the same.
 */

import type { Expr } from '@logboom/sdk/query'
import type { Level, LogRecord, NamedCall, Outcome } from '@logboom/sdk/record'

export interface RecordQuery {
  /** Parsed query; absent means everything. */
  filter?: Expr
  /** Bounds on `time`, Unix epoch milliseconds, inclusive and exclusive. */
  since?: number
  until?: number
  /** The last N that match; absent means all. */
  limit?: number
  signal?: AbortSignal
}

/** A call with everything attributed to it. */
export interface CallStory {
  call: NamedCall
  server: string
  run: string
  /** Its start; where that was dropped, its outcome stands for it. */
  started: LogRecord
  /** Absent while the call is open. */
  outcome?: LogRecord
  /** Records attributed to it (exact or inferred), in order; its own two are not among them. */
  records: LogRecord[]
}

export interface ToolStats {
  server: string
  method: string
  tool?: string
  /** Calls with an outcome, by outcome, and calls still open. */
  outcomes: Partial<Record<Outcome, number>>
  open: number
  /** Milliseconds, of the calls that ended; absent when none did. */
  p50?: number
  p95?: number
  p99?: number
}

export interface ServerStats {
  server: string
  /** Runs seen, and those whose process still lives. */
  runs: number
  alive: number
  levels: Partial<Record<Level, number>>
  records: number
  lastSeen: number
}

export interface StoreStats {
  servers: ServerStats[]
  tools: ToolStats[]
  /** Records told as dropped, by reason; `unknown` are gaps in a run's `seq` that nothing explains. */
  dropped: Record<string, number>
  /** Values masked. */
  redacted: number
  /** Files that could not be read as journals, and why. */
  problems: { file: string; problem: string }[]
  bytes: number
}

export interface Store {
  /** Matching records in order, oldest first. */
  records(query: RecordQuery): AsyncIterable<LogRecord>
  /** The same, and then what comes, until the signal aborts. */
  follow(query: RecordQuery): AsyncIterable<LogRecord>
  /** Calls of which the start, the outcome or an attributed record matches; oldest first. */
  calls(query: RecordQuery): AsyncIterable<CallStory>
  /** Counts of what matches; `dropped`, `problems` and `bytes` are of everything. `limit` has no meaning here. */
  stats(query: RecordQuery): Promise<StoreStats>
  close(): Promise<void>
}
