/** What is told of a call that went wrong, and what it is told from. */
import type { LogRecord } from '@logboom/sdk/record'
import type { CallStory } from '../store/contract.ts'

export const PARTIES = ['client', 'server', 'transport', 'version'] as const

export type Party = (typeof PARTIES)[number]

/** By which rule, in the order in which they are tried: the first that fits decides. */
export const RULES = [
  'unsupported_version',
  'stray_stdout',
  'cancelled',
  'timeout',
  'parse_error',
  'unknown_method',
  'invalid_params',
  'upstream',
  'tool_error',
  'internal_error',
  'server_error',
  'exited',
  'http_status',
  'connection_lost',
] as const

export type RuleId = (typeof RULES)[number]

export interface Blame {
  party: Party
  rule: RuleId
  /** The words that say so, at most `MAX_DETAIL` characters. */
  detail?: string
  /** Id of the record that says so, where it is not the outcome. */
  record?: string
}

/** How the run ended, if it ended within the call. */
export interface Ending {
  /** Id of the record that tells it. */
  record: string
  /** Its last words. */
  message: string
  level: LogRecord['level']
  time: number
  /** How the process ended is known; else only the connection, or the capture, did. */
  told: boolean
}

/** A call that went wrong, ready to be looked at. */
export interface Case {
  story: CallStory
  outcome: LogRecord
  status: string
  /** What the error says, with everything that a tool gave as text; empty when it says nothing. */
  error: string
  /** The code of a JSON-RPC error. */
  code?: number
  ending?: Ending
}

/** What a rule found. Who asked and who answered change places where the server asked. */
export interface Finding {
  party: Party | 'asker' | 'answerer'
  detail?: string
  record?: string
}

export type Rule = (one: Case) => Finding | undefined
