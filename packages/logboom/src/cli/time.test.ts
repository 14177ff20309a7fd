import { describe, expect, it } from 'vitest'
import { NOON } from './testing.ts'
import { parseMoment } from './time.ts'

const parse = (text: string, utc = false): number => parseMoment(text, '--since', NOON, utc)

describe('a moment', () => {
  it.each([
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['1.5h', 5_400_000],
    ['now', 0],
  ])('%s is that long ago', (text, ago) => {
    expect(parse(text)).toBe(NOON - ago)
  })

  it('is an ISO time in the zone that it names', () => {
    expect(parse('2026-11-22T10:00Z')).toBe(Date.UTC(2026, 10, 22, 10))
    expect(parse('2026-11-22T10:00:30.5+08:00')).toBe(Date.UTC(2026, 10, 22, 2, 0, 30, 500))
    expect(parse('2026-11-22 10:00-0130')).toBe(Date.UTC(2026, 10, 22, 11, 30))
  })

  it('is local without a zone, and UTC with --utc; a date is its beginning', () => {
    expect(parse('2026-11-22T10:00')).toBe(new Date(2026, 10, 22, 10).getTime())
    expect(parse('2026-11-22')).toBe(new Date(2026, 10, 22).getTime())
    expect(parse('2026-11-22', true)).toBe(Date.UTC(2026, 10, 22))
  })

  it.each(['', 'yesterday', '15', '15 minutes', '2026-13-40', '-5m', '1h garbage'])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(/--since does not understand/)
  })
})
