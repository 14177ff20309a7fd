/** The hub's buckets as what is drawn: every step of the range, and what is stacked on what. */
import { LEVELS, levelFromName } from '@logboom/sdk/record'
import type { Histogram } from '../api/client.ts'

/** What no value is told for: records without the field, and the rarest values. */
export const REST = '\0rest'

export interface Bars {
  /** Milliseconds of a bar. */
  step: number
  /** Where each bar begins, one a step. */
  times: readonly number[]
  /** All records of each bar. */
  counts: readonly number[]
  /** From the bottom up. */
  series: readonly { value: string; counts: readonly number[] }[]
  total: number
}

export interface Range {
  from: number
  to: number
}

/** More would be thinner than can be seen or chosen. */
export const MAX_BARS = 300

const WIDER = [1, 2, 5, 10, 20, 50, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000] as const

/** The step, or the first multiple that makes few enough bars of the range. */
const fitting = (step: number, { from, to }: Range): number =>
  step * (WIDER.find((times) => (to - from) / (step * times) <= MAX_BARS) ?? 10_000_000)

/**
 * Bars without gaps over the range that was asked for, and over what was found beyond it. Where nothing bounds it, it is what
 * was found.
 */
export const barsOf = (
  { step: told, buckets, total }: Histogram,
  by: string,
  asked: Partial<Range> = {},
): Bars => {
  const first = buckets[0]?.time
  const last = buckets.at(-1)?.time
  const from = Math.min(asked.from ?? Number.POSITIVE_INFINITY, first ?? Number.POSITIVE_INFINITY)
  const to = Math.max(
    asked.to ?? Number.NEGATIVE_INFINITY,
    last === undefined ? Number.NEGATIVE_INFINITY : last + 1,
  )
  if (first === undefined || !(from < to)) return { step: told, times: [], counts: [], series: [], total }
  const step = fitting(told, { from, to })
  const begin = Math.floor(from / step) * step
  const length = Math.ceil((to - begin) / step)
  const zeros = (): number[] => new Array<number>(length).fill(0)
  const counts = zeros()
  const values = new Map<string, number[]>()
  const add = (value: string, index: number, count: number): void => {
    const own = values.get(value) ?? zeros()
    own[index] = (own[index] ?? 0) + count
    values.set(value, own)
  }
  for (const bucket of buckets) {
    const index = Math.floor((bucket.time - begin) / step)
    counts[index] = (counts[index] ?? 0) + bucket.count
    let rest = bucket.count
    for (const [value, count] of Object.entries(bucket.by ?? {})) {
      add(value, index, count)
      rest -= count
    }
    // A record with several values is counted for each: then nothing is left.
    if (rest > 0) add(REST, index, rest)
  }
  return {
    step,
    times: counts.map((_, index) => begin + index * step),
    counts,
    series: orderOf([...values.keys()], by).map((value) => ({ value, counts: values.get(value) ?? [] })),
    total,
  }
}

/** The most severe on top, where the eye is; other values by name, so that they keep their places. What is left is below. */
const orderOf = (values: readonly string[], by: string): readonly string[] => {
  const place = (value: string): number => {
    if (value === REST) return -1
    const level = by === 'level' ? levelFromName(value) : undefined
    return level === undefined ? 0 : LEVELS.indexOf(level)
  }
  return [...values].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
}

/** How high each series reaches: its own count on top of those below it. */
export const stacked = ({ series, times }: Bars): number[][] => {
  const below = new Array<number>(times.length).fill(0)
  return series.map(({ counts }) => {
    for (const [index, count] of counts.entries()) below[index] = (below[index] ?? 0) + count
    return [...below]
  })
}

/** The range of some bars, the first and the last of them in it. */
export const rangeOf = ({ times, step }: Bars, one: number, other: number): Range => {
  const at = (index: number): number => times[Math.max(0, Math.min(times.length - 1, index))] ?? 0
  return { from: at(Math.min(one, other)), to: at(Math.max(one, other)) + step }
}
