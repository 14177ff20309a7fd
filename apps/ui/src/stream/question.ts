/** What the stream asks the hub: pages of records, and the tail. */
import { ask, PREFIX } from '../api/client.ts'
import { type Place, queryOf } from '../location/index.ts'

export interface Question {
  q: string
  since: string | undefined
  until: string | undefined
  /** What came before and after this position, whatever the query. */
  around: number | undefined
}

export interface PageQuery {
  order: 'newest' | 'oldest'
  limit: number
  after?: number
  before?: number
}

/** What a place asks for. */
export const questionOf = (place: Place): Question => {
  const { since, until, around } = place
  return { q: queryOf(place), since, until, around }
}

/** Nothing new comes into a past range, or a context. */
export const isLive = ({ until, around }: { until?: unknown; around?: unknown }): boolean =>
  until === undefined && around === undefined

export const isSame = (a: Question | undefined, b: Question): boolean =>
  a?.q === b.q && a.since === b.since && a.until === b.until && a.around === b.around

/** Both, whatever ORs are in the query. */
const narrowed = (q: string, term: string): string => (q === '' || term === '' ? q + term : `(${q}) ${term}`)

/** A page of what is asked and, where given, of a term besides. */
export const askPage = (question: Question, page: PageQuery, signal: AbortSignal, term = '') => {
  const { q, since, until, around } = question
  const asked = around === undefined ? { q: narrowed(q, term), since, until } : { q: term }
  const given = Object.entries(asked).filter(([, value]) => value !== undefined && value !== '')
  return ask((hub) =>
    hub.GET('/records', { params: { query: { ...page, ...Object.fromEntries(given) } }, signal }),
  )
}

/** The tail knows no `since` beside its query, so that a bound is part of it. */
export const tailAddress = ({ q, since }: Question): string => {
  const asked = narrowed(q, since === undefined ? '' : `time:>=${since}`)
  return `${PREFIX}/tail?${new URLSearchParams(asked === '' ? {} : { q: asked })}`
}
