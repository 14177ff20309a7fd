import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIds, derivedId } from './ids.ts'

// RFC 9562, 5.7: 48 bits of time, version 7, 12 bits, variant 10, 62 bits.
const UUID7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const timeOf = (id: string): number => {
  const match = UUID7.exec(id)
  return Number.parseInt(`${match?.[1]}${match?.[2]}`, 16)
}

const time = fc.double({ min: 1, max: 2 ** 47, noNaN: true })

describe('createIds', { timeout: 60_000 }, () => {
  it('makes UUIDv7s that hold their time', () => {
    fc.assert(
      fc.property(time, (now) => {
        const id = createIds()(now)
        expect(id).toMatch(UUID7)
        expect(timeOf(id)).toBe(Math.trunc(now))
      }),
    )
  })

  it('ascends strictly, whatever the clock does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(time, fc.integer({ min: 1000, max: 1010 })), { maxLength: 50 }),
        (clock) => {
          const newId = createIds()
          const ids = clock.map(newId)
          for (const id of ids) expect(id).toMatch(UUID7)
          expect(ids).toEqual([...new Set(ids)].sort())
        },
      ),
    )
  })

  it('carries the time on when a millisecond holds more than the counter can', () => {
    const newId = createIds()
    const ids = Array.from({ length: 10_000 }, () => newId(5000))
    expect(ids).toEqual([...new Set(ids)].sort())
    expect(timeOf(ids.at(-1) ?? '')).toBe(5002)
  })

  it('gives two generators different ids', () => {
    const one = createIds()
    const other = createIds()
    const ids = Array.from({ length: 1000 }, () => [one(1), other(1)]).flat()
    expect(new Set(ids).size).toBe(2000)
  })
})

describe('derivedId', { timeout: 60_000 }, () => {
  it('is the same today as it was when journals were written with it', () => {
    expect(derivedId(1_795_357_800_000, 'run-1:exit')).toBe('01a203a9-f640-77d9-8152-0cde7c2113d6')
  })

  it('is a UUIDv7 of its time, the same for the same name, another for another', () => {
    fc.assert(
      fc.property(time, fc.string(), fc.string(), (now, name, other) => {
        const id = derivedId(now, name)
        expect(id).toMatch(UUID7)
        expect(timeOf(id)).toBe(Math.trunc(now))
        expect(derivedId(now, name)).toBe(id)
        if (name !== other) expect(derivedId(now, other)).not.toBe(id)
      }),
    )
  })

  it('tells the many calls of one run apart', () => {
    const ids = Array.from({ length: 20_000 }, (_, i) => derivedId(1, `run:call-${i}:lost`))
    expect(new Set(ids).size).toBe(20_000)
  })
})
