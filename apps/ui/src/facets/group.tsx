/** One field's values. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronRight, X } from 'lucide-react'
import { useId, useState } from 'react'
import { ask, type Facet } from '../api/client.ts'
import { usePlace } from '../location/index.ts'
import { formatCount } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { FacetValue } from './facet-value.tsx'
import { foldGroup, removeGroup } from './groups.ts'
import { type Row, rowsOf } from './rows.ts'

const STEP = 40
/** As many values as the hub tells. */
const MOST = 200
const REFETCH_MS = 5000

interface Question {
  q?: string
  since?: string
  until?: string
  timeout: number
}

export const Group = ({
  facet,
  rows,
  query,
  added,
  folded,
}: {
  facet: Facet
  rows: readonly Row[]
  query: Question
  added: boolean
  folded: boolean
}) => {
  const t = useText().facets
  const tag = TAG[useLanguage()]
  const body = useId()
  const { chips } = usePlace()
  const { field } = facet
  const [limit, setLimit] = useState(0)
  const { data: longer } = useQuery({
    queryKey: ['facets', query, field, limit],
    queryFn: ({ signal }) =>
      ask((hub) => hub.GET('/facets', { params: { query: { ...query, field: [field], limit } }, signal })),
    enabled: limit > 0 && !folded,
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  })
  const more = longer?.facets[0]
  const shown = more === undefined ? rows : rowsOf(more, chips)
  const { other } = more ?? facet
  const largest = Math.max(1, ...shown.map(({ count }) => count))
  const name = t.groups[field] ?? field
  return (
    <section aria-label={name} className="mb-2">
      <h2 className="flex items-center">
        <button
          type="button"
          aria-expanded={!folded}
          aria-controls={body}
          onClick={() => foldGroup(field, !folded)}
          className="flex min-w-0 flex-1 items-center gap-1 rounded px-1 py-0.5 text-left font-semibold text-[11px] text-dim tracking-wide hover:text-text"
        >
          {folded ? (
            <ChevronRight size={12} aria-hidden="true" className="shrink-0" />
          ) : (
            <ChevronDown size={12} aria-hidden="true" className="shrink-0" />
          )}
          <span className="min-w-0 truncate">
            <LogText text={name} />
          </span>
        </button>
        {added && (
          <button
            type="button"
            aria-label={t.removeGroup(name)}
            onClick={() => removeGroup(field)}
            className="inline-flex size-5 items-center justify-center rounded text-dim hover:bg-row hover:text-text"
          >
            <X size={12} aria-hidden="true" />
          </button>
        )}
      </h2>
      <ul id={body} hidden={folded} className="m-0 list-none p-0">
        {shown.map((row) => (
          <FacetValue key={row.value} field={field} row={row} share={row.count / largest} />
        ))}
        {shown.length === 0 && <li className="px-2 text-dim">{t.noValues}</li>}
        {other > 0 && limit < MOST && (
          <li>
            <button
              type="button"
              onClick={() => setLimit((now) => Math.min(MOST, now + STEP))}
              className="rounded px-2 text-accent hover:underline"
            >
              {t.more(formatCount(other, tag))}
            </button>
          </li>
        )}
        {other > 0 && limit >= MOST && <li className="px-2 text-dim">{t.rest(formatCount(other, tag))}</li>}
      </ul>
    </section>
  )
}
