/** Which records go to which sinks, and how. */
import { LogboomError } from '../../errors/index.ts'
import { checkOptions, kinds, oneOf, optional } from '../../errors/options.ts'
import type { RegexEngine } from '../../query/index.ts'
import type { LogRecord } from '../../record/index.ts'
import { matcherOf, type Selector } from '../../transform/index.ts'
import type { DeliverySettings, Sink } from '../types.ts'

/** Queries to sinks; `otherwise` is for what none of them means. */
export type RouteTable = Readonly<Record<string, Sink | readonly Sink[]>>

/** The same with anything that selects records; in the order they are asked. */
export type RouteList = readonly (readonly [Selector | 'otherwise', Sink | readonly Sink[]])[]

export interface RouteOptions {
  /** Whether a record goes to the sinks of every route that means it, or of the first one. @default 'all' */
  match?: 'all' | 'first'
  /** Of the queue in front of each sink; see `DeliverySettings` for units and defaults. */
  delivery?: DeliverySettings
  /** Compiles the regular expressions of queries; linear in time. @default none: a query with one is an error */
  regex?: RegexEngine
}

export interface Route {
  means: (record: LogRecord) => boolean
  sinks: readonly Sink[]
}

export interface Routes {
  /** In the order they are asked. */
  routes: readonly Route[]
  otherwise: readonly Sink[]
}

const OTHERWISE = 'otherwise'

const sinksOf = (name: string, given: unknown): readonly Sink[] => {
  const sinks: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (!sinks.every((sink) => typeof sink === 'function'))
    throw new LogboomError('LB_SINK_OPTIONS', `route: what stands at ${name} is no sink`, {
      hint: 'Give a sink, or a list of sinks.',
    })
  return sinks as readonly Sink[]
}

/** @throws LogboomError LB_SINK_OPTIONS, LB_QUERY_SYNTAX */
export const readRoutes = (given: RouteTable | RouteList, options: RouteOptions): Routes => {
  checkOptions('route', options, {
    match: optional(oneOf('all', 'first')),
    delivery: optional(kinds.table),
    regex: optional(kinds.callback),
  })
  const pairs: readonly unknown[] = Array.isArray(given) ? given : Object.entries(given)
  const routes: Route[] = []
  const otherwise: Sink[] = []
  for (const [index, pair] of pairs.entries()) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new LogboomError('LB_SINK_OPTIONS', `route: what stands at ${index} is no route`, {
        hint: 'Give pairs: what is meant, and its sinks.',
      })
    const [what, sinks] = pair as [Selector, unknown]
    const name = typeof what === 'string' ? `"${what}"` : String(index)
    if (what === OTHERWISE) otherwise.push(...sinksOf(name, sinks))
    else routes.push({ means: matcherOf('route', what, options.regex), sinks: sinksOf(name, sinks) })
  }
  return { routes, otherwise: [...new Set(otherwise)] }
}
