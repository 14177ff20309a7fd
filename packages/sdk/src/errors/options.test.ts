import { expect, test } from 'vitest'
import { checkOptions, kinds, oneOf, optional } from './options.ts'

const TABLE = {
  url: kinds.url,
  token: optional(kinds.text),
  batch: optional(kinds.count),
  headers: optional(kinds.textTable),
  mode: optional(oneOf('fast', 'safe')),
}
const check = (options: object): string => {
  try {
    checkOptions('xSink', options, TABLE)
    return 'fine'
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string }
    return `${code} ${message}. ${hint}`
  }
}

test('options that are what they have to be pass', () => {
  expect(check({ url: 'https://a.example/x', batch: 3, headers: { a: '' }, mode: 'safe' })).toBe('fine')
  expect(check({ url: 'http://localhost:1', token: undefined })).toBe('fine')
})

test('an error names the option and what it has to be, and never tells a value', () => {
  const url = 'https://a.example'
  expect(check({})).toBe(
    'LB_SINK_OPTIONS xSink: the option "url" is needed. It has to be an http or https address.',
  )
  const cases: [string, unknown, string][] = [
    ['url', 'ftp://s3cret', 'an http or https address'],
    ['token', '', 'a text that is not empty'],
    ['batch', 0, 'a whole number from 1'],
    ['batch', '5', 'a whole number from 1'],
    ['headers', { 's3cret-name': 1 }, 'an object of texts'],
    ['mode', 's3cret', 'one of fast, safe'],
  ]
  for (const [name, value, words] of cases) {
    const told = check({ url, [name]: value })
    expect(told).toBe(
      `LB_SINK_OPTIONS xSink: the option "${name}" is not what it has to be. It has to be ${words}.`,
    )
    expect(told).not.toContain('s3cret')
  }
})

test('an unknown option is told with the one that was meant', () => {
  const url = 'https://a.example'
  expect(check({ url, bacth: 1 })).toBe('LB_SINK_OPTIONS xSink has no option "bacth". Did you mean "batch"?')
  expect(check({ url, zzzzzzzz: 1 })).toContain('Its options: url, token, batch, headers, mode.')
})
