/** The seams of the journal. The format is specified in `format.ts`. */
import type { Drops } from '../observe/types.ts'
import type { LogRecord } from '../record/index.ts'

/** Line 1 of every segment. */
export interface JournalHeader {
  /** Version of the format. */
  logboom: 1
  run: string
  server: string
  /** The process that captures: while it lives, the run may still be written. */
  pid: number
  /** When that process started, as `platform` tells it: with `pid` it names a process for good. */
  pidStart: string
  /** 0, 1, 2… within the run. */
  segment: number
}

export interface JournalWriterStats {
  /** Records taken; at any moment `taken = written + queued + dropped`. */
  taken: number
  written: number
  /** Waiting in memory, those of the write in flight included: at risk. */
  queued: number
  queuedBytes: number
  /** Given up: the queue was full, or the journal was closed. */
  dropped: number
  /** The last write failed, and the next one has not succeeded yet. */
  failing: boolean
}

/**
 * What was lost since it was last told; told once, for the observer to make a record of. `overflow`: the queue was full;
 * `write`: it was full because the disk refused; `budget`: older segments, of any run, were deleted to make room.
 */
export type WriterDrops = Drops

export interface JournalWriter {
  /** Queues a record. Never throws, never waits: what does not fit goes by level, lowest first, and is counted. */
  append(record: LogRecord): void
  /** Resolves when everything appended before is written, or `timeoutMs` has passed; tells how many are left. */
  flush(timeoutMs: number): Promise<{ left: number }>
  /** Flushes, then closes the file. What is appended afterwards is dropped and counted. */
  close(timeoutMs: number): Promise<{ left: number }>
  stats(): JournalWriterStats
}

/** Whether the process with this id and start time lives. */
export type IsAlive = (pid: number, pidStart: string) => boolean | Promise<boolean>
