import { compile, FIELDS, fold, parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { queryOf, START } from '../location/place.ts'
import { attributeField, filterIn, filterOut, negated, replaceWith, termOf, type Value } from './filters.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 30)
const RECORD: LogRecord = {
  id: '019a0000-0000-7000-8000-000000000001',
  time: NOW,
  observed: NOW,
  seq: 0,
  level: 'info',
  server: 'fs',
  run: 'r-1',
  source: 'stderr',
  message: 'ready',
  attributes: {},
}

const finds = (query: string, record: LogRecord): boolean =>
  compile(parseQuery(query, { now: NOW }), {
    regex: () => {
      throw new Error('no term is a regular expression')
    },
  })(record)

/** What breaks quoting: everything that is syntax somewhere. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        '*',
        '"',
        '\\',
        ' ',
        '(',
        ')',
        ':',
        '-',
        '!',
        '/',
        '@',
        '.',
        '[',
        '>',
        'OR',
        'TO',
        'a',
        '失败',
        'now',
        '\n',
        '＊',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'AND',
    'OR',
    'NOT',
    'TO',
    'now',
    'now-15m',
    '*',
    '/re/',
    '/etc/passwd',
    '//x',
    'fs*',
    'a b*',
    'x*y',
    'C:\\logs',
    '[a TO b]',
    '>5',
    '',
    '2026',
    'true',
    'null',
  ),
)

const attributeWith = (path: readonly string[], value: Value): LogRecord['attributes'] =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as LogRecord['attributes']

const RUNS = { numRuns: 500 }

describe('a term finds exactly its value', () => {
  it('of a text field', () => {
    fc.assert(
      fc.property(nasty, nasty, (value, other) => {
        const term = termOf('logger', value)
        expect(finds(term, { ...RECORD, logger: value })).toBe(true)
        expect(finds(term, RECORD)).toBe(false)
        expect(finds(term, { ...RECORD, logger: other })).toBe(fold(other) === fold(value))
        expect(finds(term, { ...RECORD, logger: `${value}x` })).toBe(false)
        expect(finds(negated(term), { ...RECORD, logger: value })).toBe(false)
      }),
      RUNS,
    )
  })

  it('of an attribute, whatever its name', () => {
    const key = nasty.filter((name) => name !== '__proto__')
    const path = fc.array(key, { minLength: 1, maxLength: 4 })
    const value = fc.oneof(
      nasty,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    )
    fc.assert(
      fc.property(path, value, (keys, one) => {
        const term = termOf(attributeField(keys), one)
        expect(finds(term, { ...RECORD, attributes: attributeWith(keys, one) })).toBe(true)
        expect(finds(term, { ...RECORD, attributes: attributeWith(keys, `${one}x`) })).toBe(false)
        expect(finds(term, { ...RECORD, attributes: attributeWith([...keys, 'deeper'], one) })).toBe(false)
        expect(finds(term, RECORD)).toBe(false)
      }),
      RUNS,
    )
  })

  it('beside any other term', () => {
    fc.assert(
      fc.property(nasty, nasty, (one, two) => {
        const query = `${termOf('logger', one)} ${negated(termOf('host', two))} ${termOf('@x', two)}`
        const record = { ...RECORD, logger: one, host: `${two}x`, attributes: { x: two } }
        expect(finds(query, record)).toBe(true)
        expect(finds(query, { ...record, host: two })).toBe(false)
      }),
      RUNS,
    )
  })

  it('of times, numbers and choices', () => {
    const cases: [string, Value, LogRecord][] = [
      ['time', NOW + 0.25, { ...RECORD, time: NOW + 0.25 }],
      ['time', 1000, { ...RECORD, time: 1000 }],
      ['observed', NOW, RECORD],
      ['level', 'info', RECORD],
      ['source', 'stderr', RECORD],
      ['seq', 0, RECORD],
      ['truncated', 1e21, { ...RECORD, truncated: 1e21 }],
      ['@a', null, { ...RECORD, attributes: { a: null } }],
    ]
    for (const [field, value, record] of cases) expect(finds(termOf(field, value), record)).toBe(true)
    expect(finds(termOf('time', NOW + 1), RECORD)).toBe(false)
    expect(finds(termOf('level', 'error'), RECORD)).toBe(false)
  })

  it('and is written as a person would', () => {
    expect(termOf('server', 'fs-backup')).toBe('server:fs-backup')
    expect(termOf('user.id', 42)).toBe('@user.id:42')
    expect(termOf('@level', 'x')).toBe('@level:x')
    expect(termOf('message', 'connection refused')).toBe('message:"connection refused"')
    expect(attributeField(['http.url', 'full name'])).toBe('@"http.url"."full name"')
    for (const { name } of FIELDS) expect(termOf(name, 'x')).toBe(`${name}:x`)
  })
})

describe('a click on a value', () => {
  const place = START

  it('adds a chip, once', () => {
    const once = { ...place, ...filterIn('server', 'fs')(place) }
    expect(once.chips).toEqual([{ term: 'server:fs', on: true }])
    expect(filterIn('server', 'fs')(once as typeof place).chips).toEqual(once.chips)
  })

  it('takes the place of its opposite, and of a value that could not be there too', () => {
    const chips = [
      { term: '-server:fs', on: true },
      { term: 'level:error', on: true },
      { term: 'server:web', on: false },
      { term: 'server:db', on: true },
    ]
    expect(filterIn('server', 'fs')({ chips }).chips).toEqual([
      { term: 'level:error', on: true },
      { term: 'server:web', on: false },
      { term: 'server:fs', on: true },
    ])
    expect(filterOut('level', 'error')({ chips: chips.slice(1, 2) }).chips).toEqual([
      { term: '-level:error', on: true },
    ])
  })

  it('keeps other attributes: a list has many', () => {
    const chips = [{ term: '@tags:a', on: true }]
    expect(filterIn('@tags', 'b')({ chips }).chips).toHaveLength(2)
  })

  it('switches on what was off, and can replace everything', () => {
    expect(filterOut('tool', 'ping')({ chips: [{ term: '-tool:ping', on: false }] }).chips).toEqual([
      { term: '-tool:ping', on: true },
    ])
    const all = { ...place, q: 'a OR b', chips: [{ term: 'level:error', on: true }] }
    expect(queryOf({ ...all, ...replaceWith('tool', 'a b')() } as typeof place)).toBe('tool:"a b"')
  })
})
