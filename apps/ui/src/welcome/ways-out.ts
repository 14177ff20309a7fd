/** When a question finds nothing: what could be taken away from it, one at a time, and everything. */
import { parseQuery } from '@logboom/sdk/query'
import { type Change, type Place, queryOf } from '../location/place.ts'

export interface WayOut {
  kind: 'chip' | 'word' | 'typed' | 'time' | 'all'
  /** What is taken away, in the query language; empty for time and all. */
  term: string
  /** How to go there. */
  change: Change
  /** What is asked then. */
  question: Question
}

export interface Question {
  q: string
  since?: string
  until?: string
}

/** More are not worth counting each. */
const MAX_WORDS = 8

type Asked = Pick<Place, 'q' | 'chips'> & { since: string | undefined; until: string | undefined }

const questionOf = ({ since, until, ...query }: Asked): Question => ({
  q: queryOf(query),
  ...(since === undefined ? {} : { since }),
  ...(until === undefined ? {} : { until }),
})

export const waysOut = (place: Place): WayOut[] => {
  const { chips, since, until } = place
  const typed = place.q.trim()
  const hasTime = since !== undefined || until !== undefined
  const to = (kind: WayOut['kind'], term: string, change: Change): WayOut => ({
    kind,
    term,
    change,
    question: questionOf(applied(place, change)),
  })
  const ways = chips.flatMap((chip, at) =>
    chip.on
      ? [to('chip', chip.term, { chips: chips.map((one, i) => (i === at ? { ...one, on: false } : one)) })]
      : [],
  )
  const words = wordsOfQuery(typed)
  if (words.length > 1)
    for (const { term, rest } of words.slice(0, MAX_WORDS)) ways.push(to('word', term, { q: rest }))
  if (typed !== '') ways.push(to('typed', typed, { q: '' }))
  if (hasTime) ways.push(to('time', '', { since: undefined, until: undefined }))
  if (ways.length > 1)
    ways.push(
      to('all', '', {
        q: '',
        chips: chips.map((chip) => ({ ...chip, on: false })),
        since: undefined,
        until: undefined,
      }),
    )
  return ways
}

const applied = (place: Place, change: Change): Asked => ({
  q: change.q ?? place.q,
  chips: change.chips ?? place.chips,
  since: 'since' in change ? change.since : place.since,
  until: 'until' in change ? change.until : place.until,
})

/** The terms of a query that all must hold, each with what is left without it; none of one that does not parse. */
const wordsOfQuery = (query: string): { term: string; rest: string }[] => {
  try {
    const expr = parseQuery(query, { now: 0 })
    if (expr.kind !== 'and') return []
    return expr.of.map(({ span: { start, end } }) => ({
      term: query.slice(start, end),
      rest: `${query
        .slice(0, start)
        .trim()
        .replace(/\s*\bAND$/, '')} ${query
        .slice(end)
        .trim()
        .replace(/^AND\b\s*/, '')}`.trim(),
    }))
  } catch {
    return []
  }
}
