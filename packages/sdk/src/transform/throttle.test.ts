import { expect, test } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { makeRecord } from '../testing/index.ts'
import { throttle } from './throttle.ts'

const NOW = 1_760_000_000_000

const passing = (
  stage: ReturnType<ReturnType<typeof throttle>['start']>,
  count: number,
  at: number,
  fields: Partial<LogRecord> = {},
): number =>
  Array.from({ length: count }, (_, seq) => stage.take(makeRecord(seq, fields), at)).filter(
    (record) => record !== undefined,
  ).length

test('a burst passes at once, then so many a second, of each server', () => {
  const stage = throttle({ perSecond: 10, burst: 20 }).start()
  expect(passing(stage, 50, NOW)).toBe(20)
  expect(passing(stage, 50, NOW + 500)).toBe(5)
  expect(passing(stage, 50, NOW + 500, { server: 'other' })).toBe(20)
  expect(passing(stage, 50, NOW + 60_500)).toBe(20)
})

test('less than one a second is kept to', () => {
  const stage = throttle({ perSecond: 0.5 }).start()
  expect([0, 1000, 2000, 3000, 4000].map((ms) => passing(stage, 1, NOW + ms))).toEqual([1, 0, 1, 0, 1])
})

test('a clock that goes back gives nothing, and takes nothing', () => {
  const stage = throttle({ perSecond: 10 }).start()
  expect(passing(stage, 10, NOW)).toBe(10)
  expect(passing(stage, 10, NOW - 5000)).toBe(0)
  expect(passing(stage, 10, NOW - 4000)).toBe(10)
})

test('alert, emergency and lifecycle pass without a token', () => {
  const stage = throttle({ perSecond: 1 }).start()
  expect(passing(stage, 5, NOW, { level: 'alert' })).toBe(5)
  expect(passing(stage, 5, NOW, { level: 'emergency' })).toBe(5)
  expect(passing(stage, 5, NOW, { source: 'lifecycle' })).toBe(5)
  expect(passing(stage, 5, NOW, { level: 'critical' })).toBe(1)
  expect(passing(throttle({ perSecond: 1, keepAlerts: false }).start(), 5, NOW, { level: 'alert' })).toBe(1)
})

test('what was left out is told for each server, or logger', () => {
  const stage = throttle({ perSecond: 1, by: 'logger', reportMs: 1000 }).start()
  passing(stage, 3, NOW, { logger: 'db' })
  passing(stage, 2, NOW, { logger: 'web' })
  expect(stage.due?.(NOW + 999)).toEqual([])
  const told = stage.due?.(NOW + 1000) ?? []
  expect(told.map(({ server, source, message }) => [server, source, message])).toEqual([
    ['analytics', 'lifecycle', '2 records throttled: db'],
    ['analytics', 'lifecycle', '1 record throttled: web'],
  ])
  expect(told.map(({ attributes }) => attributes)).toMatchObject([
    { throttled: 2, logger: 'db', from: NOW + 1, to: NOW + 2 },
    { throttled: 1, logger: 'web', from: NOW + 1, to: NOW + 1 },
  ])
  // One run for the server, in order.
  expect(new Set(told.map(({ run }) => run)).size).toBe(1)
  expect(told.map(({ seq }) => seq)).toEqual([0, 1])
})

test('options that cannot be are told', () => {
  expect(() => throttle({ perSecond: 0 })).toThrow(
    'throttle: the option "perSecond" is not what it has to be',
  )
  expect(() => throttle({ perSecond: 1, by: 'tool' as never })).toThrow('the option "by"')
})
