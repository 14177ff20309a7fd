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
