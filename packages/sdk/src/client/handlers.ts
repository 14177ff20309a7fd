/**
 * Where the records of captured servers go: `onLog`, `onRecord`, sinks and iterators, each behind a queue of its own for each
 * server. So order is kept within a server, no handler waits for another, and no call waits for any.
 */
import { LOG_SOURCES, type LogRecord } from '../record/index.ts'
import type { DeliverySettings, DeliveryStats, Meter, Sink } from '../sink/index.ts'
import { quietMeter } from '../sink/meter.ts'
import {
  createHandlerQueue,
  createSinkQueue,
  type Handler,
  type HandlerQueue,
  type QueueSettings,
} from './handler-queue.ts'
import { createNotices, type MakeNotice } from './notices.ts'
import { createSubscription, type Subscription } from './subscription.ts'
import { createWarn, type OnWarning } from './warnings.ts'

export type { Handler } from './handler-queue.ts'

/** A handler or sink for each server, made when the server is connected. */
export interface PerServer<T> {
  readonly perServer: (server: string) => T
}

/**
 * Gives every server a handler or sink of its own.
 * @example connectAll(servers, { onLog: perServer((server) => (record) => print(server, record.message)) })
 */
export const perServer = <T>(make: (server: string) => T): PerServer<T> => ({ perServer: make })

/** Where a handler or sink failed. */
export interface HandlerFailure {
  server: string
  /** `onLog`, `onRecord`, `sinks[0]`, … */
  handler: string
}

export interface HandlerOptions {
  /** Takes what servers logged: sources `message`, `stderr`, `stdout`, `otlp`, `app`. */
  onLog?: Handler | PerServer<Handler>
  /** Takes every record: calls, notifications and lifecycle too. */
  onRecord?: Handler | PerServer<Handler>
  /** Take every record in batches. Closed with the last connection that uses them. */
  sinks?: readonly (Sink | PerServer<Sink>)[]
  /**
   * The bounds of each queue, and what happens when it is full. Nothing here can wait, so `block` drops the newest.
   * @default 10_000 records, 16 MiB, 'drop_low_severity'
   */
  queue?: Pick<DeliverySettings, 'maxRecords' | 'maxBytes' | 'whenFull'>
  /**
   * Counts records, calls and what the queues do: `await prometheusMetrics()` or `otelMetrics({ meter })` of
   * `@logboom/sdk/metrics`, or a `Meter` of your own.
   */
  metrics?: Meter
  /** Told of everything a handler or sink throws. @default the first of each is a warning */
  onError?: (error: unknown, where: HandlerFailure) => void
  /** Told what goes wrong beside the work. @default `process.emitWarning` */
  onWarning?: OnWarning
  /**
   * How long closing waits for handlers and sinks, in milliseconds.
   * @default 5_000
   */
  closeTimeoutMs?: number
}

export interface FlushOptions {
  /** Milliseconds. @default 5_000 */
  timeoutMs?: number
}

export interface FlushReport {
  /** Deliveries not made when the time was over: of `flush` they still wait, of `close` they are dropped. 0: all went out. */
  left: number
}

export interface HandlerStats extends DeliveryStats, HandlerFailure {}

/** `received + made = delivered + queued + dropped + reduced` in total and for each handler. */
export interface LoggingStats {
  /** Records captured. */
  records: number
  received: number
  /** Records of transforms (see `through`), and what these left out, by reason. */
  made: number
  reduced: Record<string, number>
  delivered: number
  queued: number
  /** By reason: `overflow`, `failed`, `closed`. */
  dropped: Record<string, number>
  /** Not taken at all, by reason, and no drops. `below_level`: less severe than the level that was asked for. */
  skipped: Record<string, number>
  handlers: HandlerStats[]
}

/** The logging of one connection, or of several. */
export interface Logging {
  /** Resolves when all that was captured so far has been handed over, or the time is over. */
  flush(options?: FlushOptions): Promise<FlushReport>
  /** Every record from now on, until the connection closes; 10,000 wait for the reader, then the oldest goes. */
  records(): AsyncIterableIterator<LogRecord>
  stats(): LoggingStats
}

/** The queues of one server. */
export interface Outlet {
  readonly server: string
  readonly notice: MakeNotice
  take(record: LogRecord): void
  /** Counts a record that is left out before it could be taken. */
  skip(reason: string): void
  close(timeoutMs: number): Promise<FlushReport>
}

