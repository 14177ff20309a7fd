import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coarser, keepTop, MAX_BUCKETS, stepFor, withinBuckets } from './steps.ts'

/** Buckets of a step that a range touches, wherever it begins. */
const touched = (width: number, step: number): number => Math.floor(width / step) + 2

describe('the step of a histogram', () => {
  it('never makes more buckets than were asked for', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e14, noNaN: true }),
        fc.integer({ min: 10, max: 2000 }),
        (width, most) => {
          expect(touched(width, stepFor(width, most))).toBeLessThanOrEqual(most + 1)
        },
      ),
    )
  })

  it('is one that people read easily', () => {
    const hour = 3_600_000
    expect([0, 1000, hour, 24 * hour, 30 * 24 * hour].map((width) => stepFor(width))).toEqual([
      1,
      10,
      60_000,
      30 * 60_000,
      12 * hour,
    ])
  })

  it('is made coarser by tens where it is too fine for the range', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.double({ min: 0, max: 1e13, noNaN: true }),
        (step, width) => {
          const wide = coarser(step, width)
          expect(withinBuckets(width, wide)).toBe(true)
          expect(wide % step).toBe(0)
          expect(touched(width, wide)).toBeLessThanOrEqual(MAX_BUCKETS + 1)
        },
      ),
    )
    expect(coarser(50, 1000)).toBe(50)
  })
})

describe('keepTop', () => {
  it('keeps the values that are most frequent over all buckets', () => {
    const buckets = [
      { time: 0, count: 6, by: { a: 1, b: 5 } },
      { time: 10, count: 9, by: { a: 1, c: 8 } },
    ]
    expect(keepTop({ step: 10, total: 15, buckets }, 2)).toEqual({
      step: 10,
      total: 15,
      buckets: [
        { time: 0, count: 6, by: { b: 5 } },
        { time: 10, count: 9, by: { c: 8 } },
      ],
    })
  })
})
