/** Times along the histogram: as short as the step allows. */

export type Zone = 'local' | 'utc'

const DAY = 86_400_000

const two = (number: number): string => String(number).padStart(2, '0')

/** Date and clock of a zone. */
const partsOf = (time: number, zone: Zone): { day: string; clock: string; ms: string } => {
  const date = new Date(zone === 'utc' ? time : time - new Date(time).getTimezoneOffset() * 60_000)
  return {
    day: `${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`,
    clock: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`,
    ms: String(date.getUTCMilliseconds()).padStart(3, '0'),
  }
}

/**
 * A mark of the axis, no more exact than what lies between two of them.
 * @example markOf(time, 60_000, 'utc') // '14:02'
 */
export const markOf = (time: number, apart: number, zone: Zone): string => {
  const { day, clock, ms } = partsOf(time, zone)
  if (apart >= DAY) return day
  if (apart >= 60_000) return clock === '00:00:00' ? day : clock.slice(0, 5)
  return apart >= 1000 ? clock : `${clock}.${ms}`
}

/** @example rangeLabel(from, to, 'utc') // '11-22 14:02:11 – 14:02:12' */
export const rangeLabel = (from: number, to: number, zone: Zone): string => {
  const [a, b] = [partsOf(from, zone), partsOf(to, zone)]
  const exact = from % 1000 !== 0 || to % 1000 !== 0
  const clock = (parts: typeof a): string => (exact ? `${parts.clock}.${parts.ms}` : parts.clock)
  return `${a.day} ${clock(a)} – ${a.day === b.day ? '' : `${b.day} `}${clock(b)}`
}
