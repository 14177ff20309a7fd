import { compile, parseQuery } from '@logboom/sdk/query'
import { type LogRecord, maskMessage } from '@logboom/sdk/record'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pattern } from '../api/client.ts'
import { held, sorted } from './order.ts'
import { patternQuery } from './pattern-query.ts'

const finds = (q: string, message: string): boolean =>
  compile(parseQuery(q, { now: 0 }), { regex: () => () => false })({
    message,
    attributes: {},
  } as unknown as LogRecord)

const queryOf = (message: string): string | undefined => patternQuery(maskMessage(message))

test('what is fixed becomes one word with wildcards', () => {
  expect(patternQuery('retry <*> of <*> attempts')).toBe('retry*of*attempts')
  expect(patternQuery('数据分析完成')).toBe('数据分析完成')
  expect(patternQuery('say "hi" (twice)')).toBe('say*hi*twice')
})

test('what would be syntax is text', () => {
  for (const [pattern, query] of [
    ['-v given', '*-v*given'],
    ['!important', '*!important'],
    ['@team is there', '*@team*is*there'],
    ['/etc/passwd', '*/etc/passwd'],
    ['error: it broke', '*error:*it*broke'],
    ['AND', '*AND'],
    ['NOT', '*NOT'],
  ] as const) {
    expect(patternQuery(pattern)).toBe(query)
    expect(finds(query, pattern)).toBe(true)
    expect(finds(`-${query}`, pattern)).toBe(false)
  }
})

test('where nothing is fixed there is no query', () => {
  for (const pattern of ['', '<*>', '<*> <*>', '"', '* *', '…']) expect(patternQuery(pattern)).toBeUndefined()
})

const word = fc.oneof(
  fc.constantFrom(
    'retry',
    'AND',
    'OR',
    'level:error',
    '-x',
    '(a)',
    '"q"',
    "'q'",
    '/re/',
    '@a:1',
    '*',
    '失败',
    'ＴＩＭＥ',
    'é',
    'e\u0301',
    '42',
    '10.0.0.1',
    '#7',
    '\\',
    '[',
    ']',
    '<*>',
    'a\u00a0b',
    '\u0301x',
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.stringMatching(/^[a-z]{1,9}$/),
)
const message = fc
  .array(fc.tuple(word, fc.constantFrom(' ', '  ', '\t', '', '\n', ', ')), { maxLength: 12 })
  .map((parts) => parts.flat().join(''))
  // What is cut in the middle of a letter that two characters make is not found; see `maskMessage`.
  .filter((text) => text.length < 400)

test('whatever the message: the query of its pattern finds it, and its opposite does not', () => {
  fc.assert(
    fc.property(message, (text) => {
      const query = queryOf(text)
      if (query === undefined) return
      expect(finds(query, text), query).toBe(true)
      expect(finds(`-${query}`, text), query).toBe(false)
    }),
    { numRuns: 3000 },
  )
})

test('all messages of one pattern are found by one query', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { minLength: 2, maxLength: 2 }),
      fc.stringMatching(/^[a-z ]{1,30}$/),
      (ids, text) => {
        const [one, other] = ids.map((id) => `${text} ${id} of "job ${id}"`)
        const query = queryOf(one ?? '')
        if (query !== undefined) expect(finds(query, other ?? '')).toBe(true)
      },
    ),
  )
})

const pattern = (name: string, count: number, last: number, levels: Pattern['levels']): Pattern =>
  ({ pattern: name, count, last, levels }) as Pattern
const all = [
  pattern('often', 9, 1, { debug: 8, info: 1 }),
  pattern('now', 2, 5, { info: 2 }),
  pattern('bad', 1, 3, { error: 1 }),
]
const names = (patterns: readonly Pattern[]): string[] => patterns.map((one) => one.pattern)

test('patterns are sorted by count, time and severity', () => {
  expect(names(sorted(all, 'count'))).toEqual(['often', 'now', 'bad'])
  expect(names(sorted(all, 'newest'))).toEqual(['now', 'bad', 'often'])
  expect(names(sorted(all, 'level'))).toEqual(['bad', 'often', 'now'])
})

test('while they are read they keep their places, and new ones come last', () => {
  expect(names(held(['bad', 'now'], all))).toEqual(['bad', 'now', 'often'])
  expect(names(held([], all))).toEqual(['often', 'now', 'bad'])
})
