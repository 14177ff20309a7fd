import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LEVELS, type LogRecord } from '../../record/index.ts'
import { makeRecord } from '../../testing/index.ts'
import { memorySink } from '../memory.ts'
import { alert } from './alert.ts'
import { createRule, type Told } from './rule.ts'
import { steady } from './steady.ts'
import { type ModelTold, modelOf, type Op } from './testing-model.ts'

const settings = fc.record({
  threshold: fc.integer({ min: 1, max: 6 }),
  windowMs: fc.constantFrom(100, 256, 1000),
  cooldownMs: fc.constantFrom(1, 80, 300),
})

const record = fc.record({ group: fc.constantFrom('a', 'b', 'c'), severity: fc.integer({ min: 0, max: 7 }) })
const by = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 2, arbitrary: fc.integer({ min: 60, max: 2500 }) },
  { weight: 1, arbitrary: fc.integer({ min: -100_000, max: -1 }) },
)
const operation = (looks: boolean): fc.Arbitrary<Op> =>
  looks ? fc.oneof(fc.record({ by, record }), fc.record({ by })) : fc.record({ by, record })
const operations = (looks: boolean): fc.Arbitrary<Op[]> =>
  fc.array(operation(looks), { minLength: 20, maxLength: 80, size: 'max' })

/** One look tells of several groups, in no order that means anything. */
const sorted = (all: readonly ModelTold[]): string[] => all.map((one) => JSON.stringify(one)).sort()

test('tells what a slow model tells of any stream, whatever the clock does', () => {
  let resolved = 0
  let reminded = 0
  fc.assert(
    fc.property(settings, operations(true), (given, ops) => {
      let wall = 1_760_000_000_000
      const elapsed = steady(() => wall)
      const rule = createRule<number>({ ...given, maxGroups: 10 })
      const told: Told<number>[] = []
      ops.forEach((op, index) => {
        wall += op.by
        const at = elapsed()
        if (op.record === undefined) told.push(...rule.look(at))
        else told.push(...rule.take(op.record.group, op.record.severity, index, at))
      })
      const expected = modelOf(given, ops)
      expect(sorted(told)).toEqual(sorted(expected))
      const count = (state: string, reminder: boolean): number =>
        told.filter((one) => one.state === state && one.reminder > 0 === reminder).length
      const { fired, ...stats } = rule.stats()
      expect([fired, stats.reminded, stats.resolved, stats.firing]).toEqual([
        count('firing', false),
        count('firing', true),
        count('resolved', false),
        count('firing', false) - count('resolved', false),
      ])
      resolved += stats.resolved
      reminded += stats.reminded
    }),
    { numRuns: 150 },
  )
  // The streams get that far.
  expect(resolved).toBeGreaterThan(50)
  expect(reminded).toBeGreaterThan(50)
})

test('the sink tells the same, as notices', async () => {
  await fc.assert(
    fc.asyncProperty(settings, operations(false), async (given, ops) => {
      let wall = 1_760_000_000_000
      const memory = memorySink()
      const { threshold, windowMs: window, cooldownMs: cooldown } = given
      const sink = alert({ when: () => true, threshold, window, cooldown, to: [memory], now: () => wall })
      ops.forEach((op, seq) => {
        wall += op.by
        const { group = '', severity = 0 } = op.record ?? {}
        sink([makeRecord(seq, { server: group, level: LEVELS[severity] ?? 'info' })])
      })
      const { fired, reminded, resolved } = sink.stats()
      await sink.close(5000)
      const expected = modelOf(given, ops)
      expect([fired, reminded, resolved]).toEqual([
        expected.filter(({ state, reminder }) => state === 'firing' && reminder === 0).length,
        expected.filter(({ reminder }) => reminder > 0).length,
        expected.filter(({ state }) => state === 'resolved').length,
      ])
      expect(memory.records().map(factsOf)).toEqual(
        expected.map(({ state, reminder, count, top, group }) => ({
          state,
          reminder,
          count,
          group: { server: group },
          level: state === 'resolved' ? 'notice' : LEVELS[top],
        })),
      )
    }),
    { numRuns: 30 },
  )
})

