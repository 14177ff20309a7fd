import { expect, test } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { makeRecord } from '../testing/index.ts'
import { dedupe } from './dedupe.ts'

const NOW = 1_760_000_000_000

const same = (seq: number, fields: Partial<LogRecord> = {}): LogRecord =>
  makeRecord(seq, { message: 'lost the database', ...fields })

/** How many of the records pass, one after the other at one moment. */
const passing = (records: readonly LogRecord[], options: Parameters<typeof dedupe>[0] = {}): number => {
  const stage = dedupe(options).start()
  return records.filter((record) => stage.take(record, NOW) !== undefined).length
}

test('the first passes, and the newest stands for the others when the window is over', () => {
  const stage = dedupe({ windowMs: 1000 }).start()
  const records = [0, 1, 2, 3].map((seq) => same(seq, { attributes: { attempt: seq } }))
  expect(records.map((record) => stage.take(record, NOW)?.seq)).toEqual([0, undefined, undefined, undefined])
  expect(stage.due?.(NOW + 999)).toEqual([])
  expect(stage.due?.(NOW + 1000)).toEqual([
    { ...records[3], attributes: { attempt: 3, repeats: { count: 3, from: NOW + 1, to: NOW + 3 } } },
  ])
  expect(stage.settle?.(NOW + 1000)).toEqual([])
  expect(stage.take(same(4), NOW + 1001)?.seq).toBe(4)
})

test('who flushes is told at once, and the window goes on', () => {
  const stage = dedupe({ windowMs: 1000 }).start()
  const counts = () => stage.settle?.(NOW + 500).map(({ attributes }) => attributes.repeats)
  for (const seq of [0, 1, 2]) stage.take(same(seq), NOW)
  expect(counts()).toMatchObject([{ count: 2 }])
  expect(stage.take(same(3), NOW + 501)).toBeUndefined()
  expect(counts()).toMatchObject([{ count: 1 }])
})

test('what has nothing equal is told nothing of', () => {
  const stage = dedupe().start()
  stage.take(same(0), NOW)
  expect(stage.settle?.(NOW)).toEqual([])
})

test.each<[string, Partial<LogRecord>]>([
  ['server', { server: 'other' }],
  ['level', { level: 'error' }],
  ['source', { source: 'stderr' }],
  ['logger', { logger: 'db' }],
  ['message', { message: 'lost the database 2' }],
])('another %s is no repeat', (_, fields) => {
  expect(passing([same(0), same(1, fields)])).toBe(2)
})

test('a logger is told from the beginning of a message', () => {
  expect(passing([same(0, { logger: 'a', message: 'bc' }), same(1, { logger: 'ab', message: 'c' })])).toBe(2)
})

test('by pattern, numbers and ids make no difference', () => {
  const records = [1, 2, 3].map((seq) => same(seq, { message: `retry ${seq} of 5` }))
  expect(passing(records)).toBe(3)
  expect(passing(records, { by: 'pattern' })).toBe(1)
})

test('calls, lifecycle and what is very large is never folded', () => {
  const twice = (fields: Partial<LogRecord>) => passing([same(0, fields), same(1, fields)])
  expect(twice({ source: 'call' })).toBe(2)
  expect(twice({ source: 'lifecycle' })).toBe(2)
  expect(twice({ message: 'x'.repeat(8193) })).toBe(2)
  expect(twice({ attributes: { big: 'x'.repeat(20_000) } })).toBe(2)
  expect(twice({ message: 'x'.repeat(8192) })).toBe(1)
})

test('repeats of several calls name none of them', () => {
  const call = (id: string) =>
    ({ id, method: 'tools/call', requestId: 1, from: 'client', attribution: 'exact' }) as const
  const folded = (ids: string[]) => {
    const stage = dedupe().start()
    for (const [seq, id] of ['first', ...ids].entries())
      stage.take(same(seq, { call: call(id), traceId: id, spanId: id }), NOW)
    const [told] = stage.settle?.(NOW) ?? []
    return [told?.call, told?.traceId, told?.spanId]
  }
  expect(folded(['x', 'x'])).toEqual([call('x'), 'x', 'x'])
  expect(folded(['x', 'y', 'y'])).toEqual([undefined, undefined, undefined])
})

test('of more different records than are kept in mind, the one longest not repeated is told and begins anew', () => {
  const stage = dedupe({ maxKeys: 2 }).start()
  const of = (message: string, seq: number) => stage.take(same(seq, { message }), NOW)?.seq
  expect([of('a', 0), of('a', 1), of('b', 2), of('b', 3), of('c', 4), of('a', 5)]).toEqual([
    0,
    undefined,
    2,
    undefined,
    4,
    5,
  ])
  expect(stage.due?.(NOW).map(({ seq }) => seq)).toEqual([1, 3])
})

test('nothing more is kept in mind while as much waits to be told', () => {
  const stage = dedupe({ maxKeys: 2 }).start()
  let gone = 0
  for (let seq = 0; seq < 1000; seq++)
    if (stage.take(same(seq, { message: `m${seq >> 1}` }), NOW) === undefined) gone += 1
  const told = stage.settle?.(NOW) ?? []
  expect(told.length).toBe(4)
  expect(gone).toBe(4)
})

test('a window that cannot be told of yet stays open', () => {
  const stage = dedupe({ maxKeys: 1, windowMs: 10 }).start()
  const times = [0, 1, 20, 21, 40, 41, 60]
  expect(times.map((ms) => stage.take(same(ms), NOW + ms) !== undefined)).toEqual([
    true,
    false,
    true,
    false,
    false,
    false,
    false,
  ])
  expect(stage.settle?.(NOW + 61).map(({ attributes }) => attributes.repeats)).toMatchObject([
    { count: 1 },
    { count: 4 },
  ])
})

test('a clock that goes back ends the window', () => {
  const stage = dedupe().start()
  stage.take(same(0), NOW)
  expect(stage.take(same(1), NOW - 1)?.seq).toBe(1)
})
