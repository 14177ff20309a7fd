/** Time ranges as the address has them: `now-15m`, an ISO time, or milliseconds. Pure. */
import { parseTime, resolveNow } from '@logboom/sdk/query'
import { visible } from '@logboom/sdk/record'
import { formatFullTime } from '../parts/format.ts'

export type Zone = 'local' | 'utc'

export const LASTS = ['now-5m', 'now-15m', 'now-1h', 'now-6h', 'now-24h', 'now-7d'] as const

const HAS_ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i
const HAS_CLOCK = /\d[T ]\d\d/i

/** Milliseconds of a bound; undefined when it is no time. What is relative is read as of `now`. */
export const instantOf = (bound: string, now: number): number | undefined => {
  const relative = resolveNow(bound, now)
  return parseTime(relative ?? bound)?.from
}

/**
 * A bound as a person types it, as the address has it: relative ones stay so, the others become milliseconds. Without a zone a time is
 * one of `zone`. Undefined when it is no time; empty when it is open.
 */
export const boundOf = (typed: string, zone: Zone, now: number): string | undefined => {
  const text = typed.trim()
  if (text === '') return ''
  if (resolveNow(text, now) !== undefined) return text.toLowerCase()
  const utc = parseTime(text)?.from
  if (utc === undefined) return undefined
  if (zone === 'utc' || (HAS_ZONE.test(text) && HAS_CLOCK.test(text)) || /^\d{12,14}/.test(text))
    return String(utc)
  // What the clock on the wall says, in the zone of the one who reads it.
  const at = new Date(utc)
  const wall = new Date(0)
  wall.setFullYear(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
  wall.setHours(at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds(), at.getUTCMilliseconds())
  return String(wall.getTime())
}

/** A bound as it is typed again: without the zone's name. */
export const typedOf = (bound: string | undefined, zone: Zone, now: number): string => {
  if (bound === undefined || /^now/i.test(bound)) return bound ?? ''
  const instant = instantOf(bound, now)
  return instant === undefined
    ? bound
    : formatFullTime(instant, zone)
        .slice(0, 23)
        .replace(/\.000$/, '')
}

/** A bound to be read: the day is left out when it is today. */
export const shownOf = (bound: string, zone: Zone, now: number): string => {
  // An address may hold anything.
  const whole = visible(typedOf(bound, zone, now))
  const today = formatFullTime(now, zone).slice(0, 11)
  return whole.startsWith(today) ? whole.slice(11) : whole
}

/** Twice as much time, the middle where it was, and not beyond now. */
export const zoomedOut = (
  { since, until }: { since: string; until: string | undefined },
  now: number,
): { since: string; until: string | undefined } | undefined => {
  const from = instantOf(since, now)
  const to = until === undefined ? now : instantOf(until, now)
  if (from === undefined || to === undefined || to <= from) return undefined
  const half = Math.max(1, (to - from) / 2)
  const end = to + half
  return {
    since: String(Math.floor(from - half)),
    until: until === undefined || end >= now ? undefined : String(Math.ceil(end)),
  }
}
