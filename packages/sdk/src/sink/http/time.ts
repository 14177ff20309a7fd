/** A record's time in the forms receivers want, exact to the microsecond. */
import type { LogRecord } from '../../record/index.ts'

/** The furthest a date goes, in milliseconds. */
const MAX_MS = 8.64e15

const holds = (ms: number): boolean => Number.isFinite(ms) && Math.abs(ms) <= MAX_MS

/** Unix epoch milliseconds: the record's time; when it was seen, if that is none. */
export const timeOf = ({ time, observed }: LogRecord): number =>
  holds(time) ? time : holds(observed) ? observed : 0

/** Unix epoch milliseconds as nanoseconds. */
export const nanos = (ms: number): string =>
  Number.isFinite(ms) ? String(BigInt(Math.round(ms * 1000)) * 1000n) : '0'

const split = (ms: number): { whole: number; micros: string } => {
  const micros = Math.round(ms * 1000)
  const whole = Math.floor(micros / 1000)
  return { whole, micros: String(micros - whole * 1000).padStart(3, '0') }
}

/** ISO 8601 in UTC; with six digits of the second where the time has a fraction of a millisecond. */
export const isoTime = (ms: number): string => {
  const { whole, micros } = split(ms)
  const text = new Date(whole).toISOString()
  return micros === '000' ? text : `${text.slice(0, -1)}${micros}Z`
}

/** Seconds with six digits after the point. */
export const secondsText = (ms: number): string => {
  const micros = BigInt(Math.round(ms * 1000))
  const size = micros < 0n ? -micros : micros
  const digits = String(size).padStart(7, '0')
  return `${micros < 0n ? '-' : ''}${digits.slice(0, -6)}.${digits.slice(-6)}`
}
