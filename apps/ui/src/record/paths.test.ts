import { compile, parseQuery } from '@logboom/sdk/query'
import { isObject, type Json, type LogRecord } from '@logboom/sdk/record'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { termOf } from '../ask/terms.ts'
import { curlOf, permalinkOf, queryOfRecord } from './copies.ts'
import { beginningOf } from './fold.ts'
import { fieldOf, heldJson, type Key, nodeOf, readPath } from './paths.ts'

const finds = (q: string, record: Partial<LogRecord>): boolean =>
  compile(parseQuery(q, { now: 0 }), { regex: () => () => false })({
    message: '',
    attributes: {},
    ...record,
  } as LogRecord)

test('a chain of single keys is one row, and branches where there is a choice', () => {
  expect(nodeOf('user', { address: { city: 'Rome' } })).toEqual({
    kind: 'leaf',
    path: ['user', 'address', 'city'],
    value: 'Rome',
  })
  expect(nodeOf('a', { b: { c: 1, d: 2 } })).toMatchObject({ kind: 'branch', path: ['a', 'b'], list: false })
  expect(nodeOf('a', [1])).toMatchObject({ kind: 'branch', path: ['a'], list: true, entries: [[0, 1]] })
  expect(nodeOf('a', {})).toMatchObject({ kind: 'branch', entries: [] })
})

test('a chain without end stays a short row', () => {
  let deep: unknown = 'bottom'
  for (let level = 0; level < 20_000; level++) deep = { down: deep }
  expect(nodeOf('top', deep).path.length).toBe(8)
})

test('paths are read as programs write them', () => {
  expect(readPath(['items', 0, 'sku'])).toBe('items[0].sku')
})

/** Every leaf below a value, with its path. */
const leaves = (at: readonly Key[], value: Json): [readonly Key[], Json][] => {
  if (!Array.isArray(value) && !isObject(value)) return [[at, value]]
  const entries: [Key, Json][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : Object.entries(value as Record<string, Json>)
  return entries.flatMap(([key, item]) => leaves([...at, key], item))
}

test('whatever the names and values: a leaf’s field and value find its record', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 4 })), (attributes) => {
      for (const [path, value] of leaves([], attributes as Json)) {
        if (path.length === 0 || Array.isArray(value) || isObject(value)) continue
        const q = termOf(fieldOf(path), value as string | number | boolean | null)
        expect(finds(q, { attributes: attributes as LogRecord['attributes'] }), q).toBe(true)
      }
    }),
  )
})

test('only objects and lists are JSON worth opening', () => {
  expect(heldJson(' {"a":1}')).toEqual({ a: 1 })
  expect(heldJson('[1]')).toEqual([1])
  for (const text of ['1', '"a"', '{not json', '', '[object Object]']) expect(heldJson(text)).toBeUndefined()
})

test('a beginning is a beginning: of few lines and characters, and no half a character', () => {
  const limits = { chars: 10, lines: 2 }
  expect(beginningOf('short', limits)).toBe('short')
  expect(beginningOf('a\nb\nc', limits)).toBe('a\nb')
  expect(beginningOf('a\nb', limits)).toBe('a\nb')
  expect(beginningOf('x'.repeat(16), limits)).toBe('x'.repeat(10))
  // Half a line more is shown rather than folded.
  expect(beginningOf('x'.repeat(15), limits)).toBe('x'.repeat(15))
  expect(beginningOf(`${'x'.repeat(9)}😀${'y'.repeat(9)}`, limits)).toBe('x'.repeat(9))
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const beginning = beginningOf(text, limits)
      expect(text.startsWith(beginning)).toBe(true)
      expect(beginning.split('\n').length).toBeLessThanOrEqual(2)
    }),
  )
})

test('the query of a record finds it and no other', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (id) => {
      expect(finds(queryOfRecord({ id }), { id })).toBe(true)
      expect(finds(queryOfRecord({ id }), { id: `${id}x` })).toBe(false)
    }),
  )
})

test('a permalink is bound to the time of its record', () => {
  expect(permalinkOf({ id: 'r-1', time: 1_795_356_000_000.5 }, 'http://127.0.0.1:7400')).toBe(
    'http://127.0.0.1:7400/?since=1795355940000&until=1795356060001&record=r-1',
  )
})

test('nothing in an id ends the quotes of a shell, and a token is not told', () => {
  expect(curlOf({ id: "a'; rm -rf /" }, 'http://h', true)).toBe(
    `curl -H "Authorization: Bearer $LOGBOOM_TOKEN" 'http://h/api/v1/records/a%27%3B%20rm%20-rf%20%2F'`,
  )
})
