import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatFullTime,
  formatPercent,
  formatTime,
} from './format.ts'

const NOON = Date.UTC(2026, 10, 22, 12, 0, 0, 20)
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('durations', () => {
  test.each([
    [0.0412, '0.04 ms'],
    [1.26, '1.3 ms'],
    [47.4, '47 ms'],
    [1204, '1.20 s'],
    [42_120, '42.1 s'],
    [3 * MINUTE + 7 * SECOND, '3 min 7 s'],
    [2 * HOUR + 5 * MINUTE, '2 h 5 min'],
    [50 * HOUR, '2 d 2 h'],
  ])('%d ms reads %s', (ms, shown) => expect(formatDuration(ms)).toBe(shown))

  test.each([
    [999.7, '1.00 s'],
    [9.96, '10 ms'],
    [9996, '10.0 s'],
    [59_960, '1 min 0 s'],
  ])('%d ms is rounded into the next unit: %s', (ms, shown) => expect(formatDuration(ms)).toBe(shown))
})

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [2048, '2.0 KiB'],
    [12 * 1024, '12 KiB'],
    [1024 ** 2 - 1, '1.0 MiB'],
    [5.5 * 1024 ** 3, '5.5 GiB'],
    [3 * 1024 ** 5, '3072 TiB'],
  ])('%d bytes read %s', (bytes, shown) => expect(formatBytes(bytes)).toBe(shown))
})

test('counts and shares are in the reader’s language', () => {
  expect(formatCount(1234567, 'en')).toBe('1,234,567')
  expect(formatPercent(0.034, 'en')).toBe('3.4%')
  expect(formatPercent(0.34, 'zh-CN')).toBe('34%')
  expect(formatPercent(0, 'en')).toBe('0%')
})

describe('times', () => {
  test('a row of today has the clock, of another day the day too', () => {
    expect(formatTime(NOON, 'utc', NOON + HOUR)).toBe('12:00:00.020')
    expect(formatTime(NOON - DAY, 'utc', NOON)).toBe('11-21 12:00:00')
    const local = new Date(2026, 10, 22, 9, 5, 7, 4).getTime()
    expect(formatTime(local, 'local', local + HOUR)).toBe('09:05:07.004')
    expect(formatTime(local, 'local', local + DAY)).toBe('11-22 09:05:07')
  })

  test('how long ago is short, and never in the future', () => {
    expect([0, 59 * SECOND, 90 * SECOND, 3 * HOUR + 4 * MINUTE, 3 * DAY + 2 * HOUR].map(formatAgo)).toEqual([
      '-0s',
      '-59s',
      '-1m 30s',
      '-3h 4m',
      '-3d 2h',
    ])
    expect(formatTime(NOON + MINUTE, 'relative', NOON)).toBe('-0s')
  })

  test('the whole time names its zone, and can be read back', () => {
    expect(formatFullTime(NOON, 'utc')).toBe('2026-11-22 12:00:00.020 UTC')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (time) => {
        const [day, clock, zone] = formatFullTime(time, 'local').split(' ')
        expect(Date.parse(`${day}T${clock}${zone}`)).toBe(time)
      }),
    )
  })
})
