/**
 * The record: the only unit that flows. Journal line, API JSON, `--json` output and handler argument are all this
 * type. Aligned with the OpenTelemetry log data model. Optional fields are absent, never null.
 */

/** RFC 5424 severities as MCP names them, least severe first. */
export const LEVELS = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const

export type Level = (typeof LEVELS)[number]

/**
 * Where a record came from: `message` (notifications/message), `notification` (any other JSON-RPC notification),
 * `stderr`, `stdout` (stray output on a stdio server's stdout), `call`, `lifecycle` (start, handshake, exit, crash,
 * deprecation, drops), `otlp`, `app` (the application's own).
 */
export const SOURCES = [
  'message',
  'notification',
  'stderr',
  'stdout',
  'call',
  'lifecycle',
  'otlp',
  'app',
] as const

export type Source = (typeof SOURCES)[number]

/** The sources that carry what somebody logged, as opposed to what capture tells about the traffic. */
export const LOG_SOURCES: readonly Source[] = ['message', 'stderr', 'stdout', 'otlp', 'app']

export const OUTCOMES = ['ok', 'tool_error', 'rpc_error', 'timeout', 'cancelled', 'lost'] as const

export type Outcome = (typeof OUTCOMES)[number]

export type CallStatus = 'started' | Outcome

/** Who sent a JSON-RPC message. */
export type Side = 'client' | 'server'

/** How surely a record belongs to a call. `ambiguous` is never guessed: the candidates are listed instead. */
export type Attribution = 'exact' | 'inferred' | 'ambiguous'

/** The one call a record belongs to. `status` and `durationMs` are on the call's own two records only. */
export interface NamedCall {
  id: string
  method: string
  /** The tool's name, for `tools/call`. */
  tool?: string
  requestId: string | number
  /** Who asked. */
  from: Side
  attribution: 'exact' | 'inferred'
  status?: CallStatus
  /** From request to outcome, in milliseconds; on outcomes only. */
  durationMs?: number
}

/** Several calls could be meant. */
export interface AmbiguousCall {
  attribution: 'ambiguous'
  /** Ids of the calls that could be meant, oldest first. */
  candidates: string[]
}

export type CallRef = NamedCall | AmbiguousCall

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

export type Attributes = { [key: string]: Json }

export interface ClientInfo {
  name: string
  version?: string
}

export interface LogRecord {
  /** UUIDv7, made by capture, monotonic within a process. */
  id: string
  /** Unix epoch milliseconds, fractional to the microsecond. `observed`, unless the sender stamped a known envelope. */
  time: number
  /** When capture saw it; for a group of lines, its first line. Unix epoch milliseconds. */
  observed: number
  /** Order of emission within its run, from 0, assigned before anything can drop the record. */
  seq: number
  level: Level
  /** The server's configured name. */
  server: string
  /** One lifetime of one captured server process, as one capture point saw it. */
  run: string
  source: Source
  logger?: string
  /** Human text, one logical message. */
  message: string
  attributes: Attributes
  call?: CallRef
  /** W3C trace id, 32 lower-case hex digits. */
  traceId?: string
  /** W3C span id, 16 lower-case hex digits. */
  spanId?: string
  client?: ClientInfo
  serverVersion?: string
  /** Negotiated MCP protocol version. */
  protocol?: string
  /** Name of the machine that captured it. */
  host?: string
  /** Hash of the protocol's session id. */
  session?: string
  /** How many values were masked. */
  redacted?: number
  /** Original size in bytes when something was cut. */
  truncated?: number
}

/** True when the record is the start or the outcome of a call. */
export const isCallRecord = (
  record: LogRecord,
): record is LogRecord & { call: NamedCall & { status: CallStatus } } =>
  record.source === 'call' && record.call !== undefined && 'status' in record.call
