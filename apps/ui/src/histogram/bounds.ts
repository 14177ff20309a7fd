/** The range of time that is asked for, and how wide its bars are. */
import { parseTime, resolveNow } from '@logboom/sdk/query'
import type { Place } from '../location/place.ts'
import type { Range } from './bars.ts'

/** As many as the look has. */
const WANTED = 120

/** The bounds of a place in milliseconds; what cannot be read bounds nothing here, and the hub says why. */
export const boundsOf = ({ since, until }: Pick<Place, 'since' | 'until'>, now: number): Partial<Range> => {
  const read = (text: string | undefined): number | undefined =>
    text === undefined ? undefined : parseTime(resolveNow(text, now) ?? text)?.from
  const from = read(since)
  // What has begun goes on: up to now, where nothing else is said.
  const to = read(until) ?? (from === undefined ? undefined : now)
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500]
  .concat([1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000))
  .concat([1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000))
  .concat([1, 3, 6, 12].map((hours) => hours * 3_600_000))
  .concat([1, 2, 7, 14, 28].map((days) => days * 86_400_000))

/** A width that people read easily; the hub chooses where no range is known. */
export const stepOf = ({ from, to }: Partial<Range>): number | undefined =>
  from === undefined || to === undefined ? undefined : STEPS.find((step) => (to - from) / step <= WANTED)
