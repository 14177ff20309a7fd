/** What the histogram asks the hub. */
import { useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { againAfter, useTurn } from '../api/turn.ts'
import { type Place, queryOf } from '../location/index.ts'
import { barsOf } from './bars.ts'
import { boundsOf, stepOf } from './bounds.ts'

const REFETCH_MS = 5000

export const useBars = (place: Place, enabled: boolean) => {
  const { since, until, by } = place
  const q = queryOf(place)
  const turn = useTurn()
  return useQuery({
    queryKey: ['histogram', q, since, until, by],
    queryFn: async ({ signal }) => {
      const began = performance.now()
      const asked = boundsOf(place, Date.now())
      const step = stepOf(asked)
      const query = {
        by,
        ...(q === '' ? {} : { q }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(step === undefined ? {} : { step }),
      }
      const found = await ask((hub) => hub.GET('/histogram', { params: { query }, signal }))
      return { by, bars: barsOf(found, by, asked), took: performance.now() - began }
    },
    enabled: enabled && turn,
    // What is over does not change any more; TanStack asks only while the tab is visible.
    refetchInterval: ({ state }) =>
      until === undefined || until.startsWith('now') ? againAfter(REFETCH_MS, state.data?.took ?? 0) : false,
  })
}
