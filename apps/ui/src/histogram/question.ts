/** What the histogram asks the hub. */
import { useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { type Place, queryOf } from '../location/index.ts'
import { barsOf } from './bars.ts'
import { boundsOf, stepOf } from './bounds.ts'

const REFETCH_MS = 5000
export const useBars = (place: Place, enabled: boolean) => {
  const { since, until, by } = place
  const q = queryOf(place)
  return useQuery({
    queryKey: ['histogram', q, since, until, by],
    queryFn: async ({ signal }) => {
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
      return { by, bars: barsOf(found, by, asked) }
    },
    enabled,
    // What is over does not change any more; TanStack asks only while the tab is visible.
    refetchInterval: until === undefined || until.startsWith('now') ? REFETCH_MS : false,
  })
}
