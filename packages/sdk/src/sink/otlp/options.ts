/** Where records go and how: options before the standard environment variables, those for logs before those for all signals. */
import { LogboomError } from '../../errors/index.ts'
import type { LogRecord } from '../../record/index.ts'
import type { ResourceSettings } from './encode.ts'

export interface OtlpSinkOptions {
  /**
   * The full address for logs.
   * @default OTEL_EXPORTER_OTLP_LOGS_ENDPOINT, else OTEL_EXPORTER_OTLP_ENDPOINT + /v1/logs, else http://localhost:4318/v1/logs
   */
  url?: string
  /** Added to and before those of OTEL_EXPORTER_OTLP_LOGS_HEADERS, else OTEL_EXPORTER_OTLP_HEADERS. */
  headers?: Readonly<Record<string, string>>
  /** Milliseconds for one attempt. @default OTEL_EXPORTER_OTLP_LOGS_TIMEOUT, else OTEL_EXPORTER_OTLP_TIMEOUT, else 10_000 */
  timeoutMs?: number
  /** Compress. @default true, unless OTEL_EXPORTER_OTLP_(LOGS_)COMPRESSION is `none` */
  gzip?: boolean
  /** Attributes of every resource, added to and before those of OTEL_RESOURCE_ATTRIBUTES. */
  resource?: Readonly<Record<string, string>>
  /**
   * `service.name` of every record.
   * @default the record's server; for the application's own records (`source: "app"`) OTEL_SERVICE_NAME where it is set
   */
  serviceName?: string
  /** @default process.env */
  env?: Readonly<Record<string, string | undefined>>
}

export interface OtlpSettings {
  url: string
  headers: Readonly<Record<string, string>>
  timeoutMs: number
  gzip: boolean
  resource: ResourceSettings
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `key1=value1,key2=value2` of the OpenTelemetry environment; what is no pair is ignored. */
export const readPairs = (text: string | undefined): Record<string, string> => {
  const pairs: Record<string, string> = {}
  for (const part of (text ?? '').split(',')) {
    const at = part.indexOf('=')
    const key = at < 0 ? '' : decode(part.slice(0, at).trim())
    if (key !== '' && key !== '__proto__') pairs[key] = decode(part.slice(at + 1).trim())
  }
  return pairs
}

const lowerNames = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

/** The address, and the header for the user and password in it: `fetch` takes no such address. */
const readUrl = (text: string): { url: string; credentials: Record<string, string> } => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new LogboomError('LB_SINK_OPTIONS', 'The OTLP endpoint is no http or https address', {
      hint: 'for example http://localhost:4318',
    })
  const { username, password } = url
  if (username === '' && password === '') return { url: url.href, credentials: {} }
  url.username = ''
  url.password = ''
  const pair = Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')
  return { url: url.href, credentials: { authorization: `Basic ${pair}` } }
}

/** @throws LogboomError LB_SINK_OPTIONS when the address is none */
export const readOptions = (options: OtlpSinkOptions): OtlpSettings => {
  const env = options.env ?? process.env
  /** An empty variable counts as not set, as the specification asks. */
  const setting = (name: string): string | undefined =>
    env[`OTEL_EXPORTER_OTLP_LOGS_${name}`]?.trim() || env[`OTEL_EXPORTER_OTLP_${name}`]?.trim() || undefined
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || 'http://localhost:4318'
  const { url, credentials } = readUrl(
    options.url ?? (env.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT?.trim() || `${base.replace(/\/+$/, '')}/v1/logs`),
  )
  const timeout = options.timeoutMs ?? Number(setting('TIMEOUT') ?? Number.NaN)
  const { 'service.name': named, ...attributes } = readPairs(env.OTEL_RESOURCE_ATTRIBUTES)
  const own = env.OTEL_SERVICE_NAME?.trim() || named
  const { 'service.name': fixed, ...resource } = options.resource ?? {}
  const serviceName = options.serviceName ?? fixed
  return {
    url,
    headers: {
      ...credentials,
      ...lowerNames(readPairs(setting('HEADERS'))),
      ...lowerNames(options.headers ?? {}),
    },
    timeoutMs: Number.isFinite(timeout) && timeout > 0 ? timeout : 10_000,
    gzip: options.gzip ?? setting('COMPRESSION') !== 'none',
    resource: {
      attributes: { ...attributes, ...resource },
      serviceName: (record: LogRecord) => serviceName ?? (record.source === 'app' ? own : undefined),
    },
  }
}
