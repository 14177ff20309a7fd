/** The seams of `sink`: what takes batches of records, and the queue in front of it. */
import type { Level, LogRecord } from '../record/index.ts'
import type { AnyTransform } from '../transform/index.ts'

/**
 * Takes a batch of records once: one attempt, no retry, no queue of its own unless its header says so. Throws a
 * `SinkError` for what it could not take. A plain function is a sink; what holds a resource adds `flush` and `close`.
 */
export interface Sink {
  (batch: readonly LogRecord[], context?: SinkContext): void | Promise<void>
  /** Resolves when what the sink itself buffers has left, or the time is over. */
  flush?(timeoutMs: number): Promise<void>
  /** Flushes and frees; later batches are refused. */
  close?(timeoutMs: number): Promise<void>
  /** What the queue in front applies to each record, once, before it waits there; see `through`. */
  readonly transforms?: readonly AnyTransform[]
}

export interface SinkContext {
  /** Aborted when nobody waits for the attempt any more. */
  signal?: AbortSignal
}

/** What to do when a queue is full. `block`: whoever can wait does; a caller that cannot gets `drop_newest`. */
export type FullPolicy = 'block' | 'drop_oldest' | 'drop_newest' | 'drop_low_severity'

/**
 * Counts what happens to records. A record comes once to `record`, where it was captured or made, however many sinks there are;
 * the rest is each queue's. Everything is called synchronously, and what it throws is ignored.
 */
export interface Meter {
  record(record: LogRecord): void
  /** A sink took a record, so many milliseconds after it came to the queue, transforms and further attempts included. */
  taken(record: LogRecord, waitedMs: number): void
  /** A queue gave up records; reasons as in `DeliveryStats`. */
  dropped(reason: string, records: number): void
  /** A transform left out records; reasons as in `DeliveryStats`. */
  reduced(reason: string, records: number): void
}

export interface DeliverySettings {
  /** Records waiting at most. @default 10_000 */
  maxRecords?: number
  /** Bytes waiting at most, estimated. @default 16 MiB */
  maxBytes?: number
  /** @default 'drop_low_severity' */
  whenFull?: FullPolicy
  /** Records handed over at once at most. @default 256 */
  batch?: number
  /**
   * Hand over at the end of the running microtasks instead of on the next turn of the event loop: for handlers in the same
   * process, which should see a record before what comes after it is acted on. Batches are smaller.
   * @default false
   */
  eager?: boolean
  /** What to do with a batch that the sink says may be taken later. */
  retry?: RetrySettings
  /** Told of every failure of the sink, also of attempts that will be repeated; what it throws is ignored. */
  onError?: (error: unknown, batch: readonly LogRecord[]) => void
  /** Told what is taken, dropped and reduced; `record` is not called. @default none, and nothing is timed */
  meter?: Meter
}

export interface RetrySettings {
  /** How often a batch is offered at most without any of it being taken, the first time included. @default 5 */
  attempts?: number
  /** Milliseconds before the second attempt, doubled each time; a receiver's own wish goes before. @default 500 */
  firstMs?: number
  /** @default 30_000 */
  longestMs?: number
}

/** `received + made = delivered + queued + dropped + reduced` at every moment; without transforms, `made` and `reduced` are none. */
export interface DeliveryStats {
  received: number
  /** Records of the sink's transforms, which tell of what they left out. */
  made: number
  /** Left out by the sink's transforms, by reason: `thinned`, `deduped`, `throttled`, `filtered`. */
  reduced: Record<string, number>
  delivered: number
  /** In memory: waiting, or handed over and not answered for yet. */
  queued: number
  /** By reason: `overflow`, `failed` (the sink refused), `closed` (came after close, or was left when its time was over). */
  dropped: Record<string, number>
  /** By level; less than `dropped` together where a receiver told how many it refused but not which. */
  droppedLevels: Partial<Record<Level, number>>
}

/** A bounded queue in front of one sink: order kept, one batch in flight, never throws, never blocks the caller's turn. */
export interface Delivery {
  /** Returns false when the record was dropped at once. */
  push(record: LogRecord): boolean
  /** Resolves when there is room (policy `block`), or never will be because of `close`. Push in the same turn. */
  ready(): Promise<void>
  /** Resolves when all that was pushed before has been answered for, or the time is over; `left`: what has not. */
  flush(timeoutMs: number): Promise<{ left: number }>
  /** Takes nothing more, flushes, gives up what is `left` (dropped as `closed`), and closes the sink. */
  close(timeoutMs: number): Promise<{ left: number }>
  stats(): DeliveryStats
}
