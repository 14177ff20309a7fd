/** The live tail, as server-sent events. */
import { badRequest } from '../errors.ts'
import type { Route } from '../route.ts'
import { filterOf, positionParam, QUERY } from '../selection.ts'

const params = { ...QUERY, after: positionParam('Begin after this position; at the newest if absent') }

/** Where a reader goes on: what its connection was last given beats where it began. */
const resumeAt = (header: string | undefined, after: number | undefined): number | undefined => {
  if (header === undefined || header === '') return after
  const position = /^\d{1,16}$/.test(header) ? Number(header) : Number.NaN
  if (!Number.isSafeInteger(position)) throw badRequest("'Last-Event-ID' must be a position")
  return position
}

export const tail: Route = {
  path: '/tail',
  tag: 'records',
  summary: 'Records as they are stored, as server-sent events',
  about:
    'Events without a name hold a `Stored`, and their id is its position. A client that comes back with `Last-Event-ID` (or `after`) gets what it missed, and nothing twice. A reader that is too slow gets an event `skipped` with `{count, after, before}`: so many records that match lie between these positions. An id without an event is a heartbeat. `failed` holds an `Error` and ends the stream.',
  pathParams: {},
  params,
  answer: { type: 'text/event-stream', about: 'The stream; it has no end' },
  mayMiss: false,
  respond: async ({ q, after }, ask, { tail: readers, regex }) => {
    const filter = filterOf(q as string | undefined, ask.now, regex)
    const from = resumeAt(ask.header('last-event-id'), after as number | undefined)
    return new Response(ask.head ? null : readers.open(filter, from), {
      headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
    })
  },
}
