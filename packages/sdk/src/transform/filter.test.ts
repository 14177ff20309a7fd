import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { makeRecord } from '../testing/index.ts'
import { filter } from './filter.ts'

const records = [
  makeRecord(0, { level: 'debug' }),
  makeRecord(1, { level: 'info' }),
  makeRecord(2, { level: 'error', server: 'noisy' }),
]

const left = (...of: Parameters<typeof filter>): number[] => {
  const stage = filter(...of).start()
  return records.filter((record) => stage.take(record, 0) === record).map(({ seq }) => seq)
}

test('passes what a query, a level or a function means', () => {
  expect(left('level:>=info -server:noisy')).toEqual([1])
  expect(left({ level: 'info' })).toEqual([1, 2])
  expect(left(({ seq }) => seq !== 1)).toEqual([0, 2])
  expect(left('')).toEqual([0, 1, 2])
})

test('a regular expression needs an engine', () => {
  expect(() => filter('/x/')).toThrow(
    expect.objectContaining({
      code: 'LB_SINK_OPTIONS',
      message: 'filter: a regular expression in a query needs the option "regex"',
    }),
  )
  const regex = (source: string) => (text: string) => RE2JS.compile(source).matcher(text).find()
  expect(left('/^rec.rd [12]/', { regex })).toEqual([1, 2])
})

test('what is wrong with a query is told with its place, and who was given it', () => {
  expect(() => filter('level:>=info (')).toThrow(
    expect.objectContaining({
      code: 'LB_QUERY_SYNTAX',
      message: expect.stringMatching(/^filter: /),
      column: 15,
      input: 'level:>=info (',
    }),
  )
  expect(() => filter({ level: 'loud' as never })).toThrow(
    'filter: what it selects by is not what it has to be',
  )
  expect(() => filter({ level: 'info', server: 'x' } as never)).toThrow('filter: what it selects by')
})
