/** What the records of the question have in common, each value a click away from being the question. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { againAfter, useTurn } from '../api/turn.ts'
import { queryProblem } from '../ask/problem.ts'
import { queryOf, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { useText } from '../text/index.tsx'
import { AddGroup } from './add-group.tsx'
import { Group } from './group.tsx'
import { GROUPS, useGroups } from './groups.ts'
import { rowsOf } from './rows.ts'

const TIMEOUT_MS = 5000
const REFETCH_MS = 5000
/** Values that a group has at first; each "more" asks for so many again. */
export const FIRST_VALUES = 10

export const Facets = () => {
  const place = usePlace()
  const text = useText()
  const t = text.facets
  const { added, folded } = useGroups()
  const q = queryOf(place)
  const { since, until, chips } = place
  const problem = queryProblem(q)
  const fields = [...GROUPS, ...added]
  const query = {
    ...(q === '' ? {} : { q }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    timeout: TIMEOUT_MS,
  }
  const turn = useTurn()
  const {
    data,
    error: refused,
    refetch,
    isPlaceholderData,
  } = useQuery({
    queryKey: ['facets', query, fields],
    queryFn: async ({ signal }) => {
      const began = performance.now()
      const { facets } = await ask((hub) =>
        hub.GET('/facets', { params: { query: { ...query, field: fields, limit: FIRST_VALUES } }, signal }),
      )
      return { facets, took: performance.now() - began }
    },
    enabled: problem === undefined && turn,
    refetchInterval: ({ state }) => againAfter(REFETCH_MS, state.data?.took ?? 0),
    placeholderData: keepPreviousData,
  })
  const error = problem ?? refused
  const groups = (data?.facets ?? []).map((facet) => ({ facet, rows: rowsOf(facet, chips) }))
  const shown = groups.filter(({ facet, rows }) => rows.length > 0 || added.includes(facet.field))
  return (
    <nav aria-label={text.app.filters} aria-busy={isPlaceholderData} className="mt-3 flex flex-col">
      {data === undefined && error === null && <p className="px-2 text-dim">{text.parts.loading}</p>}
      {error !== null && (
        <div className="px-2 text-dim">
          <p>{data === undefined ? t.failed : t.old}</p>
          <p className="break-words">{error.message}</p>
          <Button plain className="-ml-1.5 text-accent" onClick={() => void refetch()}>
            {text.parts.retry}
          </Button>
        </div>
      )}
      {data !== undefined && shown.length === 0 && <p className="px-2 text-dim">{t.nothing}</p>}
      {shown.map(({ facet, rows }) => (
        <Group
          key={facet.field}
          facet={facet}
          rows={rows}
          query={query}
          added={added.includes(facet.field)}
          folded={folded.includes(facet.field)}
        />
      ))}
      <AddGroup taken={fields} />
    </nav>
  )
}
