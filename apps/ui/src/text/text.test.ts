import { parseQuery } from '@logboom/sdk/query'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { en } from './en/index.ts'
import { languageOf } from './index.tsx'
import { zh } from './zh/index.ts'

/** Every word of a dictionary by its path; what a function of words says is known when it is called. */
const words = (dictionary: object, path = ''): (readonly [string, unknown])[] =>
  Object.entries(dictionary).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null
      ? words(value, `${path}${key}.`)
      : [[path + key, value] as const],
  )

test('both dictionaries have the same words', () => {
  const shape = (dictionary: object) =>
    words(dictionary)
      .map(([path, value]) => `${path}: ${typeof value}`)
      .sort()
  expect(shape(zh)).toEqual(shape(en))
})

test('no word is empty', () => {
  for (const dictionary of [en, zh])
    expect(words(dictionary).filter(([, value]) => typeof value === 'string' && value.trim() === '')).toEqual(
      [],
    )
})

/** Names, ids and examples of the query language: the same in every language. */
const SAME_EVERYWHERE = /^(ask\.(placeholder|about\.(trace|span)Id)|welcome\.hostNames\.)/

test('what can be said in Chinese is not left in English', () => {
  const english = new Map(words(en))
  const left = words(zh).filter(
    ([path, value]) =>
      typeof value === 'string' &&
      value === english.get(path) &&
      !SAME_EVERYWHERE.test(path) &&
      /\s/.test(value),
  )
  expect(left).toEqual([])
})

test('the language is what is chosen, or the first of the browser’s that there is', () => {
  expect(languageOf('zh', ['en-US'])).toBe('zh')
  expect(languageOf('system', ['de-DE', 'zh-TW', 'en'])).toBe('zh')
  expect(languageOf('system', ['en-GB', 'zh'])).toBe('en')
  expect(languageOf('system', ['fr'])).toBe('en')
  expect(languageOf('system', [])).toBe('en')
})

/** What the query language says is wrong with a query. */
const problemOf = (query: string): string | undefined => {
  try {
    parseQuery(query, { now: 0 })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

const PIECES = [
  ...['a', 'b*', '"', '"a b"', '(', ')', ' ', ' ', 'AND', 'OR', 'NOT ', '-', ':', '@', '@"x"', '*', '[', ']'],
  ...['level:', 'duration:', 'size:', 'time:', 'status:', 'message:', 'user.name:', 'bytes:', 'request:'],
  ...[
    '[1 TO 2]',
    '[9 TO 2]',
    ' TO ',
    '>=',
    '<',
    '/a/',
    '/a/g',
    '/',
    'warn',
    '10ms',
    '64kib',
    'now-1h',
    'x(y',
  ],
  ...['a.'.repeat(40), '('.repeat(200), 'long '.repeat(2000)],
]

test('whatever the query language says, it can be said in Chinese', () => {
  const said = new Set<string>()
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 8 }), (pieces) => {
      const problem = problemOf(pieces.join(''))
      if (problem === undefined) return
      const told = zh.ask.problem(problem)
      said.add(told.replaceAll(/[^\p{Script=Han}]/gu, ''))
      expect(told).not.toBe(problem)
      // Its own words are gone; what is quoted of the query, names and examples stay.
      expect(told).not.toMatch(/\b(is|needs|like|Missing|Expected|write|Put|of)\b/)
    }),
    { numRuns: 10_000 },
  )
  // The soup comes to nearly all that can be said.
  expect(said.size).toBeGreaterThan(20)
})
