/** What one bar, or a few of them, hold: their time, and counts by value. */
import type { Places, Theme } from '../look/hues.ts'
import { formatCount } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { type Bars, REST, rangeOf } from './bars.ts'
import { colorOf } from './colors.ts'
import { rangeLabel, type Zone } from './labels.ts'

export interface TipProps {
  bars: Bars
  by: string
  theme: Theme
  places: Places
  zone: Zone
  /** The bars it is about. */
  from: number
  to: number
}

const sum = (counts: readonly number[], from: number, to: number): number =>
  counts.slice(from, to + 1).reduce((all, count) => all + count, 0)

export const Tip = ({ bars, by, theme, places, zone, from, to }: TipProps) => {
  const t = useText().histogram
  const tag = TAG[useLanguage()]
  const range = rangeOf(bars, from, to)
  const middle = (from + to + 1) / 2 / bars.times.length
  return (
    <div
      aria-hidden="true"
      className="pointer-events-none absolute top-full z-30 mt-1 w-max max-w-80 rounded-md border border-line bg-panel px-2.5 py-1.5 shadow-lg"
      style={middle < 0.5 ? { left: `${middle * 100}%` } : { right: `${(1 - middle) * 100}%` }}
    >
      <p className="tabular-nums">{rangeLabel(range.from, range.to, zone)}</p>
      <p className="text-dim">{t.records(formatCount(sum(bars.counts, from, to), tag))}</p>
      <ul>
        {bars.series.toReversed().map(({ value, counts }) => {
          const count = sum(counts, from, to)
          return count === 0 ? null : (
            <li key={value} className="flex justify-between gap-4">
              <span className="truncate" style={{ color: colorOf(value, by, theme, places) }}>
                {value === REST ? t.rest : <LogText text={value} />}
              </span>
              <span className="tabular-nums">{formatCount(count, tag)}</span>
            </li>
          )
        })}
      </ul>
    </div>
  )
}
