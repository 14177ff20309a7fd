/**
 * Every error a user can meet, in one catalogue. Codes are stable and never reused; `docs/errors.md` explains each, and
 * a test holds the two together.
 */

export { nearest } from './nearest.ts'

/** Exit codes of the command line: 1 failure, 2 usage, 4 hub or server unreachable, 5 a check failed. */
export const ERRORS = {
  /** An unknown option or command, a missing or invalid argument. */
  LB_USAGE: { exit: 2 },
  /** A query that does not parse; carries a column. */
  LB_QUERY_SYNTAX: { exit: 2 },
  /** The home directory cannot be read, or cannot be made. */
  LB_HOME_UNUSABLE: { exit: 1 },
  /** A journal could not be written: the capture goes on, what could not be kept is counted. */
  LB_JOURNAL_WRITE: { exit: 1 },
  /** A file in the journal directory is not a journal this version reads. */
  LB_JOURNAL_FORMAT: { exit: 1 },
  /** The store in a home is of a later format than this version reads. */
  LB_STORE_FORMAT: { exit: 1 },
  /** No room for records: the disk is full and there is no sealed data left to drop. */
  LB_STORE_FULL: { exit: 1 },
  /** A question took longer than it may. */
  LB_QUERY_LIMIT: { exit: 1 },
  /** An SQL statement that SQLite refuses, or that would write. */
  LB_SQL: { exit: 2 },
  /** The file that a command was to write exists already, or cannot be written. */
  LB_OUTPUT_FILE: { exit: 1 },
  /** A log file that was to be read is not there, cannot be read, or is not what its name says. */
  LB_INPUT_FILE: { exit: 1 },
  /** Another hub runs on this home, or its port is taken. */
  LB_HUB_RUNNING: { exit: 1 },
  /** A hub was to listen where others can reach it, without a token. */
  LB_HUB_EXPOSED: { exit: 2 },
  /** A request to the API that cannot be answered as it stands. */
  LB_API_REQUEST: { exit: 1 },
  /** A request to the API from where none is allowed: a foreign Host or Origin, or without the token. */
  LB_API_FORBIDDEN: { exit: 1 },
  /** The command after `--` was not found. */
  LB_COMMAND_NOT_FOUND: { exit: 127 },
  /** The command after `--` cannot be executed. */
  LB_COMMAND_NOT_EXECUTABLE: { exit: 126 },
  /** The demo did not go as it should: a server did not start, or something it shows did not happen. */
  LB_DEMO_FAILED: { exit: 1 },
  /** A sink was given an option it cannot use. */
  LB_SINK_OPTIONS: { exit: 2 },
  /** Neither official MCP client SDK is installed. */
  LB_SDK_MISSING: { exit: 1 },
  /** What was given as a server, or as a configuration of servers, cannot be understood. */
  LB_TARGET_INVALID: { exit: 2 },
  /** Nothing installed can run a server's script. */
  LB_RUNTIME_MISSING: { exit: 1 },
  /** A server could not be connected, or none of several. */
  LB_CONNECT_FAILED: { exit: 4 },
  /** Something nobody expected; a bug of Logboom. */
  LB_INTERNAL: { exit: 1 },
} as const

export type ErrorCode = keyof typeof ERRORS

export interface ErrorDetails {
  /** What the user can do about it: one sentence. */
  hint?: string
  /** 1-based column in `input`, for errors in a text the user wrote. */
  column?: number
  /** The text the user wrote. */
  input?: string
  cause?: unknown
}

/** The only error Logboom throws on purpose: a stable code, what happened, and what to do. */
export class LogboomError extends Error {
  override readonly name = 'LogboomError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly column: number | undefined
  readonly input: string | undefined

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.hint = details.hint
    this.column = details.column
    this.input = details.input
  }

  get exitCode(): number {
    return ERRORS[this.code].exit
  }
}
