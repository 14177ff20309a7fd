/**
 * The official SDKs, v1 and v2, without loading either: both keep their request handlers in one map, and pass each the request
 * and a context made for it. Wrapping the entries reaches every tool, prompt and resource, registered before or after,
 * whatever its schema; what a handler gets as its context is that very object.
 *
 * A log goes out by the request's own `sendNotification` (v1) or `mcpReq.notify` (v2): on HTTP that is the request's own
 * stream. The SDK's `sendLoggingMessage` loses it there.
 */
import { META, readImplementation, readTraceparent } from '../../observe/meta.ts'
import { sessionHash } from '../../observe/session-hash.ts'
import { isObject, type Level, type NamedCall, toJson } from '../../record/index.ts'
import { type RequestFacts, runIn } from '../context.ts'
import type { Core } from '../core.ts'
import { createSessionLevels, requestedLevel, wireLevel } from '../levels.ts'
import type { Watch } from '../log-calls.ts'
import { newCallId } from '../run.ts'

type Handler = (request: unknown, context: unknown) => unknown

/** The low-level `Server` of either SDK. */
export interface LowLevelServer {
  transport?: object | undefined
  registerCapabilities(capabilities: { logging: object }): void
  getClientVersion?(): unknown
}

interface Incoming {
  method: string
  params: Record<string, unknown>
  requestId: string | number
  meta: Record<string, unknown>
  sessionId?: string
  isHttp: boolean
  /** Modern requests carry an envelope with the protocol's version. */
  modern?: Record<string, unknown>
  send: (notification: object) => unknown
  signal?: AbortSignal
}

/** Handlers that run before there is a session, or are about logging itself. */
const UNTOUCHED = new Set(['initialize', 'ping', 'server/discover', 'logging/setLevel'])

const fieldOf = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined)
const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {})
export const isRequestId = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'

const readModern = (envelope: Record<string, unknown>): Record<string, unknown> | undefined =>
  typeof envelope[META.protocolVersion] === 'string' ? envelope : undefined

/** A request as either SDK passes it; undefined for anything else. */
const readIncoming = (request: unknown, context: unknown): Incoming | undefined => {
  const method = fieldOf(request, 'method')
  if (typeof method !== 'string' || !isObject(context)) return undefined
  const inner = isObject(context.mcpReq) ? context.mcpReq : context
  const [send, requestId] = isObject(context.mcpReq)
    ? [context.mcpReq.notify, context.mcpReq.id]
    : [context.sendNotification, context.requestId]
  if (typeof send !== 'function' || !isRequestId(requestId)) return undefined
  const incoming: Incoming = {
    method,
    params: objectOf(fieldOf(request, 'params')),
    requestId,
    meta: objectOf(inner._meta),
    isHttp: isObject(context.requestInfo) || isObject(context.http),
    send: (notification) => send.call(inner, notification),
  }
  const modern = readModern(objectOf(inner.envelope)) ?? readModern(incoming.meta)
  if (modern !== undefined) incoming.modern = modern
  if (typeof context.sessionId === 'string') incoming.sessionId = context.sessionId
  if (inner.signal instanceof AbortSignal) incoming.signal = inner.signal
  return incoming
}

const TARGETS: Readonly<Record<string, string>> = { 'tools/call': 'name' }

const factsOf = (
  incoming: Pick<Incoming, 'method' | 'params' | 'requestId' | 'meta' | 'modern' | 'sessionId'>,
  server: LowLevelServer,
): RequestFacts => {
  const { method, params, requestId, meta, modern, sessionId } = incoming
  const call: NamedCall = { id: newCallId(), method, requestId, from: 'client', attribution: 'exact' }
  const tool = params[TARGETS[method] ?? '']
  if (typeof tool === 'string') call.tool = tool
  const facts: RequestFacts = { call }
  const trace = readTraceparent(toJson(meta.traceparent))
  if (trace !== undefined) Object.assign(facts, trace)
  const client = readImplementation(toJson(modern?.[META.clientInfo] ?? server.getClientVersion?.()))
  if (client !== undefined) facts.client = client
  const protocol = modern?.[META.protocolVersion]
  if (typeof protocol === 'string') facts.protocol = protocol
  if (sessionId !== undefined) facts.session = sessionHash(sessionId)
  return facts
}