const factsOf = ({ level, attributes }: LogRecord): unknown => {
  const { state, reminder = 0, count, group } = attributes.alert as Record<string, unknown>
  return { state, reminder, count, group, level }
}

const make = (maxGroups: number) =>
  createRule<number>({ threshold: 2, windowMs: 256, cooldownMs: 1000, maxGroups })

test('the group that was untouched for longest goes for a new one, and what it had counted', () => {
  const rule = make(2)
  rule.take('a', 1, 0, 0)
  rule.take('b', 1, 1, 1)
  rule.take('a', 1, 2, 2)
  rule.take('c', 1, 3, 3)
  expect(rule.stats()).toMatchObject({ fired: 1, firing: 1, groups: 2, forgotten: 1, ungrouped: 0 })
  // b begins anew, and so does c for it; a, which fires, stays.
  expect(rule.take('b', 1, 4, 4)).toEqual([])
  expect(rule.stats()).toMatchObject({ firing: 1, groups: 2, forgotten: 2 })
  // Nothing is left in the window of b.
  rule.take('d', 1, 5, 300)
  expect(rule.stats()).toMatchObject({ groups: 2, forgotten: 2 })
})

test('of several untouched groups the oldest goes', () => {
  const rule = make(2)
  rule.take('a', 1, 0, 0)
  rule.take('b', 1, 1, 1)
  rule.take('c', 1, 2, 2)
  expect(rule.take('b', 1, 3, 3)).toMatchObject([{ state: 'firing', group: 'b', count: 2 }])
})

test('a group whose alert fires never goes: who finds no place is counted', () => {
  const rule = make(1)
  rule.take('a', 1, 0, 0)
  rule.take('a', 1, 1, 0)
  expect(rule.take('b', 1, 2, 1)).toEqual([])
  expect(rule.take('b', 1, 3, 1)).toEqual([])
  expect(rule.stats()).toMatchObject({ fired: 1, firing: 1, groups: 1, forgotten: 0, ungrouped: 2 })
})

test('says when to look, and looking then is enough', () => {
  const rule = make(10)
  expect(rule.due(0)).toBeUndefined()
  rule.take('a', 1, 0, 10)
  rule.take('a', 1, 1, 20)
  // It falls below when the first has left (266), and is over a window later.
  expect(rule.due(20)).toBe(522)
  expect(rule.look(521)).toEqual([])
  expect(rule.due(521)).toBe(522)
  expect(rule.look(522).map(({ state, count }) => [state, count])).toEqual([['resolved', 2]])
  expect(rule.due(522)).toBeUndefined()
})

test('says when to look for a reminder, also when nothing was new yet', () => {
  const rule = createRule<number>({ threshold: 1, windowMs: 2560, cooldownMs: 100, maxGroups: 10 })
  rule.take('a', 4, 0, 0)
  expect(rule.due(0)).toBe(100)
  rule.take('a', 4, 1, 50)
  expect(rule.look(100).map(({ reminder, count }) => [reminder, count])).toEqual([[1, 2]])
  expect(rule.due(100)).toBe(200)
  expect(rule.look(200)).toEqual([])
  // 50 and a window, and another.
  expect(rule.due(200)).toBe(5170)
})

test('a flood is counted to the last record', () => {
  const rule = createRule<number>({ threshold: 1, windowMs: 1000, cooldownMs: 1e9, maxGroups: 10 })
  for (let n = 0; n < 50_000; n++) rule.take('a', 1, n, n / 50)
  expect(rule.take('a', 1, 1, 1001)).toEqual([])
  expect(rule.stats()).toMatchObject({ fired: 1, groups: 1 })
  expect(rule.look(1e10)).toMatchObject([{ state: 'resolved', count: 50_001, seen: { length: 10 } }])
})
