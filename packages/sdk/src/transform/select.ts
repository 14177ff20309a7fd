/** Which records are meant: a query, a level, or a function. Decided once, where the options are given. */
import { LogboomError } from '../errors/index.ts'
import type { Kind } from '../errors/options.ts'
import { compile, parseQuery, type RegexEngine } from '../query/index.ts'
import { LEVELS, type Level, type LogRecord, severity } from '../record/index.ts'

/** A text of the query language, `{ level }` for this level and those above it, or a function. */
export type Selector = string | { level: Level } | ((record: Readonly<LogRecord>) => boolean)

const isLevel = (value: unknown): boolean => LEVELS.some((level) => level === value)

export const selector: Kind = {
  words: 'a query, { level } with a level of MCP, or a function',
  holds: (value) =>
    typeof value === 'string' ||
    typeof value === 'function' ||
    (typeof value === 'object' &&
      value !== null &&
      'level' in value &&
      Object.keys(value).length === 1 &&
      isLevel(value.level)),
}

const NO_ENGINE = new Error('no engine')

const withoutEngine: RegexEngine = () => {
  throw NO_ENGINE
}

/**
 * A function that tells whether a record is meant. `now` in a query is the moment of this call.
 * @param owner whose options they are, for errors
 * @throws LogboomError LB_QUERY_SYNTAX; LB_SINK_OPTIONS for what selects nothing, and for a regular expression without an engine
 */
export const matcherOf = (
  owner: string,
  what: Selector,
  regex: RegexEngine = withoutEngine,
): ((record: LogRecord) => boolean) => {
  if (!selector.holds(what))
    throw new LogboomError('LB_SINK_OPTIONS', `${owner}: what it selects by is not what it has to be`, {
      hint: `It has to be ${selector.words}.`,
    })
  // Truthiness, since a function of plain JavaScript may return anything.
  if (typeof what === 'function') return (record) => Boolean(what(record))
  if (typeof what !== 'string') {
    const least = severity(what.level)
    return (record) => severity(record.level) >= least
  }
  try {
    return compile(parseQuery(what, { now: Date.now() }), { regex, input: what })
  } catch (error) {
    if (!(error instanceof LogboomError)) throw error
    if (error.cause === NO_ENGINE)
      throw new LogboomError(
        'LB_SINK_OPTIONS',
        `${owner}: a regular expression in a query needs the option "regex"`,
        { hint: 'Give an engine that is linear in time (re2js, say), or use words and wildcards.' },
      )
    const { code, message, hint, column, input, cause } = error
    throw new LogboomError(code, `${owner}: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      ...(column === undefined ? {} : { column }),
      ...(input === undefined ? {} : { input }),
      cause,
    })
  }
}
