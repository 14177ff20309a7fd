/** Where messages go and how: what `syslogSink` takes, checked, with its defaults. */
import { hostname } from 'node:os'
import type { SecureContextOptions } from 'node:tls'
import { checkOptions, type Kind, kinds, oneOf, optional } from '../../errors/options.ts'

/** RFC 5424 names no facilities; these are the usual ones, by number. */
export const FACILITIES: readonly string[] = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
  ...['ntp', 'security', 'console', 'clock'],
  ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
]

export interface SyslogSinkOptions {
  /** Name or address of the receiver. @default 'localhost' */
  host?: string
  /** @default 514 for UDP, 601 for TCP, 6514 for TLS */
  port?: number
  /** UDP (RFC 5426), TCP (RFC 6587) or TLS (RFC 5425). @default 'udp' */
  protocol?: 'udp' | 'tcp' | 'tls'
  /**
   * How messages are told apart on a TCP connection: each after its length, or each before a line feed. Over TLS it is always
   * the length.
   * @default 'octet-counting'
   */
  framing?: 'octet-counting' | 'newline'
  /** A name such as `daemon` or `local0`, or its number, 0 to 23. @default 'user' */
  facility?: string | number
  /** APP-NAME of every message. @default the record's server */
  appName?: string
  /** HOSTNAME of records that tell no host. @default the name of this machine */
  hostname?: string
  /**
   * The name of the structured data, `name@number` with your private enterprise number; the default has the number that the
   * registry keeps for documentation.
   * @default 'logboom@32473'
   */
  sdId?: string
  /** Bytes of a message at most; what is left out is told in it. From 480. @default 2048 for UDP, else 8000 */
  maxBytes?: number
  /** Milliseconds for one attempt, the connection included. @default 10_000 */
  timeoutMs?: number
  /** Certificates of authorities to trust, PEM. @default those of Node */
  ca?: string | Uint8Array | readonly (string | Uint8Array)[]
  /** The certificate of this side, PEM, where the receiver asks for one. */
  cert?: string | Uint8Array
  /** The key of `cert`, PEM, not encrypted. */
  key?: string | Uint8Array
  /** The name that the receiver's certificate has to be for. @default `host` */
  servername?: string
  /** Refuse a receiver whose certificate is not trusted or is for another name. @default true */
  verify?: boolean
}

export interface MessageSettings {
  facility: number
  appName: string | undefined
  hostname: string
  sdId: string
  maxBytes: number
}

export interface TlsSettings {
  /** What was given of `ca`, `cert` and `key`. */
  files: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>
  servername: string | undefined
  verify: boolean
}

export interface SyslogSettings {
  host: string
  port: number
  protocol: 'udp' | 'tcp' | 'tls'
  framing: 'octet-counting' | 'newline'
  timeoutMs: number
  tls: TlsSettings
  message: MessageSettings
}

/** RFC 5424: every receiver must take so many bytes, and should take 2048. */
const LEAST_BYTES = 480
/** rsyslog takes what has 8192 bytes for two messages, unless it is configured otherwise. */
const STREAM_BYTES = 8000
const PORTS = { udp: 514, tcp: 601, tls: 6514 } as const

const isPem = (value: unknown): boolean =>
  (typeof value === 'string' && value !== '') || (value instanceof Uint8Array && value.length > 0)

const pem: Kind = { words: 'a PEM text or its bytes', holds: isPem }

const TABLE: Readonly<Record<string, Kind>> = {
  host: optional(kinds.text),
  port: optional({
    words: 'a port, 1 to 65535',
    holds: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65_535,
  }),
  protocol: optional(oneOf('udp', 'tcp', 'tls')),
  framing: optional(oneOf('octet-counting', 'newline')),
  facility: optional({
    words: `a number from 0 to 23, or one of ${FACILITIES.join(', ')}`,
    holds: (value) =>
      typeof value === 'number'
        ? Number.isInteger(value) && value >= 0 && value < FACILITIES.length
        : FACILITIES.some((name) => name === value),
  }),
  appName: optional(kinds.text),
  hostname: optional(kinds.text),
  sdId: optional({
    words: 'a name of at most 32 characters that ends in @ and a number',
    holds: (value) =>
      typeof value === 'string' && value.length <= 32 && /^[!#-<>?A-Z[\\^-~]+@\d+$/.test(value),
  }),
  maxBytes: optional({
    words: `a whole number from ${LEAST_BYTES}`,
    holds: (value) => Number.isInteger(value) && Number(value) >= LEAST_BYTES,
  }),
  timeoutMs: optional(kinds.positive),
  ca: optional({
    words: 'PEM texts or their bytes',
    holds: (value) => isPem(value) || (Array.isArray(value) && value.length > 0 && value.every(isPem)),
  }),
  cert: optional(pem),
  key: optional(pem),
  servername: optional(kinds.text),
  verify: optional(kinds.flag),
}

/** Options that say nothing without TLS, so that who gives them believes in a protection that is not there. */
const OF_TLS = ['ca', 'cert', 'key', 'servername', 'verify'] as const

const bytes = (ca: NonNullable<SyslogSinkOptions['ca']>): Buffer[] =>
  (typeof ca === 'string' || ca instanceof Uint8Array ? [ca] : ca).map((one) => Buffer.from(one))

/** @throws LogboomError LB_SINK_OPTIONS naming the option */
export const readOptions = (options: SyslogSinkOptions): SyslogSettings => {
  const protocol = options.protocol ?? 'udp'
  const none = (reason: string): Kind => ({ words: reason, holds: (value) => value === undefined })
  checkOptions('syslogSink', options, {
    ...TABLE,
    ...(protocol === 'tls'
      ? {}
      : Object.fromEntries(OF_TLS.map((name) => [name, none('left out without protocol "tls"')]))),
    ...(protocol === 'tcp' ? {} : { framing: optional(oneOf('octet-counting')) }),
    ...(protocol === 'tls' && options.cert !== undefined ? { key: pem } : {}),
  })
  const { facility = 'user' } = options
  return {
    protocol,
    host: options.host ?? 'localhost',
    port: options.port ?? PORTS[protocol],
    framing: options.framing ?? 'octet-counting',
    timeoutMs: options.timeoutMs ?? 10_000,
    tls: {
      files: {
        ...(options.ca === undefined ? {} : { ca: bytes(options.ca) }),
        ...(options.cert === undefined ? {} : { cert: Buffer.from(options.cert) }),
        ...(options.key === undefined ? {} : { key: Buffer.from(options.key) }),
      },
      servername: options.servername,
      verify: options.verify ?? true,
    },
    message: {
      facility: typeof facility === 'number' ? facility : FACILITIES.indexOf(facility),
      appName: options.appName,
      hostname: options.hostname ?? hostname(),
      sdId: options.sdId ?? 'logboom@32473',
      maxBytes: options.maxBytes ?? (protocol === 'udp' ? 2048 : STREAM_BYTES),
    },
  }
}
