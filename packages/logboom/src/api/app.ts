/**
 * The API as a Hono app. What comes in has passed the gate (`gate.ts`); here it is routed, its parameters are read, and
 * every error becomes an answer.
 */
import type { RegexEngine } from '@logboom/sdk/query'
import { type Context, Hono } from 'hono'
import { CONTENT_TYPE, createMetrics, type HubState, type Live } from '../metrics/index.ts'
import type { Archive } from '../store/contract.ts'
import { type DemoStarter, demoRoute } from './demo.ts'
import { apiError, asApiError, errorBody, notFound, statusOf } from './errors.ts'
import { createDocument } from './openapi.ts'
import { readParams } from './params.ts'
import type { Ask, HubSelf, Route, Sources } from './route.ts'
import { ROUTES } from './routes/index.ts'
import { createFeed } from './tail/feed.ts'
import { createTail } from './tail/index.ts'

export const PREFIX = '/api/v1'

export interface ApiSettings {
  archive: Archive
  live: Live
  /** Where the hub stands; asked by `/metrics` and `/stats`. */
  state: () => HubState | Promise<HubState>
  regex: RegexEngine
  version: string
  self: HubSelf
  /** Starts the demo's app; without it, nothing is at `/demo`. */
  demo?: DemoStarter
  /** Told what nobody expected; the one who asked is told little. */
  onError: (error: unknown) => void
  /** Milliseconds without an event until a heartbeat. @default 15000 */
  heartbeatMs?: number
  now?: () => number
}

export interface Api {
  app: Hono
  /** Ends the live tails and the counting. */
  close(): void
}

/**
 * Answers questions about an archive over HTTP. Serve it with `serveApi`, which also keeps strangers out.
 * @example
 * const api = createApi({ archive, live, state, regex, version, onError: console.error })
 * const server = await serveApi(api.app, { host: '127.0.0.1', port: 7400 })
 */
export const createApi = (settings: ApiSettings): Api => {
  const { archive, live, state, regex, version, self, demo, onError, now = Date.now } = settings
  const { heartbeatMs } = settings
  const feed = createFeed({ live, regex })
  const tail = createTail({ archive, feed, ...(heartbeatMs === undefined ? {} : { heartbeatMs }) })
  const metrics = createMetrics({ live, state, version, now })
  const sources: Sources = { archive, tail, regex, state, version, self }

  const app = new Hono()
  for (const route of ROUTES)
    app.get(PREFIX + honoPath(route), (context) => answer(route, context, sources, now()))
  const document = JSON.stringify(createDocument(ROUTES, { version, prefix: PREFIX }))
  app.get(`${PREFIX}/openapi.json`, (context) =>
    context.body(document, 200, { 'content-type': 'application/json' }),
  )
  app.post(`${PREFIX}/demo`, demoRoute(demo))
  app.get('/healthz', (context) => context.json({ status: 'ok' }))
  app.get('/metrics', async (context) =>
    context.body(await metrics.text(tail.counts()), 200, { 'content-type': CONTENT_TYPE }),
  )
  app.all(`${PREFIX}/*`, (context) => {
    throw refuse(context)
  })
  app.notFound(({ req }) =>
    failed(notFound(`Nothing is at ${req.path}`, `The API is at ${PREFIX}/openapi.json.`)),
  )
  app.onError((error, { req }) => {
    const known = asApiError(error)
    // Who left needs no answer, and is no bug.
    if (known.code === 'LB_INTERNAL' && !req.raw.signal.aborted) onError(known.cause ?? known)
    return failed(known)
  })
  return {
    app,
    close() {
      tail.close()
      metrics.close()
    },
  }
}

const honoPath = ({ path }: Route): string => path.replace(/\{(\w+)\}/g, ':$1')

const answer = (route: Route, { req }: Context, sources: Sources, now: number): Promise<Response> => {
  const fromPath = readParams(route.pathParams, new URLSearchParams(req.param()), now)
  const fromQuery = readParams(route.params, new URL(req.url).searchParams, now)
  const ask: Ask = {
    now,
    signal: req.raw.signal,
    head: req.raw.method === 'HEAD',
    header: (name) => req.header(name),
  }
  // A path's parameters and a query's may have the same name in no route.
  return route.respond({ ...fromQuery, ...fromPath }, ask, sources)
}

/** What no route took: a path that is none, or a method that changes something. */
const refuse = ({ req }: Context): Error =>
  req.method === 'GET' || req.method === 'HEAD'
    ? notFound(`Nothing is at ${req.path}`, `${PREFIX}/openapi.json lists what there is.`)
    : apiError(405, 'LB_API_REQUEST', `${req.method} does nothing here`, {
        hint: 'The API only reads: use GET. The one exception is POST /api/v1/demo.',
      })

const failed = (error: ReturnType<typeof asApiError>): Response => {
  const status = statusOf(error)
  return new Response(errorBody(error), {
    status,
    headers: {
      'content-type': 'application/json',
      ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
      ...(status === 503 ? { 'retry-after': '5' } : {}),
    },
  })
}
