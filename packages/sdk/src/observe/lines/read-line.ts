/**
 * One line by itself: which pattern it is written in, and what it says.
 *
 * The first character chooses the few patterns that can match at all. Patterns see a bounded head of the line; the
 * message is what follows their match, however long.
 */
import { readJsonLine } from './json-line.ts'
import { CLOCKED } from './patterns/clocked.ts'
import * as plain from './patterns/plain.ts'
import { envLogger, STAMPED } from './patterns/stamped.ts'
import { NO_STAMP, type Pattern, type Stamp } from './patterns/types.ts'
import { type Said, saidNothing } from './said.ts'
import { visible } from './text.ts'
import { CLOCK_STAMP, type Clock, clockStamp, FULL_STAMP, fullStamp, stampOf } from './time.ts'

const HEAD = 512

const NONE: readonly Pattern[] = []

const isUpper = (unit: number): boolean => unit >= 0x41 && unit <= 0x5a

const patternsFor = (unit: number, second: number): readonly Pattern[] => {
  if (unit >= 0x61 && unit <= 0x7a) return plain.LOWER_FIRST
  if (isUpper(unit)) return isUpper(second) ? plain.UPPER_FIRST : plain.CAPITAL_FIRST
  if (unit === 0x5b) return plain.BRACKET_FIRST
  if (unit === 0x2f || unit === 0x3c) return plain.SLASH_FIRST
  if (unit === 0x28) return plain.PAREN_FIRST
  if (unit === 0x20) return plain.SPACE_FIRST
  return NONE
}

const isDigit = (unit: number): boolean => unit >= 0x30 && unit <= 0x39

/**
 * What a line says, if it is written in a known pattern.
 * @param text without terminal colours (`stripAnsi`) and line ending
 * @example readLine('WARNING:app.db:slow', clock) // { level: 'warning', logger: 'app.db', message: 'slow', … }
 */
export const readLine = (text: string, clock: Clock): Said | undefined => {
  const unit = text.charCodeAt(0)
  if (unit === 0x7b) return readJsonLine(text, clock)
  const head = text.length > HEAD ? text.slice(0, HEAD) : text
  if (isDigit(unit) || (unit === 0x5b && isDigit(text.charCodeAt(1)))) return readStamped(text, head, clock)
  const patterns = patternsFor(unit, text.charCodeAt(1))
  return patterns === NONE ? undefined : timeFromFields(firstOf(patterns, text, head, NO_STAMP), clock)
}

const firstOf = (
  patterns: readonly Pattern[],
  text: string,
  head: string,
  stamp: Stamp,
): Said | undefined => {
  for (const pattern of patterns) {
    const match = pattern.regex.exec(head)
    if (match === null) continue
    const said = pattern.read(match, text.slice(match[0].length).trimEnd(), stamp)
    if (said !== undefined) return made(said)
  }
  return undefined
}

const made = (said: Said): Said => {
  said.message = visible(said.message)
  if (said.logger !== undefined) said.logger = visible(said.logger)
  return said
}

const readStamped = (text: string, head: string, clock: Clock): Said | undefined => {
  const full = FULL_STAMP.exec(head)
  if (full !== null) {
    const time = fullStamp(full, clock)
    return time === undefined ? undefined : afterFull(full, text, head, time)
  }
  const short = CLOCK_STAMP.exec(head)
  if (short === null) return undefined
  const time = clockStamp(short, clock)
  const end = short[0].length
  const said = firstOf(CLOCKED, text.slice(end), head.slice(end), NO_STAMP)
  if (said !== undefined && time !== undefined) said.time = time
  return said
}

const afterFull = (full: RegExpExecArray, text: string, head: string, time: number): Said | undefined => {
  const end = full[0].length
  const opened = text.charCodeAt(0) === 0x5b
  const closed = full[10] === ']'
  const rest = text.slice(end)
  const restHead = head.slice(end)
  const stamp: Stamp = { comma: full[7] === ',', rfc3339: full[0].includes('T') }
  const known = firstOf(opened && !closed ? [envLogger] : STAMPED, rest, restHead, stamp)
  // Go's logger, and many another, writes a stamp and nothing about a level.
  const said =
    known ?? (opened === closed && rest.startsWith(' ') ? saidNothing(visible(rest.trim())) : undefined)
  if (said !== undefined) {
    said.time = time
    if (said.pattern === 'stamped' && full[0][4] === '/') said.pattern = 'go-log'
  }
  return said
}

const TIME_KEYS = ['time', 'ts', 'timestamp', 't'] as const

/** The stamp and logger that logfmt has among its fields. */
const timeFromFields = (said: Said | undefined, clock: Clock): Said | undefined => {
  if (said === undefined || (said.pattern !== 'logfmt' && said.pattern !== 'slog')) return said
  const key = TIME_KEYS.find((name) => typeof said.attributes[name] === 'string')
  const time = key === undefined ? undefined : stampOf(said.attributes[key], clock)
  if (key !== undefined && time !== undefined) {
    said.time = time
    delete said.attributes[key]
  }
  const { logger } = said.attributes
  if (typeof logger === 'string') {
    said.logger = visible(logger)
    delete said.attributes.logger
  }
  return said
}
