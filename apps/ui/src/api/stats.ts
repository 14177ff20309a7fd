/** Where the hub stands, asked every few seconds: counts of everything, whatever the page filters by. */
import { useQuery } from '@tanstack/react-query'
import { ask } from './client.ts'

export const STATS_MS = 3000

/** All who use it share one question. It is not tried again in between: the next one comes soon, and says sooner that nobody answers. */
export const useStats = () =>
  useQuery({
    queryKey: ['stats'],
    queryFn: ({ signal }) => ask((hub) => hub.GET('/stats', { signal })),
    refetchInterval: STATS_MS,
    retry: false,
  })
