/** The seams of the SQLite store's writing side. The format is specified in `format.ts`. */
import type { Json, LogRecord } from '@logboom/sdk/record'

/** How far a run's journal was read, and what its reader has to remember. */
export interface RunMark {
  run: string
  server: string
  /** The process that captures. */
  pid: number
  pidStart: string
  /** Where to read on: the segment and the offset of the next line. */
  segment: number
  offset: number
  /** `observed` of its last record. */
  lastSeen: number
  /** Nothing of it comes any more: its ending is stored, and what was missing stands in the counters as `unknown`. */
  ended: boolean
  /** A `TrackerState`: what the tracker of the run needs to go on, without its open calls. Until `ended` it tells what is missing. */
  tracker: Json
  /** What was wrong with its journal. */
  problems?: { file: string; problem: string }[]
}

/** What is written in one transaction. */
export interface Batch {
  records: readonly LogRecord[]
  /** Marks that replace those of the same run. */
  marks: readonly RunMark[]
  /** Runs whose journals are deleted: their marks go. */
  forget: readonly string[]
  /** Starts of calls that were opened, and are still open at the end of the batch. */
  opened: readonly LogRecord[]
  /** Ids of calls that have ended (or whose run was forgotten), opened in an earlier batch. */
  closed: readonly string[]
  /** Drops told or found, by reason: added to the counters. */
  dropped: Readonly<Record<string, number>>
}

/** The same for the thread that writes: texts, numbers, and one array for all tokens. */
export interface EncodedBatch extends Omit<Batch, 'records'> {
  rows: EncodedRows
}

/** Of as many records as `times` has. */
export interface EncodedRows {
  /** The JSON of each series of these records, once. */
  series: readonly string[]
  /** Which of them each record belongs to. */
  seriesOf: Uint32Array
  times: Float64Array
  observed: Float64Array
  messages: readonly string[]
  folded: readonly (string | null)[]
  bodies: readonly string[]
  /** Durations of the records that are outcomes of calls. */
  outcomes: ReadonlyMap<number, number | null>
  /**
   * Those of record `i` begin at `tokens[ends[i - 1]]` and end before `tokens[ends[i]]`; those of its series and of what its
   * message's columns hold are not among them.
   */
  tokens: Uint32Array
  ends: Uint32Array
}

export interface Written {
  /** Position of the batch's first record; the others follow without gap. Absent when it had none. */
  first?: number
}

/** What may take until another thread has answered. */
type Soon<T> = T | Promise<T>

export interface StoreWriter {
  /** As they were at the end of the last batch. */
  marks(): Soon<RunMark[]>
  /** Starts of the calls of a run that are open. */
  openCalls(run: string): Soon<LogRecord[]>
  /** The counters of drops, as they were at the end of the last batch. */
  counters(): Soon<Record<string, number>>
  /** What `append` takes; it can be made while the batch before is written. One batch at a time. */
  encode(batch: Batch): Soon<EncodedBatch>
  /**
   * Writes a batch in one transaction. When the disk is full it drops the oldest sealed data and tries again.
   * @throws LogboomError `LB_STORE_FULL` when there is nothing left to drop; nothing of the batch is written then
   * @throws what SQLite throws for a damaged file, which is in quarantine then: the marks are the newest that are left
   */
  append(batch: EncodedBatch): Soon<Written>
  /** Drops the oldest sealed data while the disk has little left: captures, which have the newest, stop before it is full. */
  keepRoom(): Soon<void>
  /** Makes everything written safe from the death of the machine, so that journals may be deleted. */
  sync(): Soon<void>
  /** Drops sealed data until the store is within its limits; tells what went. Records of single servers go in a worker thread. */
  retain(limits: Retention): Promise<Retained>
  /** Has sealed files, all unless told which, checked in a worker thread, one after the other, and puts those aside that are damaged. */
  check(names?: Iterable<string>): Promise<void>
  /** Resolves when no file waits to be sealed, or the last try has failed (see `stats`). */
  sealed(): Promise<void>
  stats(): Soon<WriterStats>
  /** Waits for a seal that is under way, then closes. */
  close(): Promise<void>
}

export interface Retention {
  /** Bytes of the whole store; default 2 GiB. */
  maxBytes?: number
  /** Milliseconds since `observed`; default 30 days. */
  maxAge?: number
  /** Rows and ages of single servers: their oldest records go although the files stay. */
  servers?: Readonly<Record<string, { maxAge?: number; maxRecords?: number }>>
  /** Unix epoch milliseconds; a clock that jumped ahead deletes nothing: see `clock.ts`. */
  now: number
  /** Somebody has looked at what goes and wants it: the clock is believed. */
  isConfirmed?: boolean
}

export interface Retained {
  files: number
  records: number
  bytes: number
}

export interface WriterStats {
  /** Records written since this writer was opened. */
  written: number
  /** Hot files that wait for their seal. */
  sealing: number
  /** Why the last seal failed, if it did. */
  sealFailed?: string
  bytes: number
  /** The newest position; 0 when there never was a record. */
  last: number
  /** Records the store dropped since it began: by `retention`, for want of room on the `disk`, by `damage` (where known). */
  dropped: Readonly<Record<string, number>>
  /** Files in quarantine. */
  quarantined: number
}
