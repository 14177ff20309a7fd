/** The seam of `observe`: what every capture feeds it, and what comes out. */
import type { Level, LogRecord, NewId } from '../record/index.ts'

/** The three pipes of a stdio server, named as the server sees them. */
export type Stream = 'stdin' | 'stdout' | 'stderr'

/** Stated limits; sizes in bytes, times in milliseconds. */
export interface ObserveLimits {
  /** A line is kept up to here; a longer JSON-RPC line is scanned for its id and outcome, a longer log line cut. */
  line: number
  /** A record is inferred to belong to the only call open at any moment of this long before its line was read. */
  window: number
  /** A group of lines that may still grow is closed after this long without a line. */
  groupIdle: number
  /** Calls remembered as open, oldest forgotten (and told as lost) first. */
  openCalls: number
}

export const DEFAULT_LIMITS: ObserveLimits = {
  line: 1_048_576,
  window: 20,
  groupIdle: 60,
  openCalls: 10_000,
}

/** Takes one record, not yet redacted; `stream` is the pipe its text came from, for state that spans lines. */
export type Emit = (record: LogRecord, stream: Stream | undefined) => void

/** Of two roads of a record, messages are asked for by level and stderr is not: here it is narrowed too. */
export interface Narrowing {
  isUnwanted(level: Level): boolean
  /** A record was left out; it takes no `seq`. */
  skipped(): void
}

export interface ObserverSettings {
  server: string
  run: string
  /** Name of the machine. */
  host?: string
  newId: NewId
  emit: Emit
  /** Narrows what our own SDK wrote to stderr. */
  narrowing?: Narrowing
  limits?: Partial<ObserveLimits>
}

/** A process that was started, or a peer that was connected to. */
export type RunStart = ProcessStart | PeerStart

export interface ProcessStart {
  command: string
  args: readonly string[]
  pid?: number
  cwd?: string
}

export interface PeerStart {
  /** `http`, `sse`, `in-memory`, `stdio`, or what else carries the messages. */
  transport: string
  /** Where the peer is, if it has an address. */
  url?: string
}

/** How a run ended: as the process did, why it never began, or with the connection and nothing else known. */
export type RunEnd = { code: number } | { signal: string } | { spawnError: string } | { disconnected: true }

/** Why records are missing. `overflow`: the queue was full; `budget`: the home's limit; `write`: the disk refused. */
export type DropReason = 'overflow' | 'budget' | 'write'

export interface Drops {
  reason: DropReason
  /** Records, where they could be counted. */
  records: number
  /** Bytes that were never looked at. */
  bytes?: number
  levels?: Partial<Record<Level, number>>
}

/** All times are Unix epoch milliseconds, fractional; they never go back within one observer. */
export interface Observer {
  started(at: number, start: RunStart): void
  /** Bytes as they were read, in the order of reading. Must not be changed afterwards. */
  feed(stream: Stream, bytes: Uint8Array, at: number): void
  /** Bytes of this stream were passed over; the next whole line is the next thing believed. */
  skipped(stream: Stream, bytes: number, at: number): void
  /** Closes groups that are due. Returns when it wants to be called next, if it does. */
  tick(at: number): number | undefined
  /** The stream has ended: an unfinished line counts as a line. */
  closed(stream: Stream, at: number): void
  /** The run has ended: open groups and calls are told, then the exit. Nothing may be fed afterwards. */
  ended(at: number, end: RunEnd): void
  /** Tells drops of a later stage in a record. */
  dropped(at: number, drops: Drops): void
  /** While set, log records less severe than this are counted instead of made; they still take a `seq`. */
  shedBelow(level: Level | undefined): void
}
