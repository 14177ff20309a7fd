/** How long each tool's calls took in the last day. */
import { useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { type Norms, normsOf } from './hung.ts'

const NONE: Norms = new Map()

export const useNorms = (): Norms => {
  const { data } = useQuery({
    queryKey: ['norms'],
    queryFn: ({ signal }) =>
      ask((hub) => hub.GET('/tools', { params: { query: { since: 'now-1d' } }, signal })),
    select: ({ tools }) => normsOf(tools),
    staleTime: 15_000,
    refetchInterval: 30_000,
  })
  return data ?? NONE
}
