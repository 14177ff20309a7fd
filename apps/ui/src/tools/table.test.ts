import { expect, test } from 'vitest'
import type { Tool } from '../api/client.ts'
import { nameOf, nextOrder, readOrder, sortTools, writeOrder } from './table.ts'
import { filled, pathOf, spanOf } from './trend.ts'

const tool = (name: string, more: Partial<Tool> = {}): Tool => ({
  server: 'fs',
  method: 'tools/call',
  tool: name,
  outcomes: {},
  open: 0,
  calls: 1,
  errors: 0,
  errorRate: 0,
  sparkline: [],
  ...more,
})
const names = (tools: readonly Tool[]) => tools.map(nameOf)

test('what has no value comes last, whichever way', () => {
  const tools = [tool('never'), tool('fast', { p95: 10 }), tool('slow', { p95: 900 })]
  expect(names(sortTools(tools, { column: 'p95', descending: true }))).toEqual(['slow', 'fast', 'never'])
  expect(names(sortTools(tools, { column: 'p95', descending: false }))).toEqual(['fast', 'slow', 'never'])
})

test('sizes stand by the middle one', () => {
  const size = (p50: number, max: number) => ({ request: { p50, max }, response: { p50: 1, max: 1 } })
  const tools = [tool('outlier', { sizes: size(10, 9000) }), tool('large', { sizes: size(500, 600) })]
  expect(names(sortTools(tools, { column: 'request', descending: true }))).toEqual(['large', 'outlier'])
})

test('equals stand by name', () => {
  const tools = [tool('b'), tool('c'), tool('a')]
  expect(names(sortTools(tools, { column: 'calls', descending: true }))).toEqual(['a', 'b', 'c'])
})

test('an order is read as it was kept, and anything else is the most called first', () => {
  for (const kept of ['-p95', 'tool', '-errorRate']) expect(writeOrder(readOrder(kept))).toBe(kept)
  for (const kept of ['', 'trend', '-nothing']) expect(writeOrder(readOrder(kept))).toBe('-calls')
})

test('a first click on numbers shows the most, on names the first; a second one turns it round', () => {
  const start = readOrder('-calls')
  expect(writeOrder(nextOrder(start, 'p95'))).toBe('-p95')
  expect(writeOrder(nextOrder(start, 'tool'))).toBe('tool')
  expect(writeOrder(nextOrder(start, 'server'))).toBe('server')
  expect(writeOrder(nextOrder(start, 'calls'))).toBe('calls')
})

test('empty points of a sparkline are zeros, over the time of all', () => {
  const a = [{ time: 1000, count: 2 }]
  const b = [
    { time: 2000, count: 1 },
    { time: 4000, count: 4 },
  ]
  const span = spanOf([a, b])
  expect(span).toEqual({ from: 1000, to: 4000 })
  expect(filled(a, 1000, { from: 1000, to: 4000 })).toEqual([2, 0, 0, 0])
  expect(filled(b, 1000, { from: 1000, to: 4000 })).toEqual([0, 1, 0, 4])
  expect(spanOf([])).toBeUndefined()
  expect(pathOf([0, 4], 10, 8)).toBe('M0.0 8.0L10.0 0.0')
  expect(pathOf([0, 0], 10, 8)).toBe('M0.0 8.0L10.0 8.0')
})

test('a sparkline has no more points than can be told apart, and all counts at their place', () => {
  const line = [
    { time: 0, count: 1 },
    { time: 500_000, count: 2 },
    { time: 500_001, count: 3 },
    { time: 1_000_000, count: 4 },
  ]
  const counts = filled(line, 1, { from: 0, to: 1_000_000 })
  expect(counts.length).toBeLessThan(1000)
  expect([counts.at(0), counts[Math.round((counts.length - 1) / 2)], counts.at(-1)]).toEqual([1, 5, 4])
})
