/** What the page asks about servers. All of it is about the current question. */
import { useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { termOf } from '../ask/filters.ts'
import { type Place, queryOf } from '../location/index.ts'

const REFETCH_MS = 5000
const MAX_RUNS = 100
const MAX_FAILURES = 200
const MAX_SERVERS = 200

/** A handshake that was refused; `strays` are told apart, as counts. */
const FAILED_HANDSHAKES = 'source:lifecycle @event:handshake @failed:true'
const STRAYS = 'source:stdout'

const within = ({ q, chips, since, until }: Place, ...terms: readonly string[]) => ({
  q: queryOf({ q, chips: [...chips, ...terms.map((term) => ({ term, on: true }))] }),
  ...(since === undefined ? {} : { since }),
  ...(until === undefined ? {} : { until }),
})

export const useServers = (place: Place) => {
  const query = within(place)
  return useQuery({
    queryKey: ['servers', query],
    queryFn: ({ signal }) => ask((hub) => hub.GET('/servers', { params: { query }, signal })),
    refetchInterval: REFETCH_MS,
  })
}

/** The newest refused handshake of each server. */
export const useFailures = (place: Place) => {
  const query = { ...within(place, FAILED_HANDSHAKES), limit: MAX_FAILURES, order: 'newest' as const }
  return useQuery({
    queryKey: ['failed-handshakes', query],
    queryFn: ({ signal }) => ask((hub) => hub.GET('/records', { params: { query }, signal })),
    refetchInterval: REFETCH_MS,
    select: ({ items }) => new Map([...items].reverse().map(({ record }) => [record.server, record])),
  })
}

/** Stray lines on the stdout of each server. */
export const useStrays = (place: Place) => {
  const query = { ...within(place, STRAYS), field: ['server'], limit: MAX_SERVERS }
  return useQuery({
    queryKey: ['strays', query],
    queryFn: ({ signal }) => ask((hub) => hub.GET('/facets', { params: { query }, signal })),
    refetchInterval: REFETCH_MS,
    select: ({ facets }) => new Map(facets[0]?.values.map(({ value, count }) => [value, count])),
  })
}

export const useRuns = (place: Place, server: string) => {
  const query = { ...within(place, termOf('server', server)), limit: MAX_RUNS }
  return useQuery({
    queryKey: ['runs', query],
    queryFn: ({ signal }) => ask((hub) => hub.GET('/runs', { params: { query }, signal })),
    refetchInterval: REFETCH_MS,
  })
}
