/** What users of `@logboom/sdk/server` see: the logger, the options, and what a wrapped server tells about its logging. */
import type { Level } from '../record/index.ts'
import type { Meter, Sink } from '../sink/index.ts'

/** A level's name; anything else is taken as `info`, with a diagnostic. */
export type LevelName = Level | (string & {})

/**
 * Logs for one call, or for none. Every method is synchronous, returns nothing and never throws, whatever it is given:
 * what is no JSON (a cycle, a bigint, a class) becomes readable JSON. An `Error` may stand in place of the message.
 * @example ctx.log.warning('low confidence', { region, uncertainty: 0.3 })
 */
export interface Logger {
  debug(message: string | Error, extra?: object): void
  info(message: string | Error, extra?: object): void
  notice(message: string | Error, extra?: object): void
  warning(message: string | Error, extra?: object): void
  error(message: string | Error, extra?: object): void
  critical(message: string | Error, extra?: object): void
  alert(message: string | Error, extra?: object): void
  emergency(message: string | Error, extra?: object): void
  /** @param level no level is `info` */
  log(level: LevelName | undefined, message: string | Error, extra?: object): void
  /**
   * A logger that adds fields to every record; `logger` names it.
   * @example const db = ctx.log.child({ logger: 'db', shard: 3 })
   */
  child(bindings: { logger?: string } & Record<string, unknown>): Logger
}

/** The logger of npm `fastmcp` handlers: its own four methods (`warn` among them) and all of ours. */
export interface FastMcpLogger extends Logger {
  /** The same as `warning`. */
  warn(message: string | Error, extra?: unknown): void
  debug(message: string | Error, extra?: unknown): void
  info(message: string | Error, extra?: unknown): void
  error(message: string | Error, extra?: unknown): void
}

/** Lines about calls, with the options of FastMCP's logging middleware. They go everywhere but to the client. */
export interface CallsOptions {
  /** Level of starts and successes; failures are `error`. @default 'info' */
  level?: Level
  /** @default 'calls' */
  logger?: string
  /** Puts the request's params into the start line, as JSON, secrets masked. @default false */
  includePayloads?: boolean
  /** Puts the length of the payload, in characters, before it is cut. @default false */
  includePayloadLength?: boolean
  /** Puts `payloadTokens`, a quarter of the length. @default false */
  estimatePayloadTokens?: boolean
  /** Characters of a payload; what is cut ends in `...`. @default 1000 */
  maxPayloadLength?: number
  /** Only these JSON-RPC methods. @default all */
  methods?: readonly string[]
  /** In place of JSON. When it throws, JSON is used and one warning says so. */
  payloadSerializer?: (payload: unknown) => string
  /** The message is one JSON object in place of `key=value` text. @default false */
  structured?: boolean
}

export interface LoggingOptions {
  /** The server's name in records. @default the name given to the server */
  name?: string
  /**
   * The least severe level, for all ways out. A client's `logging/setLevel`, or its level in a modern request, overrides it
   * for what that client gets.
   * @default `LOG_LEVEL`; else `info` in production (`ENVIRONMENT`, `NODE_ENV`), `debug` elsewhere
   */
  level?: Level
  /** Lines on stderr: readable on a terminal and JSON elsewhere (`auto`), always one of them, or none. @default 'auto' */
  stderr?: 'auto' | 'readable' | 'json' | false
  /** A home whose journal gets every record; false: none. @default `LOGBOOM_HOME`, unless a tap watches */
  journal?: string | false
  /** Send to an OpenTelemetry collector. @default true where `OTEL_EXPORTER_OTLP_ENDPOINT` or `…_LOGS_ENDPOINT` is set */
  otlp?: boolean
  /** More ways out. Each has a bounded queue of its own; a sink given to many servers is one way. */
  sinks?: readonly Sink[]
  /**
   * Counts records and what the queues of journal, OTLP and sinks do: `await prometheusMetrics()` or `otelMetrics({ meter })` of
   * `@logboom/sdk/metrics`, or a `Meter` of your own. A queue that servers share counts with the first server's.
   */
  metrics?: Meter
  /** Names whose values are masked besides the known ones. */
  redactKeys?: readonly string[]
  /** Lines at start, success and failure of every request; `true` for the defaults. @default false */
  calls?: boolean | CallsOptions
  /** Environment to read. @default process.env */
  env?: Readonly<Record<string, string | undefined>>
}

/** Why a record that a client wanted did not reach it. It left by the other ways. */
export type UndeliveredReason =
  /** Logged outside of any request, while a client was connected. */
  | 'outside_request'
  /** Logged for a request that had been answered, in whatever way. */
  | 'after_response'
  /** Logged before an answer that is one JSON body, which has no room for logs. */
  | 'json_response'
  /** More was waiting for the client than the bounds allow. */
  | 'overflow'
  /** The connection refused it, or was gone. */
  | 'failed'
  /** The client did not take it in time. */
  | 'timeout'

export interface LoggingStats {
  /** Records made: those that any way out wanted. */
  records: number
  /** Notifications handed to the client's connection. */
  notified: number
  /** Waiting to be sent to clients. */
  queued: number
  undelivered: Partial<Record<UndeliveredReason, number>>
  /** What the ways out gave up, by way and reason: `stderr.overflow`, `sink1.failed` … */
  dropped: Record<string, number>
}

/** A wrapped server's `logging`. */
export interface ServerLogging {
  /** For background work: belongs to no call, unless there is one around. */
  readonly log: Logger
  stats(): LoggingStats
  /** Resolves when everything logged so far has left by every way, or the time is over. */
  flush(timeoutMs?: number): Promise<void>
}
