/** The calls of a question, as they come. */
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { termOf } from '../ask/filters.ts'
import { type CallList, isOpen, reaches, withNewest, withOlder, withRetold } from './call-list.ts'

const PAGE = 200
const LIVE_MS = 3000
/** Pages of the newest that are asked for to reach what is known, such as after a night in a hidden tab. */
const CATCH_UP = 5
/** Open calls beyond the newest page that are asked about again. */
const MAX_OPEN = 50

export interface Question {
  q: string
  since?: string | undefined
  until?: string | undefined
}

const pageOf = ({ q, since, until }: Question, more: { before?: number }, signal?: AbortSignal) =>
  ask((hub) =>
    hub.GET('/calls', {
      params: {
        query: {
          q,
          limit: PAGE,
          ...more,
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
        },
      },
      ...(signal === undefined ? {} : { signal }),
    }),
  )

const newest = async (question: Question, known: CallList | undefined, signal: AbortSignal) => {
  const page = await pageOf(question, {}, signal)
  let [items, more] = [page.items, page.more]
  for (let pages = 1; known !== undefined && pages < CATCH_UP && !reaches(known, { items, more }); pages++) {
    const next = await pageOf(question, { before: items.at(-1)?.position ?? 0 }, signal)
    items = [...items, ...next.items]
    more = next.more
  }
  return { items, more }
}

/** What has become of calls that ran when they were last asked about. */
const retold = async (ids: readonly string[], signal: AbortSignal) => {
  if (ids.length === 0) return []
  const q = `source:call (${ids.map((id) => termOf('call', id)).join(' OR ')})`
  const { items } = await ask((hub) =>
    hub.GET('/calls', { params: { query: { q, limit: MAX_OPEN } }, signal }),
  )
  return items
}

export const useCalls = (question: Question) => {
  const client = useQueryClient()
  const { q, since, until } = question
  const key = ['calls', q, since, until]
  const list = useQuery({
    queryKey: key,
    queryFn: async ({ signal }): Promise<CallList> => {
      const known = (): CallList | undefined => client.getQueryData<CallList>(key)
      const page = await newest(question, known(), signal)
      const covered = page.items.at(-1)?.position ?? 0
      const open = (known()?.calls ?? []).filter((call) => isOpen(call) && call.position < covered)
      const again = await retold(
        open.slice(0, MAX_OPEN).map(({ call }) => call.id),
        signal,
      )
      // Older pages may have come meanwhile: `known` is asked last.
      return withRetold(withNewest(known(), page), again)
    },
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  })
  const { calls, more } = list.data ?? { calls: [], more: false }
  const older = useMutation({
    mutationFn: () => pageOf(question, { before: calls.at(-1)?.position ?? 0 }),
    onSuccess: (page) =>
      client.setQueryData<CallList>(key, (now) => (now === undefined ? undefined : withOlder(now, page))),
  })
  return { list, calls, more, older }
}
