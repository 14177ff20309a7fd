import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Histogram } from '../api/client.ts'
import { barsOf, MAX_BARS, REST, rangeOf, stacked } from './bars.ts'

const told: Histogram = {
  step: 1000,
  buckets: [
    { time: 10_000, count: 5, by: { error: 1, info: 3 } },
    { time: 13_000, count: 2, by: { emergency: 1, debug: 1 } },
  ],
  total: 7,
}

test('steps without records are bars of nothing', () => {
  const bars = barsOf(told, 'level')
  expect(bars.times).toEqual([10_000, 11_000, 12_000, 13_000])
  expect(bars.counts).toEqual([5, 0, 0, 2])
})

test('the range that was asked for is shown whole', () => {
  const { times } = barsOf(told, 'level', { from: 8500, to: 16_000 })
  expect(times[0]).toBe(8000)
  expect(times.at(-1)).toBe(15_000)
})

test('levels are stacked by severity, and what has none is at the bottom', () => {
  const { series } = barsOf(told, 'level')
  expect(series.map(({ value }) => value)).toEqual([REST, 'debug', 'info', 'error', 'emergency'])
  expect(series[0]?.counts).toEqual([1, 0, 0, 0])
})

test('other values keep their places: by name', () => {
  const buckets = [{ time: 0, count: 6, by: { web: 5, api: 1 } }]
  expect(barsOf({ step: 1, buckets, total: 6 }, 'server').series.map(({ value }) => value)).toEqual([
    'api',
    'web',
  ])
})

test('each series reaches as high as all below it', () => {
  expect(stacked(barsOf(told, 'level'))).toEqual([
    [1, 0, 0, 0],
    [1, 0, 0, 1],
    [4, 0, 0, 1],
    [5, 0, 0, 1],
    [5, 0, 0, 2],
  ])
})

test('nothing found is no bars', () => {
  expect(barsOf({ step: 1000, buckets: [], total: 0 }, 'level', { from: 0, to: 60_000 }).times).toEqual([])
})

test('a range of bars has its first and its last bar in it', () => {
  const bars = barsOf(told, 'level')
  expect(rangeOf(bars, 2, 1)).toEqual({ from: 11_000, to: 13_000 })
})

test('whatever was found and asked: bars are few, without gaps, and hold every record', () => {
  const bucket = fc.record({ time: fc.nat(10 ** 6), count: fc.integer({ min: 1, max: 50 }) })
  fc.assert(
    fc.property(
      fc.array(bucket, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(1, 7, 1000, 60_000),
      fc.option(fc.nat(10 ** 9), { nil: undefined }),
      fc.option(fc.nat(10 ** 9), { nil: undefined }),
      (found, step, from, to) => {
        const buckets = [...new Map(found.map((one) => [Math.floor(one.time / step) * step, one]))]
          .map(([time, { count }]) => ({ time, count }))
          .sort((a, b) => a.time - b.time)
        const total = buckets.reduce((sum, { count }) => sum + count, 0)
        const bars = barsOf({ step, buckets, total }, 'level', {
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        })
        expect(bars.counts.reduce((sum, count) => sum + count, 0)).toBe(total)
        expect(bars.times.length).toBeLessThanOrEqual(MAX_BARS + 2)
        for (const [index, time] of bars.times.entries())
          expect(time).toBe((bars.times[0] ?? 0) + index * bars.step)
      },
    ),
  )
})
