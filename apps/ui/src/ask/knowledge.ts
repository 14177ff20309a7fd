/** What completion knows: asked of the hub while the box is in use, within the time that is looked at. */
import { FIELDS, knownField } from '@logboom/sdk/query'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { ask } from '../api/client.ts'
import { usePlace } from '../location/index.ts'
import type { Knowledge } from './complete.ts'

/** Suggestions are worth no long wait. */
const TIMEOUT_MS = 3000
const FRESH_MS = 15_000
const VALUES = 50
/** Offered for bare words too. */
const COMMON = ['server', 'tool', 'logger']
/** Nearly every record has its own value of these. */
const UNCOUNTED: ReadonlySet<string> = new Set([
  'message',
  'id',
  ...FIELDS.filter(({ type }) => ['time', 'number', 'duration', 'size'].includes(type)).map(
    ({ name }) => name,
  ),
])

const isAttribute = (name: string): boolean => name.startsWith('@')

export const useKnowledge = (field: string | undefined, enabled: boolean): Knowledge => {
  const { since, until } = usePlace()
  const range = {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    timeout: TIMEOUT_MS,
  }
  const wanted =
    field === undefined || COMMON.includes(field) || UNCOUNTED.has(knownField(field)?.name ?? '')
      ? COMMON
      : [...COMMON, field]
  const options = { enabled, staleTime: FRESH_MS, retry: false }
  const fields = useQuery({
    ...options,
    queryKey: ['ask', 'fields', range],
    queryFn: ({ signal }) => ask((hub) => hub.GET('/fields', { params: { query: range }, signal })),
  })
  const facets = useQuery({
    ...options,
    queryKey: ['ask', 'values', wanted, range],
    queryFn: ({ signal }) =>
      ask((hub) =>
        hub.GET('/facets', { params: { query: { ...range, field: wanted, limit: VALUES } }, signal }),
      ),
  })
  return useMemo(
    () => ({
      attributes: (fields.data?.fields ?? []).filter(({ name }) => isAttribute(name)),
      values: new Map((facets.data?.facets ?? []).map((facet) => [facet.field, facet.values])),
    }),
    [fields.data, facets.data],
  )
}
