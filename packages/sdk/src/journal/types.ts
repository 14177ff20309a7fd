/** The seams of the journal. The format is specified in `format.ts`. */
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
  /** Records taken, written, waiting in memory (at risk), and dropped because the queue was full. */
  taken: number
  written: number
  queued: number
  queuedBytes: number
  dropped: number
}

/** What the writer could not keep since it was last told; told once. */
export interface WriterDrops {
  records: number
  levels: Partial<Record<LogRecord['level'], number>>
}

export interface JournalWriter {
  /** Queues a record. Never throws, never waits: what does not fit goes by level, lowest first, and is counted. */
  append(record: LogRecord): void
  /** Resolves when everything appended before is written, or `timeoutMs` has passed; tells how many are left. */
  flush(timeoutMs: number): Promise<{ left: number }>
  /** Flushes, then closes the file. */
  close(timeoutMs: number): Promise<{ left: number }>
  stats(): JournalWriterStats
}
