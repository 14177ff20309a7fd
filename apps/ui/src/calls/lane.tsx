/** One call of a waterfall: its name, and its bar. */
import type { CallSummary } from '../api/client.ts'
import { formatDuration } from '../parts/format.ts'
import { useHue } from '../parts/hues.ts'
import { LogText } from '../parts/log-text.tsx'
import { OUTCOME_LOOK, Outcome, type Status } from '../parts/outcome.tsx'
import { RunningTime } from '../parts/running-time.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { endOf, isOpen } from './call-list.ts'
import type { Norms } from './hung.ts'
import { HungBadge } from './hung-badge.tsx'
import { type Lane, type Scale, shareOf } from './lanes.ts'
import { nameOf } from './name.ts'
import { CELL, ROW_HEADER } from './roles.ts'

export const NAME_WIDTH = 'w-44 shrink-0 @2xl:w-56 @5xl:w-80'
/** Right of the bars there is room for how long the last of them took. */
export const BARS = 'relative mr-18 min-w-0 flex-1'
const INDENT_PX = 14
/** Deeper ones would have no room for their name. */
const MAX_INDENT = 8

export const statusOf = ({ call, outcome }: CallSummary): Status =>
  outcome === undefined ? 'started' : (call.status ?? 'started')

export const LaneName = ({ lane: { call, depth }, norms }: { lane: Lane; norms: Norms }) => (
  <span
    {...ROW_HEADER}
    className={`${NAME_WIDTH} truncate pr-2`}
    style={{ paddingLeft: Math.min(depth, MAX_INDENT) * INDENT_PX }}
  >
    {depth > 0 && (
      <span aria-hidden="true" className="text-dim">
        ↳{' '}
      </span>
    )}
    <Outcome status={statusOf(call)} word={false} /> <ServerName name={call.server} />{' '}
    <span className="mono">
      <LogText text={nameOf(call)} />
    </span>
    <HungBadge call={call} norms={norms} />
  </span>
)

/** What went wrong is drawn around the bar; what still runs has no end. */
const outlineOf = (status: Status): string | undefined =>
  status === 'ok' || status === 'started' ? undefined : `2px solid var(${OUTCOME_LOOK[status].color})`

export const LaneTrack = ({ call, scale, now }: { call: CallSummary; scale: Scale; now: number }) => {
  const hue = useHue(call.server)
  const [from, to] = [shareOf(scale, call.time), shareOf(scale, endOf(call, now))]
  const open = isOpen(call)
  return (
    <span {...CELL} className={`${BARS} h-full`}>
      <span
        data-testid="bar"
        className="absolute top-1/2 h-2.5 min-w-[3px] -translate-y-1/2 rounded-xs"
        style={{
          left: `${from * 100}%`,
          width: `${(to - from) * 100}%`,
          background: open ? `repeating-linear-gradient(-45deg, ${hue} 0 6px, transparent 6px 9px)` : hue,
          outline: outlineOf(statusOf(call)),
          outlineOffset: 1,
        }}
      />
      <span
        className="mono absolute top-1/2 -translate-y-1/2 whitespace-nowrap px-2 text-[11px] text-dim tabular-nums"
        style={{ left: `${to * 100}%` }}
      >
        {open ? <RunningTime since={call.time} /> : formatDuration(endOf(call, now) - call.time)}
      </span>
    </span>
  )
}
