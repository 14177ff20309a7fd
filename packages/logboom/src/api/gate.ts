/**
 * Who may ask the hub, decided on the raw request before anything else reads it.
 *
 * - Host must be a name of ours with our port. A foreign page can make a browser send requests to a loopback address under
 *   its own name (DNS rebinding), but cannot change that name.
 * - Origin, where there is one, must be ours too, and a browser must not say that the request comes from another site.
 * - With a token, everything but what is told open needs it.
 * - The path must be plain: nothing that two readers could read differently.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { LogboomError } from '@logboom/sdk/errors'
import { apiError, badRequest } from './errors.ts'

export interface GateSettings {
  /** The address the hub listens at. */
  host: string
  token?: string
  /** More names the hub is reached by, as `name` or `name:port`. */
  allowedHosts?: readonly string[]
  /** Paths that need no token; `/healthz` unless told otherwise. */
  open?: (path: string) => boolean
  /** Bytes of a body. @default 1 MiB */
  maxBody?: number
}

/** Tells why a request is refused; nothing when it may pass. */
export type Gate = (request: IncomingMessage) => LogboomError | undefined

const MAX_BODY = 1024 * 1024

const forbidden = (message: string, hint: string): LogboomError =>
  apiError(403, 'LB_API_FORBIDDEN', message, { hint })

/** Whether only this machine can reach an address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))

export const createGate = (settings: GateSettings): Gate => {
  const { token, maxBody = MAX_BODY, open = (path) => path === '/healthz' } = settings
  const isOurs = createHostCheck(settings)
  const expected = token === undefined ? undefined : digest(token)

  return (request) => {
    const path = pathOf(request.url ?? '')
    if (path === undefined) {
      return badRequest('The path is not plain', 'Write it without dots, backslashes, and encoded slashes.')
    }
    const port = request.socket.localPort
    if (!isOurs(onlyHeader(request, 'host'), 80, port)) {
      return forbidden('The Host header names no host of this hub', 'Open the hub by the address it prints.')
    }
    const origin = request.headers.origin
    if (origin !== undefined && !isOurOrigin(origin, isOurs, port)) {
      return forbidden('The request comes from a foreign page', 'Only pages of the hub itself may ask it.')
    }
    if (comesFromElsewhere(request)) {
      return forbidden('The request comes from another site', 'Open the address in the browser itself.')
    }
    if (expected !== undefined && !open(path) && !matches(request.headers.authorization, expected)) {
      return apiError(401, 'LB_API_FORBIDDEN', 'The token is missing or wrong', {
        hint: 'Send it as: Authorization: Bearer TOKEN',
      })
    }
    return bodyProblem(request, maxBody)
  }
}

/** `%2e` is a dot, `%2f` and `%5c` are slashes, `%00` ends texts elsewhere: none has a place in a path of ours. */
const TRICK = /[\\#\x00-\x20\x7f]|%(?:2[ef]|5c|[01][0-9a-f]|7f)|\/\/|\/\.\.?(?:\/|$)/i

/** The path of a request, if it is a plain one. */
const pathOf = (url: string): string | undefined => {
  const query = url.indexOf('?')
  const path = query === -1 ? url : url.slice(0, query)
  if (!path.startsWith('/') || TRICK.test(path)) return undefined
  try {
    return decodeURIComponent(path)
  } catch {
    // Bytes that are no UTF-8.
    return undefined
  }
}

/** A header that must be there once. */
const onlyHeader = (request: IncomingMessage, name: string): string | undefined => {
  const values = request.headersDistinct[name]
  return values?.length === 1 ? values[0] : undefined
}

type HostCheck = (authority: string | undefined, defaultPort: number, port: number | undefined) => boolean

const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i

const createHostCheck = ({ host, allowedHosts = [] }: GateSettings): HostCheck => {
  const allowed = new Set(allowedHosts.map((name) => name.toLowerCase()))
  const bound = host.toLowerCase()
  // Bound to every address, the hub does not know them all; a numeric one cannot be rebound by DNS.
  const anywhere = bound === '0.0.0.0' || bound === '::'
  return (authority, defaultPort, port) => {
    const [, written, digits] = AUTHORITY.exec(authority ?? '') ?? []
    if (written === undefined) return false
    const name = written.toLowerCase()
    const asked = digits === undefined ? defaultPort : Number(digits)
    if (allowed.has(name) || allowed.has(`${name}:${asked}`)) return true
    if (asked !== port) return false
    const bare = name.replace(/^\[|\]$/g, '')
    return isLoopback(bare) || bare === bound || (anywhere && isIP(bare) !== 0)
  }
}

const isOurOrigin = (origin: string, isOurs: HostCheck, port: number | undefined): boolean => {
  const [, scheme, authority] = /^(https?):\/\/([^/]+)$/i.exec(origin) ?? []
  return scheme !== undefined && isOurs(authority, scheme.toLowerCase() === 'https' ? 443 : 80, port)
}

/** What a browser says of a request without Origin, such as that of an image. A link that is followed is fine. */
const comesFromElsewhere = ({ headers }: IncomingMessage): boolean => {
  const site = headers['sec-fetch-site']
  return (site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate'
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** In a time that says nothing about the token: digests are of one length. */
const matches = (authorization: string | undefined, expected: Buffer): boolean => {
  const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return timingSafeEqual(digest(given ?? ''), expected) && given !== undefined
}

const bodyProblem = ({ method, headers }: IncomingMessage, max: number): LogboomError | undefined => {
  const length = Number(headers['content-length'] ?? 0)
  if (length > max) {
    return apiError(413, 'LB_API_REQUEST', `The body has more than ${max} bytes`, {
      hint: 'Send less at once.',
    })
  }
  const reads = method === 'GET' || method === 'HEAD'
  if (reads && (length > 0 || headers['transfer-encoding'] !== undefined)) {
    return badRequest(`A ${method} has no body`, 'Send what you ask as parameters.')
  }
  return undefined
}
