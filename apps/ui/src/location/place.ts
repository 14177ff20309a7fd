/**
 * The place a person is at, and its address. Everything that decides what is looked at is in the address, so that a copied
 * address shows the same to somebody else; how it looks (theme, density …) is in the settings.
 *
 *     /            the stream          ?q=QUERY           as the box has it
 *     /patterns    similar messages    &f=TERM            a chip, any number; `~TERM` is switched off
 *     /calls       calls               &since= &until=    as the API takes them: now-15m, an ISO time, milliseconds
 *     /calls/ID    one call            &order=newest      newest first; oldest first, newest last, without it
 *     /tools                           &by=server         what the histogram is split by; level without it
 *     /servers                         &mark=TEXT         highlighted, not filtered by
 *                                      &record=ID         the record shown beside
 *                                      &call=ID           the call shown beside
 *                                      &around=POSITION   what came before and after a record, unfiltered
 *
 * A term that itself begins with `~` or `+` has a `+` before it. Whatever in an address means nothing is left out.
 */

export const VIEWS = ['stream', 'calls', 'tools', 'servers', 'patterns'] as const
export type View = (typeof VIEWS)[number]

/** A filter that was clicked together, apart from what is typed. `term` is in the query language. */
export interface Chip {
  term: string
  on: boolean
}

export interface Place {
  view: View
  /** The call a page of its own is about; only in the view `calls`. */
  page?: string
  q: string
  chips: readonly Chip[]
  since?: string
  until?: string
  /** Which end of the stream is on top. */
  order: 'oldest' | 'newest'
  by: string
  mark: string
  record?: string
  call?: string
  around?: number
}

/** A change of the place: only what differs; undefined takes away. */
export type Change = { [K in keyof Place]?: Place[K] | undefined }

export const START: Place = { view: 'stream', q: '', chips: [], order: 'oldest', by: 'level', mark: '' }

const text = (params: URLSearchParams, name: string): string | undefined => params.get(name) || undefined

/** The place of an address. */
export const readPlace = ({ pathname, search }: { pathname: string; search: string }): Place => {
  const params = new URLSearchParams(search)
  const [first = '', second] = pathname.split('/').slice(1)
  const view = VIEWS.find((one) => one === first) ?? 'stream'
  const page = view === 'calls' && second ? decoded(second) : undefined
  const around = Number(text(params, 'around'))
  const optional = {
    page,
    since: text(params, 'since'),
    until: text(params, 'until'),
    record: text(params, 'record'),
    call: text(params, 'call'),
    around: Number.isSafeInteger(around) && around > 0 ? around : undefined,
  }
  return {
    ...START,
    view,
    q: params.get('q') ?? '',
    chips: params.getAll('f').filter(Boolean).map(readChip),
    order: params.get('order') === 'newest' ? 'newest' : 'oldest',
    by: text(params, 'by') ?? START.by,
    mark: params.get('mark') ?? '',
    ...(Object.fromEntries(
      Object.entries(optional).filter(([, value]) => value !== undefined),
    ) as Partial<Place>),
  }
}

/** Nothing for what no page ever wrote. */
const decoded = (part: string): string | undefined => {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

const readChip = (text: string): Chip =>
  /^[~+]/.test(text) ? { term: text.slice(1), on: text.startsWith('+') } : { term: text, on: true }

const chipText = ({ term, on }: Chip): string => (on ? (/^[~+]/.test(term) ? `+${term}` : term) : `~${term}`)

/** The address of a place; `readPlace` of it is the place again. */
export const addressOf = (place: Place): string => {
  const params = new URLSearchParams()
  const put = (name: string, value: string | number | undefined): void => {
    if (value !== undefined && value !== '') params.append(name, String(value))
  }
  put('q', place.q)
  for (const chip of place.chips) put('f', chipText(chip))
  put('since', place.since)
  put('until', place.until)
  if (place.order !== START.order) put('order', place.order)
  if (place.by !== START.by) put('by', place.by)
  put('mark', place.mark)
  put('record', place.record)
  put('call', place.call)
  put('around', place.around)
  const path =
    place.view === 'stream' ? '/' : `/${place.view}${place.page ? `/${encodeURIComponent(place.page)}` : ''}`
  const search = params.toString()
  return search === '' ? path : `${path}?${search}`
}

/** The query that is asked: what is typed and the chips that are on, all of them. */
export const queryOf = ({ q, chips }: Pick<Place, 'q' | 'chips'>): string => {
  const parts = [q.trim(), ...chips.filter(({ on }) => on).map(({ term }) => term)].filter(Boolean)
  // An OR in one of them must not swallow the others.
  return parts.map((part) => (parts.length > 1 && /\bOR\b/.test(part) ? `(${part})` : part)).join(' ')
}
