/** Where the hub stands, asked every few seconds: counts of everything, whatever the page filters by. */
import { useQuery } from '@tanstack/react-query'
import { ask } from './client.ts'
import { againAfter, useTurn } from './turn.ts'

export const STATS_MS = 3000

/** All who use it share one question. It is not tried again in between: the next one comes soon, and says sooner that nobody answers. */
export const useStats = () =>
  useQuery({
    queryKey: ['stats'],
    queryFn: async ({ signal }) => {
      const began = performance.now()
      const stats = await ask((hub) => hub.GET('/stats', { signal }))
      return { stats, took: performance.now() - began }
    },
    select: ({ stats }) => stats,
    enabled: useTurn(),
    refetchInterval: ({ state }) => againAfter(STATS_MS, state.data?.took ?? 0),
    retry: false,
  })
