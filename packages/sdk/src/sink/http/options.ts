/** What all sinks that send over HTTP can be told, and the request that comes of it. */
import { type Kind, kinds, optional } from '../../errors/options.ts'
import type { PostSettings } from './post.ts'

export interface HttpSinkOptions {
  /** Headers of every request, added to and before the sink's own. Never shown. */
  headers?: Readonly<Record<string, string>>
  /** Milliseconds until an attempt is given up; it is tried again. @default 10_000 */
  timeoutMs?: number
  /** Compress what is sent. @default true; `webhookSink`: false */
  gzip?: boolean
  /**
   * Bytes of one request at most, before compression; a batch that is larger goes in several.
   * @default what the receiver is known to take, see each sink
   */
  maxBytes?: number
}

export const httpKinds = {
  headers: optional(kinds.headers),
  timeoutMs: optional(kinds.positive),
  gzip: optional(kinds.flag),
  maxBytes: optional(kinds.positive),
} as const satisfies Record<string, Kind>

/** An address as options give it, its user and password as the header that `fetch` wants instead. */
export interface Address {
  url: string
  headers: Readonly<Record<string, string>>
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export const basic = (user: string, password: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})

/**
 * @param text an address that was checked
 * @param path added, unless the address ends in it
 * @example readAddress('http://loki:3100/', '/loki/api/v1/push') // { url: 'http://loki:3100/loki/api/v1/push', headers: {} }
 */
export const readAddress = (text: string, path = ''): Address => {
  const url = new URL(text)
  const { username, password } = url
  url.username = ''
  url.password = ''
  url.hash = ''
  const base = url.pathname.replace(/\/+$/, '')
  if (path !== '') url.pathname = base.endsWith(path) ? base : `${base}${path}`
  const headers = username === '' && password === '' ? {} : basic(decode(username), decode(password))
  return { url: url.href, headers }
}

/** The longest a timer goes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

export const request = (
  to: string,
  address: Address,
  options: Pick<HttpSinkOptions, 'headers' | 'timeoutMs' | 'gzip'>,
  own: Readonly<Record<string, string>>,
): PostSettings => ({
  to,
  url: address.url,
  headers: {
    ...address.headers,
    ...own,
    ...Object.fromEntries(
      Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  },
  timeoutMs: Math.ceil(Math.min(options.timeoutMs ?? 10_000, MAX_TIMEOUT_MS)),
  gzip: options.gzip ?? true,
})
