/** Steps of histograms: widths people read easily, so that a range has a bounded number of buckets. */
import type { Histogram } from '../store/contract.ts'

export const MAX_BUCKETS = 2000
/** What fits a screen. */
const WANTED = 120

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const STEPS = [
  ...[1, 5, 10, 50, 100, 500],
  ...[1, 2, 5, 10, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 30].map((minutes) => minutes * MINUTE),
  ...[1, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28, 91, 364].map((days) => days * DAY),
]

/** The finest step that makes at most so many buckets of a range of milliseconds. */
export const stepFor = (width: number, most = WANTED): number =>
  // A range that begins within a bucket touches one more.
  STEPS.find((step) => width / step <= most - 1) ?? Math.ceil(width / (most - 1) / (364 * DAY)) * 364 * DAY

export const withinBuckets = (width: number, step: number): boolean => width / step <= MAX_BUCKETS - 1

/** The step, or the first multiple by ten that does not make too many buckets. */
export const coarser = (step: number, width: number): number => {
  let wide = step
  while (!withinBuckets(width, wide)) wide *= 10
  return wide
}

/** Only the most frequent values of a breakdown: the others are what is left of a bucket's count. */
export const keepTop = (histogram: Histogram, most: number): Histogram => {
  const totals = new Map<string, number>()
  for (const { by } of histogram.buckets) {
    for (const [value, count] of Object.entries(by ?? {})) totals.set(value, (totals.get(value) ?? 0) + count)
  }
  if (totals.size <= most) return histogram
  const top = new Set(
    [...totals]
      .sort(([, a], [, b]) => b - a)
      .slice(0, most)
      .map(([value]) => value),
  )
  return {
    ...histogram,
    buckets: histogram.buckets.map((bucket) => ({
      ...bucket,
      by: Object.fromEntries(Object.entries(bucket.by ?? {}).filter(([value]) => top.has(value))),
    })),
  }
}
