/** The bars on a canvas: loaded when the first rows are there. */
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import type { Places, Theme } from '../look/hues.ts'
import { type Bars, type Range, stacked } from './bars.ts'
import { fillOf, token } from './colors.ts'
import { markOf, type Zone } from './labels.ts'

export interface PlotProps {
  bars: Bars
  by: string
  theme: Theme
  places: Places
  zone: Zone
  /** The bar under the pointer. */
  onHover: (index: number | undefined) => void
  onZoom: (range: Range) => void
  onZoomOut: () => void
}

const AXIS_HEIGHT = 16
const AXIS_FONT = '10.5px system-ui, sans-serif'
/** A shorter drag was meant as a click. */
const MIN_DRAG = 4

/** What is highest is drawn first, so that what is below lies over it. */
const dataOf = (bars: Bars): UPlot.AlignedData => [[...bars.times], ...stacked(bars).reverse()]

const Plot = ({ bars, by, theme, places, zone, ...acts }: PlotProps) => {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<UPlot>(undefined)
  const latest = useRef({ bars, ...acts })
  latest.current = { bars, ...acts }
  const values = bars.series.map(({ value }) => value)
  // A plot is made anew when what it draws changes its kind, not its numbers.
  const kind = JSON.stringify([by, theme, zone, values, values.map((value) => places.get(value))])

  // biome-ignore lint/correctness/useExhaustiveDependencies: `kind` stands for what is used of the bars
  useEffect(() => {
    const parent = box.current
    if (parent === null) return
    const size = () => ({ width: parent.clientWidth, height: parent.clientHeight })
    const made = new UPlot(
      {
        ...size(),
        padding: [4, 0, 0, 0],
        legend: { show: false },
        scales: {
          x: {
            time: false,
            range: () => {
              const { times, step } = latest.current.bars
              return [times[0] ?? 0, (times.at(-1) ?? 0) + step]
            },
          },
          y: { range: (_, __, max) => [0, Math.max(1, max)] },
        },
        axes: [
          {
            size: AXIS_HEIGHT,
            gap: 2,
            space: 90,
            font: AXIS_FONT,
            stroke: token('--dim'),
            grid: { show: false },
            ticks: { show: false },
            incrs: INCREMENTS,
            values: (self, marks, _, __, apart) =>
              marks.map((time) => (fits(self, time) ? markOf(time, apart, zone) : '')),
          },
          { show: false },
        ],
        series: [
          {},
          ...values.toReversed().map((value) => ({
            fill: fillOf(value, by, theme, places),
            width: 0,
            points: { show: false },
            paths: UPlot.paths.bars?.({ align: 1, size: [0.86, 40], gap: 0 }) ?? (() => null),
          })),
        ],
        cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
        hooks: {
          setCursor: [
            (self) => {
              const { left } = self.cursor
              latest.current.onHover(left === undefined || left < 0 ? undefined : indexAt(self, left))
            },
          ],
          setSelect: [
            (self) => {
              const { left, width } = self.select
              if (width >= MIN_DRAG) {
                const [one, other] = [indexAt(self, left), indexAt(self, left + width - 1)]
                const { times, step } = latest.current.bars
                const [from, to] = [times[one], times[other]]
                if (from !== undefined && to !== undefined) latest.current.onZoom({ from, to: to + step })
              }
              if (width > 0) self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
            },
          ],
        },
      },
      dataOf(latest.current.bars),
      parent,
    )
    const indexAt = (self: UPlot, left: number): number => {
      const { times, step } = latest.current.bars
      const index = Math.floor((self.posToVal(left, 'x') - (times[0] ?? 0)) / step)
      return Math.max(0, Math.min(times.length - 1, index))
    }
    const zoomOut = (): void => latest.current.onZoomOut()
    made.over.addEventListener('dblclick', zoomOut)
    const observer = new ResizeObserver(() => made.setSize(size()))
    observer.observe(parent)
    plot.current = made
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [kind])

  useEffect(() => plot.current?.setData(dataOf(bars)), [bars])

  return <div ref={box} aria-hidden="true" className="absolute inset-0 overflow-hidden" />
}

/** Marks at the edges would be cut. */
const fits = (self: UPlot, time: number): boolean => {
  const at = self.valToPos(time, 'x')
  return at > 24 && at < self.over.clientWidth - 24
}

/** Distances of marks, in milliseconds: round on a clock. */
const INCREMENTS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3_600_000),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((days) => days * 86_400_000),
]

export default Plot
