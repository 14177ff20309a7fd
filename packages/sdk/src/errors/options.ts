/** Options of sinks and transforms, checked where they are given: an error names the option, never its value. */
import { LogboomError } from './index.ts'
import { nearest } from './nearest.ts'

/** What an option has to be, in words, and whether a value is that. */
export interface Kind {
  readonly words: string
  readonly holds: (value: unknown) => boolean
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** RFC 9110: what `fetch` sends as it is. It would show any other value in its error. */
const isHeader = (value: unknown): boolean => isText(value) && /^[\t\x20-\x7e\x80-\xff]+$/.test(value)
const isHeaderName = (name: string): boolean => /^[\w!#$%&'*+.^`|~-]+$/.test(name)

export const kinds = {
  text: { words: 'a text that is not empty', holds: isText },
  flag: { words: 'true or false', holds: (value) => typeof value === 'boolean' },
  /** Milliseconds, bytes, records: more than none. */
  positive: { words: 'a number above 0', holds: (value) => isNumber(value) && value > 0 },
  count: { words: 'a whole number from 1', holds: (value) => Number.isInteger(value) && Number(value) >= 1 },
  share: { words: 'a number from 0 to 1', holds: (value) => isNumber(value) && value >= 0 && value <= 1 },
  texts: { words: 'a list of texts', holds: (value) => Array.isArray(value) && value.every(isText) },
  table: { words: 'an object', holds: isTable },
  /** Headers, labels: names to texts. */
  textTable: {
    words: 'an object of texts',
    holds: (value) => isTable(value) && Object.values(value).every((one) => typeof one === 'string'),
  },
  /** A key or token that is sent in a header. */
  header: { words: 'a text without line ends, that a header can hold', holds: isHeader },
  headers: {
    words: 'an object of header names and texts',
    holds: (value) =>
      isTable(value) &&
      Object.entries(value).every(([name, one]) => isHeaderName(name) && (one === '' || isHeader(one))),
  },
  callback: { words: 'a function', holds: (value) => typeof value === 'function' },
  url: {
    words: 'an http or https address',
    holds: (value) => isText(value) && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
  },
} as const satisfies Record<string, Kind>

export const oneOf = (...words: readonly string[]): Kind => ({
  words: `one of ${words.join(', ')}`,
  holds: (value) => typeof value === 'string' && words.includes(value),
})

/** May be left out. */
export const optional = (kind: Kind): Kind => ({
  words: kind.words,
  holds: (value) => value === undefined || kind.holds(value),
})

/**
 * Holds options to a table of what each has to be; one that is not in it is unknown.
 * @throws LogboomError LB_SINK_OPTIONS naming the option; values may be secret and are never told
 * @example checkOptions('lokiSink', options, { url: kinds.url, timeoutMs: optional(kinds.positive) })
 */
export const checkOptions = (owner: string, options: object, table: Readonly<Record<string, Kind>>): void => {
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(table, name)) continue
    const meant = nearest(name, Object.keys(table))
    throw new LogboomError('LB_SINK_OPTIONS', `${owner} has no option "${name}"`, {
      hint:
        meant === undefined ? `Its options: ${Object.keys(table).join(', ')}.` : `Did you mean "${meant}"?`,
    })
  }
  for (const [name, { words, holds }] of Object.entries(table)) {
    const value: unknown = (options as Record<string, unknown>)[name]
    if (holds(value)) continue
    const problem = value === undefined ? 'is needed' : 'is not what it has to be'
    throw new LogboomError('LB_SINK_OPTIONS', `${owner}: the option "${name}" ${problem}`, {
      hint: `It has to be ${words}.`,
    })
  }
}
