/** A question that finds nothing: what each part of it hides, and how to leave it out. */
import { useQueries, useQuery } from '@tanstack/react-query'
import { ask } from '../api/client.ts'
import { go, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatAgo, formatCount, formatFullTime } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { useSettings } from '../settings/index.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import type { Question, WayOut } from './ways-out.ts'

const REFETCH_MS = 5000
/** What is shown before the newest record when going there. */
const BEFORE_MS = 5 * 60_000

const useCounts = (ways: readonly WayOut[]): (number | undefined)[] =>
  useQueries({
    queries: ways.map(({ question }) => ({
      queryKey: ['count', question],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        ask((hub) => hub.GET('/histogram', { params: { query: question }, signal })),
      refetchInterval: REFETCH_MS,
    })),
  }).map(({ data }) => data?.total)

export const NothingMatches = ({ ways }: { ways: readonly WayOut[] }) => {
  const t = useText().welcome
  const tag = TAG[useLanguage()]
  const place = usePlace()
  const counts = useCounts(ways)
  const time = ways.findIndex(({ kind }) => kind === 'time')
  const hidden = time === -1 ? undefined : counts[time]
  const onlyTime = ways.length === 1 && time === 0
  return (
    <>
      <h1 className="font-semibold text-lg">{onlyTime ? t.nothingThen : t.nothingMatches}</h1>
      {!onlyTime && <p className="text-dim">{t.takeAway}</p>}
      {hidden !== undefined && hidden > 0 && <Elsewhen question={ways[time]?.question ?? { q: '' }} />}
      <table className="w-full">
        <thead className="sr-only">
          <tr>
            <th>{t.part}</th>
            <th>{t.records}</th>
          </tr>
        </thead>
        <tbody>
          {ways.map((way, at) => (
            <tr key={`${way.kind} ${way.term}`} className="h-8 border-line border-b">
              <td className="min-w-0">
                <Button plain className="max-w-140 text-accent" onClick={() => go(way.change)}>
                  <span className="shrink-0">{t.without[way.kind]}</span>{' '}
                  {way.term !== '' && (
                    <code className="truncate">
                      <LogText text={way.term} />
                    </code>
                  )}
                </Button>
              </td>
              <td className="text-right tabular-nums">
                {counts[at] === undefined ? '…' : t.found(formatCount(counts[at], tag), counts[at])}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {place.chips.some(({ on }) => on) && <p className="text-dim">{t.chipsStay}</p>}
    </>
  )
}

/** When the newest record that the time range hides came, and how to get there. */
const Elsewhen = ({ question }: { question: Question }) => {
  const t = useText().welcome
  const { time } = useSettings()
  const { data } = useQuery({
    queryKey: ['newest', question.q],
    queryFn: ({ signal }) =>
      ask((hub) =>
        hub.GET('/records', { params: { query: { q: question.q, limit: 1, order: 'newest' } }, signal }),
      ),
    refetchInterval: REFETCH_MS,
  })
  const newest = data?.items[0]?.record.time
  if (newest === undefined) return null
  return (
    <p className="flex flex-wrap items-center gap-3">
      {t.newestWas(formatFullTime(newest, time === 'utc' ? 'utc' : 'local'), formatAgo(Date.now() - newest))}
      <Button
        onClick={() =>
          go({ since: new Date(newest - BEFORE_MS).toISOString(), until: undefined, around: undefined })
        }
      >
        {t.goThere}
      </Button>
    </p>
  )
}
