/** Questions about one record. */
import { type UseQueryResult, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ask, type Stored } from '../api/client.ts'
import { termOf } from '../ask/filters.ts'

const keyOf = (id: string): readonly string[] => ['record', id]

/** A record never changes: asked once, and never shown in place of another. */
export const useRecord = (id: string): UseQueryResult<Stored> =>
  useQuery({
    queryKey: keyOf(id),
    queryFn: ({ signal }) => ask((hub) => hub.GET('/records/{id}', { params: { path: { id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: () => undefined,
  })

type Side = 'before' | 'after'

const neighbourOf = async (
  { position, record }: Stored,
  side: Side,
  signal: AbortSignal,
): Promise<Stored | null> => {
  const query = {
    q: termOf('run', record.run),
    limit: 1,
    ...(side === 'before'
      ? { before: position, order: 'newest' as const }
      : { after: position, order: 'oldest' as const }),
  }
  const { items } = await ask((hub) => hub.GET('/records', { params: { query }, signal }))
  return items[0] ?? null
}

/** The record before or after in its run; null where there is none (yet). */
export const useNeighbour = (stored: Stored, side: Side): Stored | null | undefined => {
  const queries = useQueryClient()
  const { data } = useQuery({
    queryKey: ['neighbour', side, stored.record.id],
    queryFn: ({ signal }) => neighbourOf(stored, side, signal),
    placeholderData: () => undefined,
    // The newest of a run gets a successor while the run goes on.
    refetchInterval: ({ state }) => (side === 'after' && state.data === null ? 5000 : false),
  })
  useEffect(() => {
    if (data) queries.setQueryData(keyOf(data.record.id), data)
  }, [data, queries])
  return data
}
