/**
 * A sink of sinks: each record to those that its routes name. Every sink stands behind a queue of its own, so one that hangs holds up
 * nobody else, and what it costs is counted in its own stats. A sink that several routes name has one queue, and gets a record once.
 */
import type { LogRecord } from '../../record/index.ts'
import { createDelivery } from '../delivery.ts'
import { SinkError } from '../errors.ts'
import type { Delivery, DeliveryStats, Sink } from '../types.ts'
import { type Route, type RouteList, type RouteOptions, type RouteTable, readRoutes } from './options.ts'

export interface RouteStats {
  received: number
  /** Of those, what no route took, and there was no `otherwise` for. */
  unrouted: number
  /** Of each sink's queue, in the order in which the sinks were first named, those of `otherwise` last. */
  sinks: DeliveryStats[]
}

export interface RouteSink extends Sink {
  flush(timeoutMs: number): Promise<void>
  close(timeoutMs: number): Promise<void>
  stats(): RouteStats
}

/** Apart, so that a function in a list knows that it is given a record. */
interface MakeRoute {
  (routes: RouteTable, options?: RouteOptions): RouteSink
  (routes: RouteList, options?: RouteOptions): RouteSink
}

/**
 * Gives records to sinks by what they are. A batch counts as delivered when every record of it is in the queues: see `stats()` for what
 * became of them there. Queues cannot make it wait: `whenFull: 'block'` is as `'drop_newest'`.
 * @param routes queries to sinks, or pairs in a list where order matters or a query is not enough; `otherwise` gets what none means
 * @throws LogboomError LB_SINK_OPTIONS, LB_QUERY_SYNTAX
 * @example route({ 'level:>=error': [slack], 'server:payments': [payments], otherwise: [everything] })
 */
export const route: MakeRoute = (routes: RouteTable | RouteList, options: RouteOptions = {}): RouteSink => {
  const read = readRoutes(routes, options)
  const first = options.match === 'first'
  const queues = new Map<Sink, Delivery>()
  for (const sink of [...read.routes.flatMap(({ sinks }) => sinks), ...read.otherwise])
    if (!queues.has(sink)) queues.set(sink, createDelivery(sink, options.delivery))

  let received = 0
  let unrouted = 0
  let closing: Promise<void> | undefined

  const tell = (error: unknown, record: LogRecord): void => {
    try {
      options.delivery?.onError?.(error, [record])
    } catch {
      // Whoever listens has no say in where the record goes.
    }
  }

  /** A function of the app's that fails means nothing: it is told, and the record may go elsewhere. */
  const means = (route: Route, record: LogRecord): boolean => {
    try {
      return route.means(record)
    } catch (error) {
      tell(error, record)
      return false
    }
  }

  const targetsOf = (record: LogRecord): readonly Sink[] => {
    const targets = new Set<Sink>()
    let meant = false
    for (const route of read.routes) {
      if (!means(route, record)) continue
      meant = true
      for (const sink of route.sinks) targets.add(sink)
      if (first) break
    }
    return meant ? [...targets] : read.otherwise
  }

  const sink = (batch: readonly LogRecord[]): void => {
    if (closing !== undefined) throw new SinkError('the sink is closed')
    for (const record of batch) {
      received += 1
      const targets = targetsOf(record)
      if (targets.length === 0) unrouted += 1
      for (const target of targets) queues.get(target)?.push(record)
    }
  }

  return Object.assign(sink, {
    async flush(timeoutMs: number) {
      await Promise.all([...queues.values()].map((queue) => queue.flush(timeoutMs)))
    },
    close(timeoutMs: number) {
      closing ??= Promise.all([...queues.values()].map((queue) => queue.close(timeoutMs))).then(() => {})
      return closing
    },
    stats: () => ({ received, unrouted, sinks: [...queues.values()].map((queue) => queue.stats()) }),
  })
}