/** Whether the transport answers with one JSON body: then it drops what belongs to a request, and says nothing. */
const answersJson = (transport: unknown): boolean => {
  if (fieldOf(transport, '_enableJsonResponse') === true) return true
  if (fieldOf(transport, '_responseMode') === 'json') return true
  return fieldOf(fieldOf(transport, '_webStandardTransport'), '_enableJsonResponse') === true
}

const declareLogging = (server: LowLevelServer): boolean => {
  try {
    server.registerCapabilities({ logging: {} })
    return true
  } catch {
    return false
  }
}

/** The map of request handlers, if it is one of the official SDKs. */
export const handlersOf = (server: unknown): Map<string, Handler> | undefined => {
  const handlers = fieldOf(server, '_requestHandlers')
  return handlers instanceof Map ? handlers : undefined
}

export interface OfficialSettings {
  server: LowLevelServer
  handlers: Map<string, Handler>
  core: Core
  watch: Watch | undefined
}

const patched = new WeakSet<object>()

/** Gives every handler its logger. Once for each server. */
export const adaptOfficial = ({ server, handlers, core, watch }: OfficialSettings): void => {
  if (patched.has(server)) return
  patched.add(server)
  const levels = createSessionLevels()

  /** The least severe level this request's client gets. */
  const levelFor = ({ modern }: Incoming, transport: object | undefined): Level | undefined =>
    modern === undefined ? (levels.get(transport) ?? core.level) : wireLevel(modern[META.logLevel])

  /** Ours first, then the one that was there: others may read what it keeps. */
  const setLevel =
    (own: Handler | undefined): Handler =>
    async (request, context) => {
      const level = requestedLevel(fieldOf(fieldOf(request, 'params'), 'level'))
      const incoming = readIncoming(request, context)
      // Without a session there is nobody whose level it could be: the next request may be another client's.
      const isStateless = incoming?.isHttp === true && incoming.sessionId === undefined
      if (!isStateless) levels.set(server.transport, level)
      return own === undefined ? {} : own(request, context)
    }

  const wrap = (method: string, handler: Handler): Handler => {
    if (method === 'logging/setLevel') return setLevel(handler)
    if (UNTOUCHED.has(method)) return handler
    return async (request, context) => {
      const incoming = readIncoming(request, context)
      if (incoming === undefined) return handler(request, context)
      const { transport } = server
      const { signal, send } = incoming
      const open = core.open({
        facts: factsOf(incoming, server),
        level: levelFor(incoming, transport),
        isJsonResponse: answersJson(transport),
        send: (notification) => {
          // The SDK says nothing of what it does not send.
          if (signal?.aborted) throw new Error('cancelled')
          return send(notification)
        },
      })
      Object.assign(objectOf(context), { log: open.logger })
      const run = (): unknown => handler(request, context)
      try {
        return await runIn(open, () => (watch === undefined ? run() : watch(open, incoming.params, run)))
      } finally {
        await open.end()
      }
    }
  }

  if (!declareLogging(server) && !handlers.has('logging/setLevel')) {
    core.diagnose(
      'capability',
      'withLogging came after connect, and the server does not declare logging: clients get none',
    )
  }
  for (const [method, handler] of handlers) handlers.set(method, wrap(method, handler))
  if (!handlers.has('logging/setLevel')) handlers.set('logging/setLevel', setLevel(undefined))
  const { set } = handlers
  handlers.set = (method, handler) => set.call(handlers, method, wrap(method, handler))
}
