/** The time over a waterfall. Dragging along it zooms in. */
import { type PointerEvent, useRef, useState } from 'react'
import { go } from '../location/index.ts'
import { formatDuration, formatTime } from '../parts/format.ts'
import { useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { BARS, NAME_WIDTH } from './lane.tsx'
import { type Scale, shareOf, ticksOf } from './lanes.ts'

/** A drag shorter than this is a click. */
const CLICK = 0.01

export const zoomTo = ({ from, to }: Scale): void =>
  go({ since: String(Math.floor(from)), until: String(Math.ceil(to)) })

export const Axis = ({ scale }: { scale: Scale }) => {
  const t = useText().calls
  const { time } = useSettings()
  const track = useRef<HTMLDivElement>(null)
  const [drag, setDrag] = useState<{ start: number; end: number }>()
  const shareAt = (event: PointerEvent): number => {
    const box = track.current?.getBoundingClientRect()
    return box === undefined ? 0 : Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))
  }
  const timeAt = (share: number): number => scale.from + share * (scale.to - scale.from)
  const finish = (): void => {
    if (drag !== undefined && Math.abs(drag.end - drag.start) > CLICK)
      zoomTo({ from: timeAt(Math.min(drag.start, drag.end)), to: timeAt(Math.max(drag.start, drag.end)) })
    setDrag(undefined)
  }
  return (
    <div className="flex h-7 shrink-0 border-line border-b bg-panel px-3 pl-[15px] text-[11px] text-dim">
      <span className={`${NAME_WIDTH} mono truncate pt-1`}>
        {formatTime(scale.from, time === 'utc' ? 'utc' : 'local', scale.from)}
      </span>
      <div
        ref={track}
        title={t.axis}
        className={`${BARS} cursor-col-resize touch-none select-none`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          const at = shareAt(event)
          setDrag({ start: at, end: at })
        }}
        onPointerMove={(event) => {
          if (drag !== undefined) setDrag({ ...drag, end: shareAt(event) })
        }}
        onPointerUp={finish}
        onPointerCancel={() => setDrag(undefined)}
      >
        {ticksOf(scale).map((tick) => (
          <span
            key={tick}
            className="mono absolute inset-y-0 border-line border-l pt-1 pl-1 text-[11px]"
            style={{ left: `${shareOf(scale, tick) * 100}%` }}
          >
            {tick === scale.from ? '0' : `+${formatTick(tick - scale.from)}`}
          </span>
        ))}
        {drag !== undefined && (
          <span
            className="absolute inset-y-0 border border-accent bg-hit"
            style={{
              left: `${Math.min(drag.start, drag.end) * 100}%`,
              width: `${Math.abs(drag.end - drag.start) * 100}%`,
            }}
          />
        )}
      </div>
    </div>
  )
}

/** Ticks are round: `2 s`, not `2.00 s`. */
const formatTick = (ms: number): string =>
  ms >= 1000 && ms < 60_000 ? `${ms / 1000} s` : formatDuration(ms).replace('.0 ms', ' ms')