export interface Outlets extends Logging {
  open(server: string): Outlet
  /** Hands over what waits, then closes the sinks that no other connection uses. */
  close(options?: FlushOptions): Promise<FlushReport>
}

export const FLUSH_MS = 5_000
const MAX_WAITING = 10_000
/** A sink that has nothing left to do may take this long to close, whatever the timeout. */
const MIN_CLOSE_MS = 50

/** How many connections use a sink; it is closed with the last. */
const users = new WeakMap<Sink, number>()

interface Named {
  server: string
  handler: string
  queue: HandlerQueue
}

const isPerServer = <T extends object>(value: T | PerServer<T>): value is PerServer<T> =>
  typeof value === 'object' && 'perServer' in value

const sum = (reports: readonly FlushReport[]): FlushReport => ({
  left: reports.reduce((total, { left }) => total + left, 0),
})

/**
 * @throws LogboomError LB_USAGE where `metrics` is no meter
 * @param settle records what capture still holds back; called before every flush
 */
export const createOutlets = (options: HandlerOptions, settle: () => void = () => {}): Outlets => {
  const meter = quietMeter('the client', 'metrics', options.metrics)
  const warn = createWarn(options.onWarning)
  const closeMs = options.closeTimeoutMs ?? FLUSH_MS
  const queues: Named[] = []
  const open: Outlet[] = []
  const subscriptions = new Set<Subscription>()
  const shared = (options.sinks ?? []).filter((sink) => typeof sink === 'function')
  for (const sink of shared) users.set(sink, (users.get(sink) ?? 0) + 1)
  const skipped: Record<string, number> = {}
  let records = 0
  let iterated = { received: 0, delivered: 0, dropped: 0 }
  let closing: Promise<FlushReport> | undefined

  const forget = (subscription: Subscription): void => {
    if (!subscriptions.delete(subscription)) return
    const { received, delivered, dropped } = subscription.stats()
    iterated = {
      received: iterated.received + received,
      delivered: iterated.delivered + delivered,
      dropped: iterated.dropped + dropped,
    }
  }

  const closeSink = async (sink: Sink, server: string, timeoutMs: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs)
    })
    try {
      await Promise.race([sink.close?.(timeoutMs), late])
    } catch (cause) {
      warn({ code: 'not_closed', server, message: `A sink did not close: ${String(cause)}`, cause })
    } finally {
      clearTimeout(timer)
    }
  }

  /** What a sink or handler's queue needs to know, and the counting of its failures. */
  const settingsOf = (server: string, handler: string, report: QueueSettings['report']) => {
    let failures = 0
    const onError = (cause: unknown): void => {
      failures += 1
      if (options.onError !== undefined) {
        try {
          options.onError(cause, { server, handler })
        } catch {
          // Who listens to errors has no say in the work.
        }
      } else if (failures === 1) {
        const message = `${handler} threw for a record of server "${server}": ${String(cause)}; counted from now on`
        warn({ code: 'handler_failed', server, message, cause })
      }
    }
    const onDrop = (): void => {
      const message = `Records of server "${server}" were dropped: the queue of ${handler} is full; counted from now on`
      warn({ code: 'records_dropped', server, message })
    }
    return { ...options.queue, onError, onDrop, report, ...(meter === undefined ? {} : { meter }) }
  }

  const make = <T extends object>(
    given: T | PerServer<T>,
    server: string,
    handler: string,
  ): T | undefined => {
    if (!isPerServer(given)) return given
    try {
      return given.perServer(server)
    } catch (cause) {
      const message = `No ${handler} could be made for server "${server}": ${String(cause)}`
      warn({ code: 'handler_failed', server, message, cause })
      return undefined
    }
  }

  const openOutlet = (server: string): Outlet => {
    const notice = createNotices(server)
    const mine: (Named & { logsOnly: boolean })[] = []
    const owned: Sink[] = []
    const add = (handler: string, queue: HandlerQueue, logsOnly = false): void => {
      mine.push({ server, handler, queue, logsOnly })
    }
    /** A report of drops is a record like others: every handler that wants more than logs gets it, once. */
    const reporting = (handler: string) => (dropped: number) => {
      const what = dropped === 1 ? '1 record was' : `${dropped} records were`
      const record = notice('warning', `${what} dropped: the queue of ${handler} was full`, {
        event: 'drop',
        reason: 'overflow',
        records: dropped,
        handler,
      })
      let own: LogRecord | undefined
      for (const each of mine) {
        if (each.logsOnly) continue
        if (each.handler === handler) own = record
        else each.queue.push(record)
      }
      for (const subscription of subscriptions) subscription.push(record)
      return own
    }
    const settings = (handler: string) => settingsOf(server, handler, reporting(handler))
    const { onLog, onRecord, sinks = [] } = options
    const logHandler = onLog && make(onLog, server, 'onLog')
    const recordHandler = onRecord && make(onRecord, server, 'onRecord')
    if (logHandler) add('onLog', createHandlerQueue(logHandler, settings('onLog')), true)
    if (recordHandler) add('onRecord', createHandlerQueue(recordHandler, settings('onRecord')))
    for (const [index, given] of sinks.entries()) {
      const handler = `sinks[${index}]`
      const sink = make(given, server, handler)
      if (sink === undefined) continue
      if (sink !== given) owned.push(sink)
      add(handler, createSinkQueue(sink, settings(handler)))
    }
    queues.push(...mine)

    const closeAll = async (timeoutMs: number): Promise<FlushReport> => {
      // One that is stuck never comes to report its own.
      for (const { queue } of mine) queue.reportDrops()
      const report = sum(await Promise.all(mine.map(({ queue }) => queue.close(timeoutMs))))
      await Promise.all(owned.map((sink) => closeSink(sink, server, Math.max(MIN_CLOSE_MS, timeoutMs))))
      return report
    }
    let closed: Promise<FlushReport> | undefined
    const outlet: Outlet = {
      server,
      notice,
      take(record) {
        records += 1
        meter?.record(record)
        const isLog = LOG_SOURCES.includes(record.source)
        for (const { queue, logsOnly } of mine) if (isLog || !logsOnly) queue.push(record)
        for (const subscription of subscriptions) subscription.push(record)
      },
      skip(reason) {
        skipped[reason] = (skipped[reason] ?? 0) + 1
      },
      close(timeoutMs) {
        closed ??= closeAll(timeoutMs)
        return closed
      },
    }
    open.push(outlet)
    return outlet
  }

  const closeEverything = async (timeoutMs: number): Promise<FlushReport> => {
    settle()
    const report = sum(await Promise.all(open.map((outlet) => outlet.close(timeoutMs))))
    for (const subscription of subscriptions) subscription.end()
    const last = shared.filter((sink) => {
      const left = (users.get(sink) ?? 1) - 1
      users.set(sink, left)
      return left === 0
    })
    const server = open[0]?.server ?? ''
    await Promise.all(last.map((sink) => closeSink(sink, server, Math.max(MIN_CLOSE_MS, timeoutMs))))
    return report
  }

  return {
    open: openOutlet,
    async flush({ timeoutMs = FLUSH_MS } = {}) {
      settle()
      return sum(await Promise.all(queues.map(({ queue }) => queue.flush(timeoutMs))))
    },
    close({ timeoutMs = closeMs } = {}) {
      closing ??= closeEverything(timeoutMs)
      return closing
    },
    records() {
      const subscription: Subscription = createSubscription(
        MAX_WAITING,
        () => forget(subscription),
        (dropped) => meter?.dropped('overflow', dropped),
      )
      if (closing === undefined) subscriptions.add(subscription)
      else subscription.end()
      return subscription.iterator
    },
    stats() {
      const handlers = queues.map(
        ({ server, handler, queue }): HandlerStats => ({ server, handler, ...queue.stats() }),
      )
      const total: LoggingStats = {
        records,
        received: iterated.received,
        made: 0,
        reduced: {},
        delivered: iterated.delivered,
        queued: 0,
        dropped: iterated.dropped > 0 ? { overflow: iterated.dropped } : {},
        skipped: { ...skipped },
        handlers,
      }
      const count = (part: { received: number; delivered: number; queued: number }): void => {
        total.received += part.received
        total.delivered += part.delivered
        total.queued += part.queued
      }
      const drop = (reason: string, dropped: number): void => {
        if (dropped > 0) total.dropped[reason] = (total.dropped[reason] ?? 0) + dropped
      }
      for (const part of handlers) {
        count(part)
        for (const [reason, dropped] of Object.entries(part.dropped)) drop(reason, dropped)
        total.made += part.made
        for (const [reason, records] of Object.entries(part.reduced))
          total.reduced[reason] = (total.reduced[reason] ?? 0) + records
      }
      for (const subscription of subscriptions) {
        count(subscription.stats())
        drop('overflow', subscription.stats().dropped)
      }
      return total
    },
  }
}
