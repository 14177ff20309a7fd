import { expect, test } from 'vitest'
import { makeRecord } from '../testing/index.ts'
import { createPipeline } from './pipeline.ts'
import type { Transform } from './types.ts'

/** Leaves out every record with an odd `seq`, and tells how many. */
const evens = (reason: string): Transform => ({
  start: () => {
    let gone = 0
    const settle = () => (gone === 0 ? [] : [makeRecord(100 + 2 * gone, { message: `${gone} gone` })])
    return {
      reason,
      take: (record) => {
        if (record.seq % 2 === 0) return record
        gone += 1
        return undefined
      },
      settle,
    }
  },
})

test('every record is passed on or counted under the reason of who left it out', () => {
  const pipeline = createPipeline([evens('thinned'), (record) => (record.seq === 4 ? undefined : record)])
  const passed = [0, 1, 2, 3, 4, 5, 6].flatMap((seq) => pipeline.take(makeRecord(seq)) ?? [])
  expect(passed.map(({ seq }) => seq)).toEqual([0, 2, 6])
  expect(pipeline.stats()).toEqual({ received: 7, made: 0, passed: 3, reduced: { thinned: 3, filtered: 1 } })
})

test('what a transform tells goes through those behind it, and is counted', () => {
  const pipeline = createPipeline([evens('thinned'), (record) => ({ ...record, logger: 'told' })])
  pipeline.take(makeRecord(1))
  expect(pipeline.due(false)).toEqual([])
  expect(pipeline.due(true).map(({ message, logger }) => [message, logger])).toEqual([['1 gone', 'told']])
  expect(pipeline.stats()).toEqual({ received: 1, made: 1, passed: 1, reduced: { thinned: 1 } })
})

test('a transform that throws is told, and its record goes on', () => {
  const errors: unknown[] = []
  const broken = (): never => {
    throw new Error('broken')
  }
  const pipeline = createPipeline([broken], { onError: (error) => errors.push(error) })
  const record = makeRecord(1)
  expect(pipeline.take(record)).toBe(record)
  expect(errors).toMatchObject([{ message: 'broken' }])
})

test('every pipeline has stages of its own', () => {
  const transform = evens('thinned')
  const [one, other] = [createPipeline([transform]), createPipeline([transform])]
  one.take(makeRecord(1))
  expect(other.due(true)).toEqual([])
  expect(one.due(true)).toHaveLength(1)
})
