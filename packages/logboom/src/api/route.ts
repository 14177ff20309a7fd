/**
 * A route as one value: its path, its parameters, the shape of its answer, and what makes the answer. The router and the
 * OpenAPI document are both made from the table of these.
 */
import type { RegexEngine } from '@logboom/sdk/query'
import type * as z from 'zod'
import type { HubState } from '../metrics/index.ts'
import type { Archive } from '../store/contract.ts'
import type { Params, Values } from './params.ts'
import type { Tail } from './tail/index.ts'

/** What answers are made from. */
export interface Sources {
  archive: Archive
  tail: Tail
  regex: RegexEngine
  state: () => HubState | Promise<HubState>
  version: string
  self: HubSelf
}

/** What the page needs to write configurations that work where this hub is. */
export interface HubSelf {
  home: string
  /** A tap that is told no home finds this one. */
  defaultHome: boolean
  /** How this very program is run, with absolute paths. */
  command: readonly string[]
}

/** One request. */
export interface Ask {
  /** Unix epoch milliseconds: what `now` means. */
  now: number
  /** Aborts when the reader leaves. */
  signal: AbortSignal
  /** Only the headers of the answer are wanted. */
  head: boolean
  header(name: string): string | undefined
}

export interface Route {
  /** Under `/api/v1`, as OpenAPI writes it: `/records/{id}`. */
  path: string
  tag: 'records' | 'counts' | 'calls' | 'servers' | 'store'
  summary: string
  about?: string
  pathParams: Params
  params: Params
  answer: { type: 'application/json'; shape: z.ZodType } | { type: 'text/event-stream'; about: string }
  /** There may be nothing under this path. */
  mayMiss: boolean
  respond(values: Record<string, unknown>, ask: Ask, sources: Sources): Promise<Response>
}

interface JsonRoute<P extends Params, Q extends Params, S extends z.ZodType> {
  path: string
  tag: Route['tag']
  summary: string
  about?: string
  pathParams?: P
  params: Q
  shape: S
  mayMiss?: boolean
  answer(values: Values<P> & Values<Q>, ask: Ask, sources: Sources): Promise<z.input<S>>
}

/** A route that answers with JSON of this shape; the compiler holds the two together. */
export const jsonRoute = <Q extends Params, S extends z.ZodType, P extends Params = Record<never, never>>(
  route: JsonRoute<P, Q, S>,
): Route => ({
  path: route.path,
  tag: route.tag,
  summary: route.summary,
  ...(route.about === undefined ? {} : { about: route.about }),
  pathParams: route.pathParams ?? {},
  params: route.params,
  answer: { type: 'application/json', shape: route.shape },
  mayMiss: route.mayMiss ?? false,
  respond: async (values, ask, sources) => {
    const answer = await route.answer(values as Values<P> & Values<Q>, ask, sources)
    return new Response(JSON.stringify(answer), { headers: { 'content-type': 'application/json' } })
  },
})
