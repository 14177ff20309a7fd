/** The questions a call's story is made of. */
import { useQuery } from '@tanstack/react-query'
import { ApiError, ask, type LogRecord } from '../api/client.ts'
import { termOf } from '../ask/filters.ts'
import { callsQuery, sameTool } from '../calls/question.ts'
import { ATTEMPTS_MS } from './related.ts'
import { type Story, startOf } from './story.ts'

const RUNNING_MS = 1000
/** After the end some may still come: what a server logs once it has answered. */
const ENDED_MS = 5000

export const useStory = (id: string) =>
  useQuery({
    queryKey: ['call', id],
    queryFn: async ({ signal }): Promise<Story> =>
      ask((hub) => hub.GET('/calls/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data?.outcome === undefined ? RUNNING_MS : ENDED_MS),
    retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status === 404),
  })

const recordsOf = async (
  q: string,
  query: { since?: string; until?: string; order?: 'oldest' | 'newest'; limit: number },
  signal: AbortSignal,
): Promise<{ records: LogRecord[]; more: boolean }> => {
  const { items, more } = await ask((hub) =>
    hub.GET('/records', { params: { query: { q, ...query } }, signal }),
  )
  return { records: items.map(({ record }) => record), more }
}

const MAX_ATTEMPTS = 100

/** Starts and outcomes of the same tool's calls around this one. */
export const useAround = (story: Story) => {
  const start = startOf(story)
  return useQuery({
    queryKey: ['call', story.call.id, 'around', story.outcome === undefined],
    queryFn: ({ signal }) =>
      recordsOf(
        `source:call ${sameTool(story.server, story.call)}`,
        {
          since: String(Math.floor(start - ATTEMPTS_MS)),
          until: String(Math.ceil(start + ATTEMPTS_MS)),
          limit: MAX_ATTEMPTS,
        },
        signal,
      ),
    refetchInterval: ENDED_MS,
  })
}

/** Calls of the same tool next to it in time. */
export const useNeighbours = (story: Story) => {
  const { started } = story
  const q = `source:call status:started ${sameTool(story.server, story.call)}`
  return useQuery({
    queryKey: ['call', story.call.id, 'neighbours'],
    queryFn: async ({ signal }) => {
      // Bounds are whole milliseconds: a few more are asked for than the one that is wanted.
      const [before, after] = await Promise.all([
        recordsOf(q, { until: String(Math.ceil(started.time) + 1), order: 'newest', limit: 5 }, signal),
        recordsOf(q, { since: String(Math.floor(started.time)), order: 'oldest', limit: 5 }, signal),
      ])
      return {
        previous: idIn(before.records.find(({ time }) => time < started.time)),
        next: idIn(after.records.find(({ time }) => time > started.time)),
      }
    },
    refetchInterval: ENDED_MS,
  })
}

const idIn = (record: LogRecord | undefined): string | undefined =>
  record?.call !== undefined && 'id' in record.call ? record.call.id : undefined

const MAX_BESIDE = 100

/** Calls that began while it ran, and those of its trace. */
export const useMeanwhile = (story: Story) => {
  const { started, outcome, call } = story
  return useQuery({
    queryKey: ['call', call.id, 'meanwhile', outcome === undefined],
    queryFn: async ({ signal }) => {
      const page = (query: { q: string; since?: string; until?: string }) =>
        ask((hub) => hub.GET('/calls', { params: { query: { ...query, limit: MAX_BESIDE } }, signal }))
      const until = outcome === undefined ? {} : { until: String(Math.ceil(outcome.time)) }
      const [during, traced] = await Promise.all([
        page({ q: callsQuery('status:started', false), since: String(Math.floor(startOf(story))), ...until }),
        started.traceId === undefined
          ? { items: [] }
          : page({ q: `source:call ${termOf('traceId', started.traceId)}` }),
      ])
      return [...during.items, ...traced.items]
    },
    refetchInterval: outcome === undefined ? 3000 : ENDED_MS,
  })
}

const MAX_MAYBE = 200

/** Records that may belong to it, and to others as well. */
export const useMaybe = (story: Story) =>
  useQuery({
    queryKey: ['call', story.call.id, 'maybe'],
    queryFn: ({ signal }) =>
      recordsOf(termOf('candidate', story.call.id), { order: 'oldest', limit: MAX_MAYBE }, signal),
    refetchInterval: story.outcome === undefined ? RUNNING_MS : ENDED_MS,
  })
