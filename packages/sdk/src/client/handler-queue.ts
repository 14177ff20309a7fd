/**
 * The queue of one handler or sink for one server: `sink`'s delivery, with handlers called one record at a time and counted
 * one at a time, so that what is left when time is over is exact, and with what was dropped reported as soon as there is room.
 */
import type { LogRecord } from '../record/index.ts'
import {
  createDelivery,
  type DeliverySettings,
  type DeliveryStats,
  type Meter,
  type Sink,
  SinkError,
} from '../sink/index.ts'

/** Takes one record; what it returns is waited for before it gets the next one of the same server. */
export type Handler = (record: LogRecord) => void | Promise<void>

export interface HandlerQueue {
  push(record: LogRecord): void
  /** Reports what was dropped since the last report, if anything was. */
  reportDrops(): void
  /** Milliseconds; `left`: records not answered for when the time was over. */
  flush(timeoutMs: number): Promise<{ left: number }>
  close(timeoutMs: number): Promise<{ left: number }>
  stats(): DeliveryStats
}

export interface QueueSettings
  extends Pick<DeliverySettings, 'maxRecords' | 'maxBytes' | 'whenFull' | 'meter'> {
  /** Told of everything that a handler or sink threw. */
  onError: (error: unknown) => void
  /** Told once, when the first records had to be dropped. */
  onDrop: () => void
  /**
   * Tells everybody else how many records were dropped, in a record; returns the one that this handler or sink gets itself,
   * past its queue, before anything else.
   */
  report: (records: number) => LogRecord | undefined
}

/** A full queue may drop another record than the new one; to look costs too much for every record. */
const LOOK_EVERY = 64

/** What a handler has done with the batch in flight. */
interface Progress {
  handled: number
  failed: number
}

/** One queue in front of a sink. The sink itself is not closed: it may serve other servers too. */
export const createSinkQueue = (sink: Sink, settings: QueueSettings): HandlerQueue => {
  const { onError, onDrop, report, ...bounds } = settings
  let told = 0
  let warned = false
  let pushed = 0
  /** Reports that the sink itself has not had. */
  let owed: LogRecord[] = []

  const dropped = (): number => delivery.stats().dropped.overflow ?? 0
  const warn = (): void => {
    if (warned || dropped() === 0) return
    warned = true
    onDrop()
  }
  const reportDrops = (): void => {
    warn()
    const records = dropped() - told
    if (records === 0) return
    told += records
    const record = report(records)
    if (record !== undefined) owed.push(record)
  }

  const take: Sink = (batch, context) => {
    reportDrops()
    if (owed.length === 0) return sink(batch, context)
    const reports = owed
    owed = []
    try {
      const answer = sink(reports, context)
      if (answer === undefined) return sink(batch, context)
      return answer.then(undefined, onError).then(() => sink(batch, context))
    } catch (error) {
      onError(error)
      return sink(batch, context)
    }
  }
  const { transforms } = sink
  if (sink.flush !== undefined) take.flush = (timeoutMs) => sink.flush?.(timeoutMs) ?? Promise.resolve()

  const before: Sink = transforms === undefined ? take : Object.assign(take, { transforms })
  const delivery = createDelivery(before, { ...bounds, eager: true, onError: (error) => onError(error) })
  return {
    push(record) {
      pushed += 1
      if (!delivery.push(record) || pushed % LOOK_EVERY === 0) warn()
    },
    reportDrops,
    flush: (timeoutMs) => delivery.flush(timeoutMs),
    async close(timeoutMs) {
      const result = await delivery.close(timeoutMs)
      warn()
      return result
    },
    stats: () => delivery.stats(),
  }
}

/** One queue in front of a function that takes one record. */
export const createHandlerQueue = (handler: Handler, settings: QueueSettings): HandlerQueue => {
  let progress: Progress = { handled: 0, failed: 0 }
  let over = false
  let signal: AbortSignal | undefined

  const sink: Sink = (batch, context) => {
    signal = context?.signal
    const rejects: { index: number; reason: string; retryable: boolean }[] = []
    const mine: Progress = { handled: 0, failed: 0 }
    progress = mine
    const fail = (index: number, error: unknown): void => {
      if (signal?.aborted) return
      mine.failed += 1
      rejects.push({ index, reason: String(error), retryable: false })
      settings.onError(error)
    }
    const finish = (): void => {
      if (signal?.aborted) return
      progress = { handled: 0, failed: 0 }
      if (rejects.length > 0) throw new HandlerError(rejects)
    }
    const step = (index: number): void | Promise<void> => {
      for (let at = index; at < batch.length; at++) {
        if (signal?.aborted) return
        const record = batch[at]
        if (record === undefined) continue
        try {
          const answer: unknown = handler(record)
          if (isThenable(answer)) return rest(answer, at)
        } catch (error) {
          fail(at, error)
        }
        mine.handled += 1
      }
      finish()
    }
    const rest = async (answer: PromiseLike<unknown>, at: number): Promise<void> => {
      try {
        await answer
      } catch (error) {
        fail(at, error)
      }
      if (signal?.aborted) return
      mine.handled += 1
      await step(at + 1)
    }
    return step(0)
  }

  const onError = (error: unknown): void => {
    // Each failure has been told when it happened.
    if (!(error instanceof HandlerError)) settings.onError(error)
  }
  const { meter } = settings
  const counting = meter && { meter: meterHandled(meter, () => (signal?.aborted ? progress : undefined)) }
  const queue = createSinkQueue(sink, { ...settings, onError, ...counting })
  const exact = ({ left }: { left: number }): { left: number } => ({
    left: Math.max(0, left - progress.handled),
  })

  return {
    push: queue.push,
    reportDrops: queue.reportDrops,
    flush: async (timeoutMs) => exact(await queue.flush(timeoutMs)),
    async close(timeoutMs) {
      const result = exact(await queue.close(timeoutMs))
      over = true
      return result
    },
    stats() {
      const stats = queue.stats()
      const { handled, failed } = progress
      if (handled === 0) return stats
      stats.delivered += handled - failed
      if (failed > 0) stats.dropped.failed = (stats.dropped.failed ?? 0) + failed
      if (over) stats.dropped.closed = (stats.dropped.closed ?? 0) - handled
      else stats.queued -= handled
      return stats
    },
  }
}

/** What is given up with a batch does not count where it was handled before: `progress` tells, once the batch is given up. */
const meterHandled = (meter: Meter, progress: () => Progress | undefined): Meter => {
  let isTold = false
  return {
    ...meter,
    dropped(reason, records) {
      const given = reason === 'closed' && !isTold ? progress() : undefined
      if (given === undefined) return meter.dropped(reason, records)
      isTold = true
      if (given.failed > 0) meter.dropped('failed', given.failed)
      if (records > given.handled) meter.dropped(reason, records - given.handled)
    },
  }
}

class HandlerError extends SinkError {
  constructor(rejects: SinkError['rejects'] & object) {
    super('a handler threw', { rejects })
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
