import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deviation, fitLine, mean, outliers, round, season, smooth } from './statistics.ts'

describe('the arithmetic of the demo', () => {
  test('the line through points of a line is that line', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -50, max: 50 }),
        fc.integer({ min: -1000, max: 1000 }),
        fc.integer({ min: 2, max: 60 }),
        (slope, intercept, length) => {
          const line = fitLine(Array.from({ length }, (_, index) => intercept + slope * index))
          expect(line.slope).toBeCloseTo(slope, 6)
          expect(line.intercept).toBeCloseTo(intercept, 6)
        },
      ),
    )
  })

  test('a season explains a series that has nothing else', () => {
    const wave = Array.from({ length: 48 }, (_, index) => [3, 0, -3, 0][index % 4] ?? 0)
    const { pattern, explained } = season(wave, 4)
    expect(explained).toBeGreaterThan(0.99)
    expect(pattern.indexOf(Math.max(...pattern))).toBe(0)
  })

  test('an outlier is found where it is, and none where there is none', () => {
    const flat = Array.from({ length: 24 }, (_, index) => 100 + (index % 2))
    expect(outliers(flat, 2.5)).toEqual([])
    expect(outliers(flat.with(17, 180), 2.5)).toEqual([17])
    expect(outliers([7, 7, 7], 2.5)).toEqual([])
  })

  test('smoothing follows a straight line without error', () => {
    const { level, trend, error } = smooth([10, 12, 14, 16, 18], 0.5, 0.5)
    expect([level, trend, error]).toEqual([18, 2, 0])
  })

  test('mean, deviation and rounding', () => {
    expect(mean([1, 2, 6])).toBe(3)
    expect(mean([])).toBe(0)
    expect(deviation([2, 4])).toBe(1)
    expect(round(1.005_6, 2)).toBe(1.01)
  })
})
