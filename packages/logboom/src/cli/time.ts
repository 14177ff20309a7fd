/**
 * Moments as users write them after `--since` and `--until`: how long ago (`90s`, `15m`, `1h30m`, `2d`, `1w`), or an
 * ISO 8601 date or time (`2026-11-22`, `2026-11-22T10:00`, with `Z` or an offset), local unless it says otherwise.
 */
import { LogboomError } from '@logboom/sdk/errors'

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const AGO = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/
/** A thousand years. */
const MAX_SPAN = 365_000 * 86_400_000
const PART = /(\d+(?:\.\d+)?)(ms|[smhdw])/g
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i

const millisecondsOf = (spans: string): number => {
  let sum = 0
  for (const [, amount, unit] of spans.matchAll(PART)) sum += Number(amount) * (UNITS[unit ?? ''] ?? 0)
  return sum
}

/**
 * A stretch of time in milliseconds: `500ms`, `30s`, `1h30m`, `7d`.
 * @param option name for the error, such as `--timeout`
 * @throws LogboomError LB_USAGE if it is none, or none at all
 */
export const parseSpan = (text: string, option: string): number => {
  const value = text.trim()
  const span = AGO.test(value) ? millisecondsOf(value) : 0
  if (span > 0 && span <= MAX_SPAN) return span
  throw new LogboomError('LB_USAGE', `${option} does not understand '${text}'`, {
    hint: 'Give a number with ms, s, m, h, d or w: 30s, 1h30m, 7d.',
  })
}

/**
 * The moment in Unix epoch milliseconds.
 * @param option name for the error, such as `--since`
 * @throws LogboomError LB_USAGE if it is neither form
 */
export const parseMoment = (text: string, option: string, now: number, utc = false): number => {
  const value = text.trim()
  if (value === 'now') return now
  if (AGO.test(value)) {
    return now - millisecondsOf(value)
  }
  const [, date, time, zone] = ISO.exec(value) ?? []
  if (date !== undefined) {
    // A date alone is UTC to JavaScript; here it means the user's day, as a time without a zone does.
    const offset = zone?.replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2').toUpperCase() ?? (utc ? 'Z' : '')
    const at = Date.parse(`${date}T${time ?? '00:00'}${offset}`)
    if (!Number.isNaN(at)) return at
  }
  throw new LogboomError('LB_USAGE', `${option} does not understand '${text}'`, {
    hint: 'Give how long ago (90s, 15m, 1h, 2d) or a date or time (2026-11-22, 2026-11-22T10:00Z).',
  })
}
