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
})
