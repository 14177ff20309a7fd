/** The seam of `capture`: what is given to watch a client's transport, and what comes back. */
import type { Readable } from 'node:stream'
import type { Level, LogRecord } from '../../record/index.ts'
import type { TraceSetting } from '../trace.ts'

/** A transport of any MCP client: both official lines, and whoever else keeps to their shape. */
export interface MessageTransport {
  start(): Promise<void>
  send(message: never, ...options: never[]): Promise<void>
  close(): Promise<void>
}

export interface CaptureSettings {
  /** The name the server is configured by; on every record. */
  server: string
  /** Takes every record: redacted, described and cut. Called in the order of the records; what it throws is counted. */
  onRecord: (record: LogRecord) => void
  /**
   * What a modern server is asked for in requests whose client asks for nothing itself; `false` asks for nothing. A level
   * that is given also narrows what a server with our SDK writes to stderr.
   * @default as a server's: `LOG_LEVEL`; else `info` in production (`ENVIRONMENT`, `NODE_ENV`), `debug` elsewhere
   */
  level?: Level | false
  /** Told of each record of our own SDK on stderr that is less severe than the level asked for, and so is left out. */
  onBelowLevel?: () => void
  /**
   * The server's stderr, where the transport does not hold it itself.
   * @default the transport's `stderr`
   */
  stderr?: Readable
  /**
   * Whether requests carry a `traceparent`; see `TraceSetting`.
   * @default true
   */
  trace?: TraceSetting
  /**
   * Whether the client would do anything with a log message. One that would drop it is spared it, which costs less; see
   * `hasLogHandler`.
   * @default always
   */
  clientWantsLogs?: () => boolean
  /** Names whose values are masked besides those of the pack. */
  redactKeys?: readonly string[]
}

/** Which of the two protocols is spoken: `legacy` has `initialize`, `modern` has `_meta` on every request. */
export type Era = 'legacy' | 'modern'

export interface CaptureFacts {
  server: string
  /** Id of the run. */
  run: string
  /** Undefined until the server has answered for the first time. */
  era?: Era
  protocol?: string
  /** The server's capabilities, by name. */
  capabilities: readonly string[]
  /** Messages that could not be recorded, and records that `onRecord` threw at. */
  failures: number
  /** Log messages that were recorded but kept from a client that had not asked for them. */
  withheld: number
  /** Records on the stderr of a server with our SDK that were left out: less severe than the level asked for. */
  belowLevel: number
  ended: boolean
}

export interface SetLevelOptions {
  /**
   * How long the server may take to answer, in milliseconds.
   * @default 2_000
   */
  timeoutMs?: number
}

/**
 * Whether the server sends this level from now on. `unsupported`: it has no `logging` capability; `timeout`: it did not
 * answer; `refused`: it answered with an error; `closed`: there is no connection; `not_captured`: the client's transport is
 * not one that is captured.
 */
export type SetLevelResult =
  | { ok: true; era: Era; level: Level }
  | {
      ok: false
      reason: 'unsupported' | 'timeout' | 'refused' | 'closed' | 'not_captured'
      era?: Era
      message: string
    }

/** What watches one transport. */
export interface Capture<T extends object = object> {
  /** The transport that was given: the same object, hooked. */
  readonly transport: T
  facts(): CaptureFacts
  /** Asks the server for logs of this level and above, in the way of its era. Never hangs, never throws. */
  setLevel(level: Level, options?: SetLevelOptions): Promise<SetLevelResult>
  /** Records what is still waiting: large messages, and lines of stderr that may still grow. */
  flush(): void
  /** Resolves when the run is over and its last record has been made. */
  readonly ended: Promise<void>
  /** The run is over: open calls are told as lost, then the exit. Resolves when stderr has been read to its end, at most 250 ms. */
  close(): Promise<void>
}
