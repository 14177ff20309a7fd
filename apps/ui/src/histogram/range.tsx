/** The plot as a control: arrow keys choose bars, Enter zooms in, Escape out. The pointer is the plot's. */
import { type ReactNode, useState } from 'react'
import { formatCount } from '../parts/format.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { type Bars, type Range as Bounds, rangeOf } from './bars.ts'
import { type Cursor, moved } from './cursor.ts'
import { rangeLabel, type Zone } from './labels.ts'
import { Tip, type TipProps } from './tip.tsx'

export const Range = ({
  bars,
  zone,
  hover,
  zoomed,
  onZoom,
  onZoomOut,
  children,
  ...look
}: Pick<TipProps, 'by' | 'theme' | 'places'> & {
  bars: Bars
  zone: Zone
  hover: number | undefined
  /** Whether there is anything to zoom out of; Escape is others' otherwise. */
  zoomed: boolean
  onZoom: (range: Bounds) => void
  onZoomOut: () => void
  children: ReactNode
}) => {
  const t = useText().histogram
  const tag = TAG[useLanguage()]
  const [cursor, setCursor] = useState<Cursor>()
  const last = bars.times.length - 1
  const at = Math.min(cursor?.at ?? last, last)
  const anchor = Math.min(cursor?.anchor ?? at, last)
  const [from, to] = [Math.min(at, anchor), Math.max(at, anchor)]
  const range = rangeOf(bars, from, to)
  const count = bars.counts.slice(from, to + 1).reduce((sum, one) => sum + one, 0)
  const onKey = (key: string, extend: boolean): boolean => {
    const next = moved(cursor, key, extend, bars.times.length)
    if (next !== undefined) setCursor(next)
    else if (key === 'Enter' && cursor !== undefined) {
      setCursor(undefined)
      onZoom(range)
    } else if (key === 'Escape' && cursor !== undefined) setCursor(undefined)
    else if (key === 'Escape' && zoomed) onZoomOut()
    else return false
    return true
  }
  const tip =
    hover !== undefined ? { from: hover, to: hover } : cursor !== undefined ? { from, to } : undefined
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={t.range}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={at}
      aria-valuetext={`${rangeLabel(range.from, range.to, zone)}, ${t.records(formatCount(count, tag))}`}
      className="relative min-w-0 flex-1"
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return
        if (onKey(event.key, event.shiftKey)) event.preventDefault()
      }}
      onBlur={() => setCursor(undefined)}
    >
      {children}
      {cursor !== undefined && (
        <div
          aria-hidden="true"
          className="pointer-events-none absolute top-0 bottom-4 border-accent border-x"
          style={{
            left: `${(from / bars.times.length) * 100}%`,
            width: `max(2px, ${((to - from + 1) / bars.times.length) * 100}%)`,
          }}
        />
      )}
      {tip !== undefined && tip.to <= last && <Tip {...look} bars={bars} zone={zone} {...tip} />}
    </div>
  )
}
