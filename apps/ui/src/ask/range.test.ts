import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundOf, instantOf, shownOf, typedOf, zoomedOut } from './range.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 30)

describe('a bound of time', () => {
  it('is what a person types, in the zone they read times in', () => {
    expect(boundOf(' now-3H ', 'utc', NOW)).toBe('now-3h')
    expect(boundOf('2026-11-22 14:00', 'utc', NOW)).toBe(String(Date.UTC(2026, 10, 22, 14)))
    expect(boundOf('2026-11-22T14:00+08:00', 'local', NOW)).toBe(String(Date.UTC(2026, 10, 22, 6)))
    expect(boundOf('2026-11-22 14:00', 'local', NOW)).toBe(String(new Date(2026, 10, 22, 14).getTime()))
    expect(boundOf('2026-11-22', 'local', NOW)).toBe(String(new Date(2026, 10, 22).getTime()))
    expect(boundOf('', 'utc', NOW)).toBe('')
    expect(boundOf('yesterday', 'utc', NOW)).toBeUndefined()
  })

  it('is shown as it can be typed again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1e12, max: 4e12 }), fc.constantFrom('utc', 'local'), (time, zone) => {
        // An hour that a clock passes twice names two instants.
        const again = boundOf(typedOf(String(time), zone, NOW), zone, NOW)
        expect([time, time - 3_600_000, time + 3_600_000].map(String)).toContain(again)
      }),
    )
    expect(typedOf('now-15m', 'utc', NOW)).toBe('now-15m')
    expect(shownOf(String(NOW - 60_000), 'utc', NOW)).toBe('14:29:00')
    expect(shownOf(String(NOW - 86_400_000), 'utc', NOW)).toBe('2026-11-21 14:30:00')
  })
})

describe('zooming out', () => {
  it('doubles the time around its middle', () => {
    const [since, until] = [NOW - 4000, NOW - 2000]
    expect(zoomedOut({ since: String(since), until: String(until) }, NOW)).toEqual({
      since: String(since - 1000),
      until: String(until + 1000),
    })
  })

  it('ends at now', () => {
    const wider = zoomedOut({ since: 'now-10m', until: undefined }, NOW)
    expect(wider?.until).toBeUndefined()
    expect(instantOf(wider?.since ?? '', NOW)).toBe(NOW - 15 * 60_000)
    expect(zoomedOut({ since: 'nonsense', until: undefined }, NOW)).toBeUndefined()
  })
})
