/** The seam of `connect`: what can be connected to, and with which options. */
import type { Level } from '../../record/index.ts'
import type { MessageTransport } from '../capture/types.ts'
import type { HandlerOptions } from '../handlers.ts'
import type { TraceSetting } from '../trace.ts'

/** A server to start, spoken to over its stdin and stdout. */
export interface CommandTarget {
  command: string
  args?: readonly string[]
  /** Added to what every started server gets: `HOME`, `PATH` and the like, level variables and `LOGBOOM_*`. */
  env?: Readonly<Record<string, string>>
  /** @default the working directory of this process */
  cwd?: string
}

export interface UrlTarget {
  url: string | URL
  headers?: Readonly<Record<string, string>>
  /**
   * `http` is Streamable HTTP, `sse` the older HTTP+SSE.
   * @default 'sse' where a segment of the URL's path is `sse`, else 'http'
   */
  transport?: 'http' | 'sse'
}

/** An official `McpServer` or `Server`, of either line, in this process. */
export interface InMemoryServer {
  connect(transport: never): Promise<void>
}

/**
 * What can be connected to: the path of a script (`.js .mjs .cjs .ts .mts .cts .py`), a URL, a command, a transport, a
 * server in this process, or a function that makes one (SDK v2 only; then both eras are served).
 */
export type Target =
  | string
  | URL
  | CommandTarget
  | UrlTarget
  | MessageTransport
  | InMemoryServer
  | (() => InMemoryServer | Promise<InMemoryServer>)

/** What `connect` needs of a client; the official ones of both lines have it. */
export interface AnyClient {
  connect(transport: never, options?: never): Promise<void>
  close(): Promise<void>
}

export interface ConnectionSettings {
  /**
   * What modern servers are asked for; `false` asks for nothing. A level that is given is also set on legacy servers that
   * have the capability, and leaves out what is less severe on the stderr of servers with our SDK, counted in
   * `stats().skipped`.
   * @default as a server's: `LOG_LEVEL`; else `info` in production (`ENVIRONMENT`, `NODE_ENV`), `debug` elsewhere
   */
  level?: Level | false
  /**
   * `legacy`: the server is known to speak no modern protocol, so it is not asked, and a stdio server is started once instead
   * of twice.
   * @default 'auto'
   */
  era?: 'auto' | 'legacy'
  /** Whether requests carry a `traceparent`. @default true */
  trace?: TraceSetting
  /** Names whose values are masked besides those of the pack. */
  redactKeys?: readonly string[]
  /**
   * How long connecting may take, in milliseconds; `npx` may have to download first.
   * @default 60_000
   */
  timeoutMs?: number
  /**
   * How long a stdio server may leave the question for the modern era unanswered, in milliseconds; then it is a legacy one.
   * @default 10_000
   */
  probeTimeoutMs?: number
  /**
   * What becomes of a started server's stderr. It is always read, and always becomes records; `inherit` copies it to the
   * stderr of this process too.
   * @default 'capture'
   */
  stderr?: 'capture' | 'inherit'
  /** How the client names itself. @default {name: 'logboom', version} */
  clientInfo?: { name: string; version: string }
}

export interface ConnectOptions<C extends AnyClient = AnyClient> extends ConnectionSettings, HandlerOptions {
  /** The name on every record. @default made from the target: the script's name, the command's, the URL's host */
  server?: string
  /** A client of your own, not connected yet. @default a new one of the official SDK */
  client?: C
}
