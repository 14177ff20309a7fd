import { expect, test } from 'vitest'
import { boundsOf, stepOf } from './bounds.ts'
import { mix } from './colors.ts'
import { moved } from './cursor.ts'
import { markOf, rangeLabel } from './labels.ts'
import { outOf } from './zoom-steps.ts'

const bounds = (since?: string, until?: string) => ({ since, until })

test('a step out leads back where the step in came from', () => {
  const steps = [
    { from: bounds('now-1h'), to: bounds('1', '9') },
    { from: bounds('1', '9'), to: bounds('3', '4') },
  ]
  const first = outOf(steps, bounds('3', '4'))
  expect(first.to).toEqual(bounds('1', '9'))
  expect(outOf(first.steps, first.to).to).toEqual(bounds('now-1h'))
})

test('bounds that somebody else set are left for all time', () => {
  const steps = [{ from: bounds('now-1h'), to: bounds('1', '9') }]
  expect(outOf(steps, bounds('now-5m'))).toEqual({ to: bounds(), steps: [] })
})

test('a range that goes on ends now; one without a beginning is what is found', () => {
  const now = Date.UTC(2026, 10, 22, 14, 30)
  expect(boundsOf({ since: 'now-15m' }, now)).toEqual({ from: now - 900_000, to: now })
  expect(boundsOf({ since: String(now - 5), until: String(now) }, now)).toEqual({ from: now - 5, to: now })
  expect(boundsOf({ since: 'whenever' }, now)).toEqual({})
  expect(boundsOf({}, now)).toEqual({})
})

test('steps are round on a clock, and not many', () => {
  expect(stepOf({ from: 0, to: 900_000 })).toBe(10_000)
  expect(stepOf({ from: 0, to: 86_400_000 })).toBe(15 * 60_000)
  expect(stepOf({})).toBeUndefined()
})

test('keys move a cursor over the bars and extend a selection, within the bars', () => {
  expect(moved(undefined, 'ArrowLeft', false, 10)).toEqual({ at: 9 })
  expect(moved({ at: 9 }, 'ArrowRight', false, 10)).toEqual({ at: 9 })
  expect(moved({ at: 5 }, 'ArrowLeft', true, 10)).toEqual({ at: 4, anchor: 5 })
  expect(moved({ at: 4, anchor: 5 }, 'ArrowLeft', true, 10)).toEqual({ at: 3, anchor: 5 })
  expect(moved({ at: 3, anchor: 5 }, 'Home', false, 10)).toEqual({ at: 0 })
  expect(moved({ at: 3 }, 'a', false, 10)).toBeUndefined()
  expect(moved(undefined, 'ArrowLeft', false, 0)).toBeUndefined()
})

test('times are as exact as what they tell apart', () => {
  const time = Date.UTC(2026, 10, 22, 14, 2, 11, 20)
  expect(markOf(time, 5, 'utc')).toBe('14:02:11.020')
  expect(markOf(time, 5000, 'utc')).toBe('14:02:11')
  expect(markOf(time, 60_000, 'utc')).toBe('14:02')
  expect(markOf(time, 86_400_000, 'utc')).toBe('11-22')
  expect(markOf(Date.UTC(2026, 10, 22), 3_600_000, 'utc')).toBe('11-22')
  expect(rangeLabel(time - 20, time + 980, 'utc')).toBe('11-22 14:02:11 – 14:02:12')
  expect(rangeLabel(time, time + 86_400_000, 'utc')).toBe('11-22 14:02:11.020 – 11-23 14:02:11.020')
})

test('colours are mixed channel by channel', () => {
  expect(mix('#ffffff', '#000000', 0.5)).toBe('#808080')
  expect(mix('#102030', '#ffffff', 1)).toBe('#102030')
})
