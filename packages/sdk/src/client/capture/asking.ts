/**
 * What a server is asked for besides what its client asks: logs, of modern servers, request by request; a `traceparent`. And
 * which log messages are therefore ours alone: a client sees what it would have seen without us.
 *
 * Where requests share one stream a message does not say whose it is. Then the client gets it if one of its open requests
 * asked for that level itself; with none open, if it ever did.
 */
import { META, metaOf, type RequestId } from '../../observe/index.ts'
import { isObject, type Json, type Level, levelFromName, severity } from '../../record/index.ts'
import { nextTrace, type TraceSetting } from '../trace.ts'
import { isRequest, type Notification, type Request } from './messages.ts'
import type { Sending } from './ways.ts'

export interface Prepared {
  message: unknown
  requestId?: RequestId
  /** Logs were asked for by us. */
  added: boolean
}

export interface Asking {
  /** What is sent in place of a client's message; the message itself is never changed. */
  prepare(message: unknown): Prepared
  /** A request of the client has ended. */
  ended(id: RequestId): void
  /** True when the client asked for nothing of the kind. `on`: the request on whose own stream the message came. */
  withholds(log: Notification, on: Sending | undefined): boolean
  /** What modern requests ask for from now on. */
  setModern(level: Level): void
  /** A legacy server was asked for its level by us. */
  setLegacy(): void
}

/** One never carries logs; the other may be a probe of a server that turns out to be of the other era. */
const NO_LOGS = new Set(['subscriptions/listen', 'server/discover'])
/** The protocol's own requests: nobody's work is traced by them. */
const NO_TRACE = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'server/discover',
  'subscriptions/listen',
])

/** Requests remembered as open; a client that never hears back forgets the oldest. */
const MAX_OPEN = 10_000

interface Asked {
  added: boolean
  own: Level | undefined
}

const lowest = (a: Level | undefined, b: Level): Level =>
  a === undefined || severity(b) < severity(a) ? b : a

const covers = (asked: Level | undefined, level: Level): boolean =>
  asked !== undefined && severity(level) >= severity(asked)

export const createAsking = (settings: { level: Level | false; trace: TraceSetting }): Asking => {
  let modern = settings.level
  const open = new Map<RequestId, Asked>()
  let everAdded = false
  let everAsked: Level | undefined
  let legacyOwn: Level | undefined
  let legacyOurs = false

  const remember = (id: RequestId, asked: Asked): void => {
    if (asked.own !== undefined) everAsked = lowest(everAsked, asked.own)
    everAdded ||= asked.added
    open.set(id, asked)
    if (open.size <= MAX_OPEN) return
    for (const oldest of open.keys()) {
      open.delete(oldest)
      break
    }
  }

  /** What of `_meta` a request gets besides its own. */
  const additions = (
    request: Request,
    meta: Record<string, unknown>,
  ): Record<string, unknown> | undefined => {
    let more: Record<string, unknown> | undefined
    if (meta[META.protocolVersion] !== undefined) {
      const asked = meta[META.logLevel]
      const added = asked === undefined && modern !== false && !NO_LOGS.has(request.method)
      if (added) more = { [META.logLevel]: modern }
      // A level the server will refuse asks for nothing; what comes of it is between the two.
      const own = asked === undefined ? undefined : (levelFromName(String(asked)) ?? 'debug')
      remember(request.id, { added, own })
    }
    if (settings.trace !== false && meta.traceparent === undefined && !NO_TRACE.has(request.method)) {
      more = { ...more, ...nextTrace(settings.trace) }
    }
    return more
  }

  return {
    prepare(message) {
      if (!isRequest(message)) return { message, added: false }
      const { id, method, params } = message
      if (params !== undefined && !isObject(params)) return { message, requestId: id, added: false }
      if (method === 'logging/setLevel') {
        legacyOwn = levelFromName(String(params?.level)) ?? legacyOwn
        legacyOurs = false
      }
      const meta = metaOf(params as Json)
      const more = additions(message, meta)
      const added = more !== undefined && META.logLevel in more
      if (more === undefined) return { message, requestId: id, added }
      return {
        message: { ...message, params: { ...params, _meta: { ...meta, ...more } } },
        requestId: id,
        added,
      }
    },
    ended(id) {
      open.delete(id)
    },
    withholds({ params }, on) {
      if (!everAdded && !legacyOurs) return false
      const fields = isObject(params) ? params : {}
      const level = levelFromName(String(fields.level)) ?? 'info'
      if (legacyOurs) return legacyOwn !== undefined && !covers(legacyOwn, level)
      if (on?.requestId !== undefined) return on.added
      if (open.size === 0) return !covers(everAsked, level)
      for (const asked of open.values()) if (covers(asked.own, level)) return false
      return true
    },
    setModern(level) {
      modern = level
    },
    setLegacy() {
      legacyOurs = true
    },
  }
}
