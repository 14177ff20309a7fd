/**
 * Stamps that libraries write in front of a line, as Unix epoch milliseconds with fractions to the microsecond.
 *
 * A stamp without a zone is local time of the machine that wrote it, which for a stdio server is this machine. A stamp
 * without a date takes the date that brings it nearest to the moment the line was read, so that midnight is no gap.
 */

/** Local wall-clock time (month from 1) as Unix epoch milliseconds. */
export type LocalTime = (
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
) => number

/** The zone of this machine. */
export const machineTime: LocalTime = (year, month, day, hour, minute, second) =>
  new Date(year, month - 1, day, hour, minute, second).getTime()

/** What a stamp needs besides its text. */
export interface Clock {
  local: LocalTime
  /** When the line was read; Unix epoch milliseconds. */
  at: number
}

/** `2026-11-22T14:34:05.123456Z` and its relatives; with an opening bracket if there is one. Groups: see `fullStamp`. */
export const FULL_STAMP =
  /^\[?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d):(\d\d)(?:([.,])(\d{1,9}))?( ?(?:Z|UTC|[+-]\d\d:?\d\d)(?![\w]))?(\]?)/

/** `14:34:05.123`. */
export const CLOCK_STAMP = /^\[?(\d\d):(\d\d):(\d\d)(?:([.,])(\d{1,9}))?(\]?)/

/** Rich's `[%x %X]` in the C locale: month, day, two digits of the year. */
export const RICH_STAMP = /^\[(\d\d)\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)\] /

const DAY = 86_400_000

/** `123456` after the point is 123.456 ms. */
const fractionMs = (digits: string | undefined): number =>
  digits === undefined ? 0 : Number(digits.slice(0, 6).padEnd(6, '0')) / 1000

const isClock = (hour: number, minute: number, second: number): boolean =>
  hour < 24 && minute < 60 && second <= 60

const zoneMs = (zone: string): number => {
  const sign = zone.trim()
  if (!/^[+-]/.test(sign)) return 0
  const minutes = Number(sign.slice(1, 3)) * 60 + Number(sign.slice(-2))
  return (sign.startsWith('-') ? -minutes : minutes) * 60_000
}

/** The time of a match of `FULL_STAMP`; nothing if no such day or clock exists. */
export const fullStamp = (match: RegExpExecArray, clock: Clock): number | undefined => {
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((group) => Number(match[group]))
  return compose([year, month, day, hour, minute, second], match[8], match[9], clock)
}

type Parts = (number | undefined)[]

const compose = (
  parts: Parts,
  digits: string | undefined,
  zone: string | undefined,
  clock: Clock,
): number | undefined => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  if (month < 1 || month > 12 || day < 1 || day > 31 || !isClock(hour, minute, second)) return undefined
  const whole =
    zone === undefined
      ? clock.local(year, month, day, hour, minute, second)
      : Date.UTC(year, month - 1, day, hour, minute, second) - zoneMs(zone)
  return Number.isFinite(whole) ? whole + fractionMs(digits) : undefined
}

/** The time of a match of `RICH_STAMP`. */
export const richStamp = (match: RegExpExecArray, clock: Clock): number | undefined => {
  const [month, day, year = 0, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((group) => Number(match[group]))
  return compose([2000 + year, month, day, hour, minute, second], undefined, undefined, clock)
}

/** The time of a match of `CLOCK_STAMP`: on the day that brings it nearest to the reading. */
export const clockStamp = (match: RegExpExecArray, clock: Clock): number | undefined => {
  const [hour = 0, minute = 0, second = 0] = [1, 2, 3].map((group) => Number(match[group]))
  if (!isClock(hour, minute, second)) return undefined
  const nearest = [-DAY, 0, DAY]
    .map((shift) => {
      const day = new Date(clock.at + shift)
      return clock.local(day.getFullYear(), day.getMonth() + 1, day.getDate(), hour, minute, second)
    })
    .reduce((best, time) => (Math.abs(time - clock.at) < Math.abs(best - clock.at) ? time : best))
  return nearest + fractionMs(match[5])
}

/** A stamp in a field: text as above, or a number of seconds, milliseconds, microseconds or nanoseconds by its size. */
export const stampOf = (value: unknown, clock: Clock): number | undefined => {
  if (typeof value === 'number') return epochMs(value)
  if (typeof value !== 'string' || value.length > 40) return undefined
  const match = FULL_STAMP.exec(value)
  if (match !== null) return match[0].length === value.length ? fullStamp(match, clock) : undefined
  return /^\d{10,19}(?:\.\d{1,9})?$/.test(value) ? epochMs(Number(value)) : undefined
}

const epochMs = (value: number): number | undefined => {
  // From 2001 on, seconds have 10 digits, milliseconds 13, microseconds 16, nanoseconds 19.
  if (!(value >= 1e9)) return undefined
  if (value < 1e11) return Math.round(value * 1e6) / 1000
  if (value < 1e14) return value
  if (value < 1e17) return value / 1000
  return Math.round(value / 1000) / 1000
}
