import fc from 'fast-check'
import { expect, it, describe as suite } from 'vitest'
import { makeRecord } from '../../testing/index.ts'
import { SinkError } from '../errors.ts'
import { sendParts, splitBatch } from './parts.ts'
import { isoTime, nanos, secondsText, timeOf } from './time.ts'

suite('a batch in parts', () => {
  it('holds every record once, in order, within the limits', () => {
    const weight = fc.record({ size: fc.integer({ min: 1, max: 12 }), units: fc.integer({ min: 1, max: 4 }) })
    fc.assert(
      fc.property(fc.array(weight), (weights) => {
        const { parts, tooLarge } = splitBatch(weights, { maxSize: 10, maxUnits: 3 })
        expect([...parts.flat(), ...tooLarge].sort((a, b) => a - b)).toEqual(weights.map((_, index) => index))
        expect(parts.flat()).toEqual([...parts.flat()].sort((a, b) => a - b))
        for (const part of parts) {
          expect(part).not.toEqual([])
          expect(part.reduce((sum, index) => sum + (weights[index]?.size ?? 0), 0)).toBeLessThanOrEqual(10)
          expect(part.reduce((sum, index) => sum + (weights[index]?.units ?? 0), 0)).toBeLessThanOrEqual(3)
        }
        for (const index of tooLarge)
          expect((weights[index]?.size ?? 0) > 10 || (weights[index]?.units ?? 0) > 3).toBe(true)
      }),
    )
  })

  it('is answered for as one: what was refused, what may go again, and what was not sent', async () => {
    const sent: number[][] = []
    const answers = [
      new SinkError('some', { rejects: [{ index: 1, reason: 'bad', retryable: false }] }),
      new SinkError('count', { rejectedCount: 1 }),
      new SinkError('busy', { retryable: true, retryAfterMs: 70 }),
    ]
    const split = { parts: [[0, 1], [3, 4], [5], [6, 7]], tooLarge: [2] }
    const task = sendParts('X', split, async (part) => {
      sent.push([...part])
      throw answers[sent.length - 1]
    })
    const error: unknown = await task.catch((caught: unknown) => caught)
    expect(sent).toEqual([[0, 1], [3, 4], [5]])
    expect(error).toMatchObject({ retryable: true, retryAfterMs: 70, rejectedCount: 1 })
    const { rejects = [] } = error as SinkError
    expect(rejects.map(({ index, retryable }) => [index, retryable])).toEqual([
      [2, false],
      [1, false],
      [5, true],
      [6, true],
      [7, true],
    ])
    expect(rejects[1]?.reason).toBe('bad')
  })
})

suite('times for receivers', () => {
  it('are exact to the microsecond', () => {
    expect(nanos(1_760_000_000_000.123)).toBe('1760000000000123000')
    expect(isoTime(1_760_000_000_000.123)).toBe('2025-10-09T08:53:20.000123Z')
    expect(isoTime(1_760_000_000_001)).toBe('2025-10-09T08:53:20.001Z')
    expect(secondsText(1_760_000_000_001.007)).toBe('1760000000.001007')
    expect(secondsText(0.5)).toBe('0.000500')
    expect(secondsText(-1500)).toBe('-1.500000')
  })

  it('are when a record was seen, if it has none', () => {
    expect(timeOf(makeRecord(0, { time: Number.NaN, observed: 5 }))).toBe(5)
    expect(timeOf(makeRecord(0, { time: 9e15, observed: Number.NaN }))).toBe(0)
  })
})
