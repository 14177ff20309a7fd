/** Calls as a table, newest first. */
import { memo, type ReactNode, useMemo } from 'react'
import type { CallSummary } from '../api/client.ts'
import { Value } from '../ask/value.tsx'
import { Button } from '../parts/button.tsx'
import { useNow } from '../parts/clock.ts'
import { formatBytes, formatCount, formatDuration, formatFullTime, formatTime } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { Outcome } from '../parts/outcome.tsx'
import { RunningTime } from '../parts/running-time.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { useSettings } from '../settings/index.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import type { Norms } from './hung.ts'
import { HungBadge } from './hung-badge.tsx'
import { statusOf } from './lane.tsx'
import { nameOf, reasonOf } from './name.ts'
import { CELL, HEAD_ROW, HEADER, ROWGROUP } from './roles.ts'
import { useRows } from './use-rows.ts'

/** Beside a story the narrow columns go, not the words. */
const GRID =
  'grid items-center gap-x-3 whitespace-nowrap grid-cols-[92px_16px_minmax(0,1fr)_64px] @xl:grid-cols-[104px_104px_minmax(0,128px)_minmax(0,1fr)_80px] @4xl:grid-cols-[104px_104px_minmax(0,140px)_minmax(0,1fr)_minmax(0,150px)_80px_140px]'
const WIDE = 'hidden @xl:block'
const WIDEST = 'hidden @4xl:block'

export const CallTable = ({ calls, norms }: { calls: readonly CallSummary[]; norms: Norms }) => {
  const t = useText().calls
  const tag = TAG[useLanguage()]
  const { time } = useSettings()
  const tick = useNow(time === 'relative' ? 'seconds' : 'still')
  const now = tick === 0 ? Date.now() : tick
  const ids = useMemo(() => calls.map(({ call }) => call.id), [calls])
  const { items, total, grid, row, fresh, toTop } = useRows(ids, t.title, 1)
  return (
    <div className="@container relative flex min-h-0 flex-1 flex-col">
      {fresh > 0 && (
        <Button
          className="absolute top-9 left-1/2 z-10 -translate-x-1/2 text-accent shadow-lg"
          onClick={toTop}
        >
          ↑ {t.newCalls(formatCount(fresh, tag))}
        </Button>
      )}
      <div {...grid}>
        <Head />
        <div {...ROWGROUP} className="relative" style={{ height: total }}>
          {items.map((item) => {
            const call = calls[item.index]
            return (
              call !== undefined && (
                <div key={call.call.id} {...row(call.call.id, item, GRID)}>
                  <Cells call={call} norms={norms} when={formatTime(call.time, time, now)} />
                </div>
              )
            )
          })}
        </div>
      </div>
    </div>
  )
}

const Head = () => {
  const t = useText().calls.columns
  return (
    <div {...ROWGROUP} className="sticky top-0 z-1 border-line border-b bg-panel text-dim">
      <div {...HEAD_ROW} className={`${GRID} h-7 border-transparent border-l-3 px-3`}>
        <span {...HEADER}>{t.time}</span>
        <span {...HEADER}>
          <span className="sr-only @xl:not-sr-only">{t.outcome}</span>
        </span>
        <span {...HEADER} className={WIDE}>
          {t.server}
        </span>
        <span {...HEADER}>{t.call}</span>
        <span {...HEADER} className={WIDEST}>
          {t.client}
        </span>
        <span {...HEADER} className="text-right">
          {t.duration}
        </span>
        <span {...HEADER} className={`${WIDEST} text-right`}>
          {t.sizes}
        </span>
      </div>
    </div>
  )
}

const Cells = memo(({ call, norms, when }: { call: CallSummary; norms: Norms; when: string }) => {
  const reason = reasonOf(call)
  return (
    <>
      <span {...CELL} className="mono text-dim" title={formatFullTime(call.time, 'local')}>
        {when}
      </span>
      <span {...CELL} className="truncate">
        <span className="@xl:hidden">
          <Outcome status={statusOf(call)} word={false} />
        </span>
        <span className="hidden @xl:inline">
          <Outcome status={statusOf(call)} />
        </span>
      </span>
      <span {...CELL} className={`${WIDE} truncate`}>
        <Asked field="server" value={call.server}>
          <ServerName name={call.server} />
        </Asked>
      </span>
      <span {...CELL} className="mono truncate">
        <span className="@xl:hidden">
          <Asked field="server" value={call.server}>
            <ServerName name={call.server} />
          </Asked>{' '}
        </span>
        {/* What is called is what a click is meant for: it opens the call. */}
        <LogText text={nameOf(call)} />
        <HungBadge call={call} norms={norms} />
        {reason !== '' && (
          <span className="ml-3 text-dim">
            <LogText text={reason} />
          </span>
        )}
      </span>
      <span {...CELL} className={`${WIDEST} truncate text-dim`}>
        {call.client !== undefined && (
          <Asked field="client" value={call.client}>
            <LogText text={call.client} />
          </Asked>
        )}
      </span>
      <span {...CELL} className="mono text-right tabular-nums">
        {call.outcome === undefined ? (
          <RunningTime since={call.time} />
        ) : (
          formatDuration(call.call.durationMs ?? call.outcome.time - call.time)
        )}
      </span>
      <span {...CELL} className={`${WIDEST} mono text-right text-dim tabular-nums`}>
        <Size bytes={call.requestBytes} /> →{' '}
        {call.outcome === undefined ? '…' : <Size bytes={call.responseBytes} />}
      </span>
    </>
  )
})

/** The grid has the focus: a value in it is no stop of the Tab key. */
const Asked = (value: { field: string; value: string; children: ReactNode }) => (
  <Value tabIndex={-1} {...value} />
)

const Size = ({ bytes }: { bytes: number | undefined }) => {
  const t = useText().calls
  return bytes === undefined ? <span title={t.sizeUnknown}>–</span> : formatBytes(bytes)
}
