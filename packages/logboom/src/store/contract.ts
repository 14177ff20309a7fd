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

/** A record with the place it has in the store. */
export interface Stored {
  position: number
  record: LogRecord
}

/** When a question ends without an answer. One that is made of several hands it on to each. */
export interface Patience {
  /** Aborts when nobody waits for the answer any more. */
  signal?: AbortSignal
  /** It fails with `LB_QUERY_LIMIT` at this moment of `performance.now()`, `ms` after it was asked. */
  deadline?: { at: number; ms: number }
}

/** Which records: what every question begins with. */
export interface Selection extends Patience {
  filter?: Expr
  /** Bounds on `time`, Unix epoch milliseconds, inclusive and exclusive. */
  since?: number
  until?: number
}

/** A page of records by position. */
export interface PageQuery extends Selection {
  /** Only positions above, or below, these. */
  after?: number
  before?: number
  /** Which end the page is taken from; the items stand in this order. */
  order: 'oldest' | 'newest'
  limit: number
}

export interface Page {
  items: Stored[]
  /** More records match beyond the last item. */
  more: boolean
  /** The newest position when the page was taken: a live tail begins after it. */
  last: number
}

export interface HistogramQuery extends Selection {
  /** Milliseconds of a bucket; buckets begin at its multiples. */
  step: number
  /** A field to split by: any known field of text or choice, or an attribute's path as the query language writes it. */
  by?: string
}

export interface Histogram {
  step: number
  /** Oldest first, without empty ones. `time` is the beginning of the bucket. */
  buckets: { time: number; count: number; by?: Record<string, number> }[]
  total: number
}

export interface FacetQuery extends Selection {
  fields: readonly string[]
  /** Values per field, most frequent first. */
  limit: number
}

export interface Facet {
  field: string
  values: { value: string; count: number }[]
  /** Records that have a value beyond those listed, and those that have none. */
  other: number
  missing: number
}

/** A field that records have, with what it holds; for completion. Attributes are told by a sample of the newest records. */
export interface FieldSummary {
  /** As the query language writes it: `level`, `@user.id`. */
  name: string
  types: ('string' | 'number' | 'boolean' | 'object' | 'array')[]
  count: number
  examples: string[]
}

/** Messages that differ only in their variable parts. */
export interface Pattern {
  /** The message with `<*>` for what varies. */
  pattern: string
  count: number
  levels: Partial<Record<Level, number>>
  servers: string[]
  first: number
  last: number
  /** The newest record of it. */
  example: Stored
}

export interface CallSummary {
  call: NamedCall
  server: string
  run: string
  client?: string
  traceId?: string
  /** Sizes of its messages, as far as they were seen. */
  requestBytes?: number
  responseBytes?: number
  /** Position and time of its start, or of its outcome where that was dropped. */
  position: number
  time: number
  /** Absent while it is open. */
  outcome?: { position: number; time: number; level: Level; message: string }
}

export interface CallPage {
  items: CallSummary[]
  more: boolean
}

export interface RunSummary {
  run: string
  server: string
  alive: boolean
  first: number
  lastSeen: number
  records: number
  /** Its last words: exit code or signal, or that it was killed. */
  exit?: { message: string; level: Level; time: number }
  protocol?: string
  client?: string
  serverVersion?: string
}

/** How a question is answered: for each file, what was asked of its index and how much was left to look at. */
export interface Explanation {
  query: string
  files: {
    name: string
    kind: 'hot' | 'sealed'
    rows: number
    /** Files outside the time bounds are not opened. */
    skipped?: 'time' | 'index'
    blocks: { of: number; read: number }
  }[]
  /** One line for each condition: what serves it. */
  conditions: string[]
  /** The SQL of one file, with its parameters bound. */
  sql: string
  matched: number
  checked: number
  ms: number
}

/** The store in a database: everything a `Store` answers, by position, and what the API asks besides. */
export interface Archive extends Store {
  stats(query: RecordQuery & Patience): Promise<StoreStats>
  /** The newest position; 0 for an empty store. */
  last(): Promise<number>
  page(query: PageQuery): Promise<Page>
  byId(id: string, patience?: Patience): Promise<Stored | undefined>
  histogram(query: HistogramQuery): Promise<Histogram>
  facets(query: FacetQuery): Promise<Facet[]>
  fields(query: Selection): Promise<FieldSummary[]>
  patterns(query: Selection & { limit: number }): Promise<Pattern[]>
  callPage(query: PageQuery): Promise<CallPage>
  story(call: string, patience?: Patience): Promise<CallStory | undefined>
  runs(query: Selection): Promise<RunSummary[]>
  explain(query: PageQuery): Promise<Explanation>
  /**
   * Runs one read-only statement over the view `records` (the columns of the record, `attributes` as JSON).
   * @throws LogboomError `LB_SQL` for a statement SQLite refuses or that would write, `LB_QUERY_LIMIT` past its time
   */
  sql(statement: string, options: { limitMs: number; maxRows: number }): Promise<SqlResult>
}

export interface SqlResult {
  columns: string[]
  rows: (string | number | null)[][]
  /** Rows were left out. */
  cut: boolean
}
