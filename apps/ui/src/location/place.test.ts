import { compile, parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { addressOf, type Chip, type Place, queryOf, readPlace, START, VIEWS } from './place.ts'

const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
const term = fc.oneof(
  text,
  text.map((rest) => `~${rest}`),
  text.map((rest) => `+${rest}`),
)
/** `.` and `..` are no names in a path: a browser goes up by them. */
const name = text.filter((one) => !/^\.{1,2}$/.test(one))

const chip: fc.Arbitrary<Chip> = fc.record({ term, on: fc.boolean() })

const place: fc.Arbitrary<Place> = fc
  .record(
    {
      view: fc.constantFrom(...VIEWS),
      page: name,
      q: fc.oneof(fc.constant(''), text),
      chips: fc.array(chip, { maxLength: 4 }),
      since: text,
      until: text,
      order: fc.constantFrom('oldest' as const, 'newest' as const),
      by: text,
      mark: fc.oneof(fc.constant(''), text),
      record: text,
      call: text,
      around: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    },
    { requiredKeys: ['view', 'q', 'chips', 'order', 'by', 'mark'] },
  )
  .map(({ page, ...rest }) => ({ ...rest, ...(rest.view === 'calls' && page !== undefined ? { page } : {}) }))

const read = (address: string): Place => readPlace(new URL(address, 'http://127.0.0.1:7400'))

describe('an address', () => {
  test('is its place, whatever was typed', () => {
    fc.assert(
      fc.property(place, (one) => {
        expect(read(addressOf(one))).toEqual(one)
      }),
      { numRuns: 500 },
    )
  })

  test('that means nothing is the start, and never a fault', () => {
    for (const address of [
      '/',
      '/nowhere',
      '/calls/',
      '/?q=&f=&since=&order=sideways&around=-1',
      '/?around=x',
    ])
      expect({ ...read(address), view: 'stream' }).toEqual(START)
    expect(read('/calls/%E0%A4%A')).toEqual({ ...START, view: 'calls' })
    fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), (url) => void readPlace(new URL(url))))
    fc.assert(
      fc.property(
        fc.string(),
        fc.string(),
        (pathname, search) => void readPlace({ pathname: `/${pathname}`, search }),
      ),
    )
  })

  test('of the start is as short as it can be', () => {
    expect(addressOf(START)).toBe('/')
    expect(addressOf({ ...START, view: 'tools' })).toBe('/tools')
    expect(addressOf({ ...START, view: 'calls', page: 'a/b' })).toBe('/calls/a%2Fb')
    expect(addressOf({ ...START, chips: [{ term: 'level:error', on: false }] })).toBe('/?f=%7Elevel%3Aerror')
  })
})

const LEAVES = [
  'level:error',
  'tool:ping',
  '-server:fs',
  '"an OR of words"',
  'rows',
  'NOT rows',
  '@n:>2',
  'OR2',
]
const expression: fc.Arbitrary<string> = fc.letrec<{ one: string; all: string }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...LEAVES),
    tie('all').map((all) => `(${all})`),
  ),
  all: fc
    .tuple(
      tie('one'),
      fc.array(fc.tuple(fc.constantFrom(' ', ' AND ', ' OR '), tie('one')), { maxLength: 3 }),
    )
    .map(([first, rest]) => first + rest.flat().join('')),
})).all

const record = (
  level: LogRecord['level'],
  server: string,
  tool: string,
  message: string,
  n: number,
): LogRecord => ({
  id: 'id',
  time: 0,
  observed: 0,
  seq: 0,
  run: 'run',
  source: 'message',
  level,
  server,
  message,
  attributes: { n },
  call: { id: 'c', method: 'tools/call', tool, requestId: 1, from: 'client', attribution: 'exact' },
})

const RECORDS = (['error', 'info'] as const).flatMap((level) =>
  ['fs', 'db'].flatMap((server) =>
    ['ping', 'search'].flatMap((tool) =>
      ['rows', 'an OR of words', 'OR2'].flatMap((message) =>
        [1, 3].map((n) => record(level, server, tool, message, n)),
      ),
    ),
  ),
)

const found = (query: string): number[] => {
  const matches = compile(parseQuery(query, { now: 0 }), {
    regex: () => () => false,
  })
  return RECORDS.flatMap((one, index) => (matches(one) ? [index] : []))
}

describe('what is asked', () => {
  test('is what is typed and every chip that is on, whatever ORs are in them', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constant(''), expression),
        fc.array(fc.record({ term: expression, on: fc.boolean() }), { maxLength: 3 }),
        (q, chips) => {
          const parts = [q, ...chips.filter(({ on }) => on).map(({ term }) => term)].map(found)
          const all = RECORDS.map((_, index) => index).filter((index) =>
            parts.every((part) => part.includes(index)),
          )
          expect(found(queryOf({ q, chips }))).toEqual(all)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('is only what is typed where nothing needs parentheses', () => {
    expect(queryOf({ q: ' a OR b ', chips: [] })).toBe('a OR b')
    expect(queryOf({ q: 'a b', chips: [{ term: 'level:error', on: true }] })).toBe('a b level:error')
    expect(queryOf({ q: '', chips: [{ term: 'level:error', on: false }] })).toBe('')
  })
})
