import { describe, expect, it } from 'vitest'
import { readLine } from './read-line.ts'
import { machineTime, stampOf } from './time.ts'

const utc = (year: number, month: number, day: number, hour: number, minute: number, second: number) =>
  Date.UTC(year, month - 1, day, hour, minute, second)
const at = Date.parse('2026-11-22T14:40:00Z')
const clock = { local: utc, at }

const timeOf = (text: string, when = clock) => readLine(text, when)?.time

describe('stamps', () => {
  it('keeps microseconds as a fraction of a millisecond', () => {
    expect(timeOf('2026-11-22T14:34:05.123456Z  INFO app: hi')).toBeCloseTo(
      Date.parse('2026-11-22T14:34:05.123Z') + 0.456,
      3,
    )
  })

  it('applies a zone that is written out', () => {
    expect(timeOf('[2026-11-22 14:34:05.123 +0200] INFO (7): hi')).toBe(
      Date.parse('2026-11-22T12:34:05.123Z'),
    )
    expect(timeOf('time=2026-11-22T14:34:05-05:30 level=INFO msg=hi')).toBe(
      Date.parse('2026-11-22T20:04:05Z'),
    )
  })

  it('reads a stamp without a zone as local time', () => {
    const newYork = (...parts: Parameters<typeof utc>) => utc(...parts) + 5 * 3_600_000
    const when = { local: newYork, at }
    expect(timeOf('2026-11-22 14:34:05,123 INFO hi', when)).toBe(Date.parse('2026-11-22T19:34:05.123Z'))
    expect(timeOf('2026/11/22 14:34:05 INFO hi', when)).toBe(Date.parse('2026-11-22T19:34:05Z'))
  })

  it('takes the local zone of the machine unless told otherwise', () => {
    expect(machineTime(2026, 11, 22, 14, 34, 5)).toBe(new Date(2026, 10, 22, 14, 34, 5).getTime())
  })

  it('gives a time of day the date that brings it nearest to its reading', () => {
    const just = (text: string) => ({ local: machineTime, at: Date.parse(text) })
    const midnight = new Date(2026, 10, 23, 0, 0, 1).getTime()
    const before = new Date(2026, 10, 22, 23, 59, 59).getTime()
    expect(timeOf('[23:59:59.500] INFO (7): hi', { local: machineTime, at: midnight })).toBe(before + 500)
    expect(timeOf('[00:00:01.000] INFO (7): hi', { local: machineTime, at: before })).toBe(midnight)
    expect(timeOf('[12:00:00.000] INFO (7): hi', just('2026-11-22T12:00:01'))).toBe(
      Date.parse('2026-11-22T12:00:00'),
    )
  })

  it('does not read a day or an hour that does not exist', () => {
    expect(readLine('2026-13-45 10:00:00 INFO hi', clock)).toBeUndefined()
    expect(readLine('99:99:99 hi', clock)).toBeUndefined()
  })

  it('reads numbers as seconds, milliseconds, microseconds or nanoseconds by their size', () => {
    const ms = Date.parse('2026-11-22T14:34:05.123Z')
    for (const value of [ms, ms / 1000, ms * 1000, String(ms)]) expect(stampOf(value, clock)).toBe(ms)
    expect(stampOf(ms * 1e6, clock)).toBeCloseTo(ms, 0)
    for (const value of [5, -1, Number.NaN, true, null, 'soon', {}])
      expect(stampOf(value, clock)).toBeUndefined()
  })
})
