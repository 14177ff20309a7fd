/** Calls as bars over time, a lane each: what ran beside what, and what ran within what. */
import { useMemo, useState } from 'react'
import type { CallSummary } from '../api/client.ts'
import { usePlace } from '../location/index.ts'
import { useNow } from '../parts/clock.ts'
import { useText } from '../text/index.tsx'
import { Axis } from './axis.tsx'
import { isOpen } from './call-list.ts'
import type { Norms } from './hung.ts'
import { LaneName, LaneTrack } from './lane.tsx'
import { lanesOf, scaleOf } from './lanes.ts'
import { Readout } from './readout.tsx'
import { ROWGROUP } from './roles.ts'
import { useRows } from './use-rows.ts'

export const Waterfall = ({ calls, norms }: { calls: readonly CallSummary[]; norms: Norms }) => {
  const t = useText().calls
  const place = usePlace()
  const now = useNow(calls.some(isOpen) ? 'seconds' : 'still')
  const lanes = useMemo(() => lanesOf(calls), [calls])
  const ids = useMemo(() => lanes.map(({ call }) => call.call.id), [lanes])
  const [hovered, setHovered] = useState<string>()
  const { items, total, cursor, grid, row } = useRows(ids, t.waterfall, 0)
  const scale = scaleOf(calls, now, { from: millisOf(place.since), to: millisOf(place.until) })
  const told = hovered ?? cursor
  const toldCall = told === undefined ? undefined : calls.find(({ call }) => call.id === told)
  return (
    <div className="@container flex min-h-0 flex-1 flex-col">
      <Readout call={toldCall} zoomed={place.since !== undefined || place.until !== undefined} />
      <Axis scale={scale} />
      <div {...grid}>
        <div {...ROWGROUP} className="relative" style={{ height: total }}>
          {items.map((item) => {
            const lane = lanes[item.index]
            if (lane === undefined) return null
            const { id } = lane.call.call
            return (
              <div
                key={id}
                {...row(id, item, 'flex items-center')}
                onPointerEnter={() => setHovered(id)}
                onPointerLeave={() => setHovered(undefined)}
              >
                <LaneName lane={lane} norms={norms} />
                <LaneTrack call={lane.call} scale={scale} now={now} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Bounds that stand still, as zooming sets them; others would move the bars all the time. */
const millisOf = (time: string | undefined): number | undefined =>
  time !== undefined && /^\d{10,}$/.test(time) ? Number(time) : undefined
