/** The options of an alert, checked and read. */
import { LogboomError } from '../../errors/index.ts'
import { checkOptions, type Kind, kinds, optional } from '../../errors/options.ts'
import { compile, type Matcher, parseQuantity, parseQuery, type RegexEngine } from '../../query/index.ts'
import type { LogRecord } from '../../record/index.ts'
import type { RetrySettings, Sink } from '../types.ts'
import { createGroupOf, type GroupOf } from './groups.ts'

export interface AlertOptions {
  /** Which records count: a query (`docs/query.md`), or a function of a record. `now` in a query is when the alert was made. */
  when: string | ((record: LogRecord) => boolean)
  /** Where notices go: any sinks, each behind a queue of its own. Closed with the last alert that uses them. */
  to: readonly Sink[]
  /** Said in every notice. @default none: notices are named after `when` */
  name?: string
  /** How far back records count: milliseconds, or a text with units (`'90s'`, `'5m'`). @default '5m' */
  window?: number | string
  /** Records within the window at which the alert fires. @default 1 */
  threshold?: number
  /** How long an alert that fires is not told again: milliseconds, or a text with units. @default '15m' */
  cooldown?: number | string
  /** Fields, and paths into attributes (`@user.id`), that each have an alert of their own; `[]`: one for all. @default ['server'] */
  groupBy?: readonly string[]
  /** Groups watched at most. @default 1000 */
  maxGroups?: number
  /** Compiles the regular expressions of `when`; linear in time, such as RE2's. @default none: they are refused */
  regex?: RegexEngine
  /** What to do with a notice that a target may take later. @default 12 attempts, after 0.5 s and then doubling up to 60 s */
  retry?: RetrySettings
  /** Told of everything a target or `when` throws. @default none: `stats()` counts */
  onError?: (error: unknown) => void
  /** Clock, Unix epoch milliseconds. @default one that does not jump when the system's is set */
  now?: () => number
}

export interface AlertSettings {
  name: string | undefined
  when: string
  matches: Matcher
  groupOf: (record: LogRecord) => GroupOf
  windowMs: number
  threshold: number
  cooldownMs: number
  maxGroups: number
  to: readonly Sink[]
  retry: RetrySettings
  onError: (error: unknown) => void
  now: () => number
}

/** Milliseconds; undefined for what is no duration above none. */
const readDuration = (value: unknown): number | undefined => {
  const quantity = typeof value === 'string' ? parseQuantity(value) : undefined
  const ms = quantity?.dimension === 'duration' ? quantity.value : value
  return typeof ms === 'number' && Number.isFinite(ms) && ms > 0 ? ms : undefined
}

const duration: Kind = {
  words: "milliseconds above 0, or a text such as '90s' or '5m'",
  holds: (value) => readDuration(value) !== undefined,
}

const TABLE = {
  when: {
    words: 'a query, or a function of a record',
    holds: (value) => kinds.text.holds(value) || kinds.callback.holds(value),
  },
  to: {
    words: 'a list of sinks, at least one',
    holds: (value) =>
      Array.isArray(value) && value.length > 0 && value.every((one) => kinds.callback.holds(one)),
  },
  name: optional(kinds.text),
  window: optional(duration),
  threshold: optional(kinds.count),
  cooldown: optional(duration),
  groupBy: optional(kinds.texts),
  maxGroups: optional(kinds.count),
  regex: optional(kinds.callback),
  retry: optional(kinds.table),
  onError: optional(kinds.callback),
  now: optional(kinds.callback),
} as const satisfies Record<keyof AlertOptions, Kind>

const RETRY_TABLE = {
  attempts: optional(kinds.count),
  firstMs: optional(kinds.positive),
  longestMs: optional(kinds.positive),
} as const satisfies Record<keyof RetrySettings, Kind>

const noRegex: RegexEngine = () => {
  throw new Error('give the option "regex", which compiles it')
}

const compileQuery = (input: string, regex: RegexEngine): Matcher => {
  try {
    return compile(parseQuery(input, { now: Date.now() }), { regex, input })
  } catch (cause) {
    const { message, hint, column } =
      cause instanceof LogboomError ? cause : new LogboomError('LB_INTERNAL', String(cause))
    throw new LogboomError('LB_SINK_OPTIONS', `alert: the option "when" is no query: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      ...(column === undefined ? {} : { column }),
      input,
      cause,
    })
  }
}

/** @throws LogboomError LB_SINK_OPTIONS naming the option that cannot be used */
export const readOptions = (options: AlertOptions): AlertSettings => {
  checkOptions('alert', options, TABLE)
  const { when, to, name, threshold = 1, groupBy = ['server'], maxGroups = 1000 } = options
  if (options.retry !== undefined) checkOptions('alert: retry', options.retry, RETRY_TABLE)
  const { regex = noRegex, retry, onError = () => {} } = options
  return {
    name,
    when: typeof when === 'string' ? when : when.name === '' ? 'chosen by a function' : when.name,
    matches: typeof when === 'string' ? compileQuery(when, regex) : when,
    groupOf: createGroupOf(groupBy),
    windowMs: readDuration(options.window ?? '5m') ?? 0,
    threshold,
    cooldownMs: readDuration(options.cooldown ?? '15m') ?? 0,
    maxGroups,
    to: [...to],
    retry: { attempts: 12, longestMs: 60_000, ...retry },
    onError,
    now: options.now ?? (() => performance.timeOrigin + performance.now()),
  }
}
