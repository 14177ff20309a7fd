/** From when to when records match: as asked, else as found. */
import type { Archive, Selection } from '../store/contract.ts'

export interface TimeRange {
  from: number
  to: number
}

/**
 * The bounds of a selection; where one is not given, the time of the first or last record by position stands for it.
 * Nothing when no record matches.
 */
export const timeRange = async (archive: Archive, selection: Selection): Promise<TimeRange | undefined> => {
  const { since, until } = selection
  if (since !== undefined && until !== undefined) return { from: since, to: until }
  const times: number[] = []
  for (const order of ['oldest', 'newest'] as const) {
    const { items } = await archive.page({ ...selection, order, limit: 1 })
    for (const { record } of items) times.push(record.time)
  }
  if (times.length === 0) return undefined
  return { from: since ?? Math.min(...times), to: until ?? Math.max(...times) }
}
