/** Records over time for what is asked, stacked by a field. It keeps its height, whatever it has to say. */
import { ChevronDown, ChevronUp, ZoomOut } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
// Here and not with the plot: styles that did not come once are not asked for again.
import 'uplot/dist/uPlot.min.css'
import { useKey } from '../keys/index.ts'
import { usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { usePlaces } from '../parts/hues.ts'
import { loaded } from '../parts/later.ts'
import { changeSettings, useSettings } from '../settings/index.ts'
import { useTheme } from '../settings/theme.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import type { Bars, Range as Bounds } from './bars.ts'
import { ByMenu } from './by-menu.tsx'
import { placesOf } from './colors.ts'
import { useBars } from './question.ts'
import { Range } from './range.tsx'
import { NumbersTable } from './table.tsx'
import { useZoom } from './zoom.ts'

// The first rows do not wait for it.
const Plot = lazy(() => loaded(() => import('./plot.tsx')))

const toggle = (): void => changeSettings(({ histogram }) => ({ histogram: !histogram }))

export const Histogram = () => {
  const { histogram: shown } = useSettings()
  const t = useText().histogram
  useKey('histogram', toggle)
  if (shown) return <Shown />
  return (
    <section aria-label={t.title} className="flex h-6 shrink-0 justify-end border-line border-b px-3">
      <Button
        plain
        aria-expanded={false}
        className="text-[11px] text-dim"
        title={`${t.show} (h)`}
        onClick={toggle}
      >
        {t.show} <ChevronDown size={13} aria-hidden="true" />
      </Button>
    </section>
  )
}

const Shown = () => {
  const t = useText().histogram
  const place = usePlace()
  const zoom = useZoom()
  const { data, error } = useBars(place, true)
  return (
    <section aria-label={t.title} className="flex h-19 shrink-0 gap-2 border-line border-b py-1 pr-1.5 pl-3">
      {error !== null ? (
        <p role="alert" className="flex-1 self-center text-error">
          {t.failed(error.message)}
        </p>
      ) : data === undefined ? (
        <Skeleton />
      ) : data.bars.times.length === 0 ? (
        <p className="flex-1 self-center text-center text-dim">{t.empty}</p>
      ) : (
        <Chart {...data} zoomed={zoom.zoomed} onZoom={zoom.zoom} onZoomOut={zoom.zoomOut} />
      )}
      <div className="flex w-28 shrink-0 flex-col items-end text-[11px] text-dim">
        <span className="flex">
          {zoom.zoomed && (
            <Button plain aria-label={t.zoomOut} title={`${t.zoomOut} (Esc)`} onClick={zoom.zoomOut}>
              <ZoomOut size={13} aria-hidden="true" />
            </Button>
          )}
          <Button plain aria-expanded aria-label={t.hide} title={`${t.hide} (h)`} onClick={toggle}>
            <ChevronUp size={13} aria-hidden="true" />
          </Button>
        </span>
        <ByMenu place={place} />
        {data !== undefined && error === null && <Total bars={data.bars} />}
      </div>
    </section>
  )
}

/** What the height of the highest bar means. */
const Total = ({ bars }: { bars: Bars }) => {
  const t = useText().histogram
  const tag = TAG[useLanguage()]
  const count = formatCount(bars.total, tag)
  return (
    <span
      className="truncate px-1.5 tabular-nums"
      title={`${t.records(count)}, ${t.peak(formatCount(Math.max(0, ...bars.counts), tag))}`}
    >
      {t.records(count)}
    </span>
  )
}

const Chart = ({
  bars,
  by,
  zoomed,
  onZoom,
  onZoomOut,
}: {
  bars: Bars
  by: string
  zoomed: boolean
  onZoom: (range: Bounds) => void
  onZoomOut: () => void
}) => {
  const theme = useTheme()
  const zone = useSettings().time === 'utc' ? 'utc' : 'local'
  const [hover, setHover] = useState<number>()
  const places = placesOf(
    bars.series.map(({ value }) => value),
    by,
    usePlaces(),
  )
  const look = { bars, by, theme, places, zone, onZoom, onZoomOut } as const
  return (
    <>
      <Range {...look} hover={hover} zoomed={zoomed}>
        <Suspense fallback={<Skeleton />}>
          <Plot {...look} onHover={setHover} />
        </Suspense>
      </Range>
      <NumbersTable bars={bars} by={by} zone={zone} />
    </>
  )
}

/** Nothing is known yet: an axis without bars. */
const Skeleton = () => (
  <div aria-hidden="true" className="mb-4 h-[calc(100%-16px)] flex-1 rounded-sm bg-panel" />
)
