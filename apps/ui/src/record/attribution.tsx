/** To which call a record belongs, how surely, and why that is known. */
import { useQuery } from '@tanstack/react-query'
import { ask, type CallSummary, type LogRecord } from '../api/client.ts'
import { termOf } from '../ask/filters.ts'
import { addressAt, go } from '../location/index.ts'
import { Link } from '../parts/link.tsx'
import { LogText } from '../parts/log-text.tsx'
import { useText } from '../text/index.tsx'

type Call = NonNullable<LogRecord['call']>

export const Attribution = ({ call }: { call: Call }) => {
  const t = useText().record
  return (
    <div className="mt-2">
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span
          className={`rounded border px-1 text-[11px] text-dim ${call.attribution === 'exact' ? 'border-dim' : 'border-dim border-dashed'}`}
        >
          {t.attribution[call.attribution]}
        </span>
        {call.attribution !== 'ambiguous' && (
          <Link
            href={addressAt({ call: call.id })}
            onFollow={() => go({ call: call.id })}
            className="font-medium"
          >
            <LogText text={call.tool ?? call.method} /> #<LogText text={String(call.requestId)} />
          </Link>
        )}
        <span className="text-dim">{whyOf(call, t)}</span>
      </p>
      {call.attribution === 'ambiguous' && <Candidates ids={call.candidates} />}
    </div>
  )
}

const whyOf = (call: Call, t: ReturnType<typeof useText>['record']): string => {
  if (call.attribution === 'ambiguous') return t.ambiguousWhy(call.candidates.length)
  if (call.status !== undefined) return call.status === 'started' ? t.ownWhy.started : t.ownWhy.outcome
  return call.attribution === 'exact' ? t.exactWhy : t.inferredWhy
}

const MAX_SHOWN = 20

/** What the candidates are called; their ids alone until that is known. */
const useNames = (ids: readonly string[]): ReadonlyMap<string, CallSummary> => {
  const q = `(${ids.map((id) => termOf('call', id)).join(' OR ')})`
  const { data } = useQuery({
    queryKey: ['candidates', q],
    queryFn: ({ signal }) =>
      ask((hub) => hub.GET('/calls', { params: { query: { q, limit: MAX_SHOWN } }, signal })),
    placeholderData: () => undefined,
  })
  return new Map((data?.items ?? []).map((item) => [item.call.id, item]))
}

const Candidates = ({ ids }: { ids: readonly string[] }) => {
  const t = useText().record
  const shown = ids.slice(0, MAX_SHOWN)
  const names = useNames(shown)
  return (
    <ul aria-label={t.candidates} className="mt-1 ml-1 border-line border-l border-dashed pl-2.5">
      {shown.map((id) => {
        const call = names.get(id)?.call
        return (
          <li key={id}>
            <Link href={addressAt({ call: id })} onFollow={() => go({ call: id })}>
              {call === undefined ? (
                <code>
                  <LogText text={id} />
                </code>
              ) : (
                <>
                  <LogText text={call.tool ?? call.method} /> #<LogText text={String(call.requestId)} />
                </>
              )}
            </Link>
          </li>
        )
      })}
      {ids.length > shown.length && (
        <li className="text-dim">{t.moreCandidates(ids.length - shown.length)}</li>
      )}
    </ul>
  )
}
