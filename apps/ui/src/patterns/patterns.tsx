/** Similar messages, counted together: what is noise, and what is new. */
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { ask, type Pattern } from '../api/client.ts'
import { Chips } from '../ask/chips.tsx'
import { useKey } from '../keys/index.ts'
import { type Place, queryOf, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { Problem } from '../parts/problem.tsx'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { held, SORTS, type Sort, sorted } from './order.ts'
import { PatternRow } from './row.tsx'

const LIMIT = 200
const REFETCH_MS = 5000

const usePatterns = (place: Place) => {
  const { since, until } = place
  const q = queryOf(place)
  return useQuery({
    queryKey: ['patterns', q, since, until],
    queryFn: async ({ signal }) => {
      const query = {
        ...(q === '' ? {} : { q }),
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
      }
      const [{ patterns }, { total }] = await Promise.all([
        ask((hub) => hub.GET('/patterns', { params: { query: { ...query, limit: LIMIT } }, signal })),
        ask((hub) => hub.GET('/histogram', { params: { query }, signal })),
      ])
      return { patterns, total, at: Date.now() }
    },
    refetchInterval: until === undefined || until.startsWith('now') ? REFETCH_MS : false,
  })
}

export const Patterns = () => {
  const text = useText()
  const t = text.patterns
  const { data, error, refetch } = usePatterns(usePlace())
  const [sort, setSort] = useState<Sort>('count')
  return (
    <section aria-labelledby="patterns-title" className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-3 py-1.5">
        <h1 id="patterns-title" className="font-semibold">
          {t.title}
        </h1>
        <p className="text-dim">{t.about}</p>
        <fieldset className="ml-auto flex gap-1">
          <legend className="sr-only">{t.sort}</legend>
          {SORTS.map((one) => (
            <Button plain key={one} pressed={sort === one} onClick={() => setSort(one)}>
              {t.sorts[one]}
            </Button>
          ))}
        </fieldset>
      </div>
      <Chips />
      {error !== null ? (
        <Problem error={error} retry={() => void refetch()} />
      ) : data === undefined ? (
        <p className="p-3 text-dim">{text.parts.loading}</p>
      ) : data.patterns.length === 0 ? (
        <div className="p-3">
          <p>{t.empty}</p>
          <p className="text-dim">{t.emptyWhy}</p>
        </div>
      ) : (
        <Table key={sort} {...data} sort={sort} />
      )}
    </section>
  )
}

const Table = ({
  patterns,
  total,
  at,
  sort,
}: {
  patterns: readonly Pattern[]
  total: number
  at: number
  sort: Sort
}) => {
  const t = useText().patterns
  const tag = TAG[useLanguage()]
  const body = useRef<HTMLTableSectionElement>(null)
  const [reading, setReading] = useState(false)
  const order = useRef<readonly string[]>([])
  const rows = sorted(patterns, sort)
  // Under a pointer or the focus nothing changes places.
  const shown = reading ? held(order.current, rows) : rows
  order.current = shown.map(({ pattern }) => pattern)
  useKey('down', () => step(body.current, 1))
  useKey('up', () => step(body.current, -1))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches whether somebody reads
    <div
      className="@container relative min-h-0 flex-1 overflow-auto"
      onPointerEnter={() => setReading(true)}
      onPointerLeave={() => setReading(false)}
      onFocus={() => setReading(true)}
      onBlur={() => setReading(false)}
    >
      <table className="w-full min-w-[680px] table-fixed border-collapse">
        <thead className="sticky top-0 z-10 bg-panel text-left text-[11px] text-dim">
          <tr>
            <Head className="w-20 pr-3 text-right">{t.columns.count}</Head>
            <Head className="w-28">{t.columns.levels}</Head>
            <Head>{t.columns.pattern}</Head>
            <Head className="w-28">{t.columns.servers}</Head>
            <Head className="w-28 @max-4xl:hidden">{t.columns.first}</Head>
            <Head className="w-28">{t.columns.last}</Head>
            <Head className="w-32">
              <span className="sr-only">{t.columns.actions}</span>
            </Head>
          </tr>
        </thead>
        <tbody ref={body}>
          {shown.map((pattern) => (
            <PatternRow key={pattern.pattern} pattern={pattern} total={total} now={at} />
          ))}
        </tbody>
      </table>
      {patterns.length >= LIMIT && (
        <p className="px-3 py-2 text-dim">{t.limited(formatCount(patterns.length, tag))}</p>
      )}
    </div>
  )
}

const Head = ({ className = '', children }: { className?: string; children: React.ReactNode }) => (
  <th scope="col" className={`py-1 pr-2 font-semibold ${className}`}>
    {children}
  </th>
)

/** Moves the focus from row to row; from nowhere to the first. */
const step = (body: HTMLElement | null, by: 1 | -1): void => {
  const rows = [...(body?.querySelectorAll<HTMLElement>('[data-pattern]:not(:disabled)') ?? [])]
  const row = document.activeElement?.closest('tr')
  const at = rows.findIndex((one) => row?.contains(one))
  const next = rows[at === -1 ? 0 : at + by]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
