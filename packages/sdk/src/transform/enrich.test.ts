import { expect, test } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { makeRecord } from '../testing/index.ts'
import { enrich } from './enrich.ts'

const enriched = (given: LogRecord, ...of: Parameters<typeof enrich>): LogRecord | undefined =>
  enrich(...of)
    .start()
    .take(given, 0)

test('adds what is not there, and replaces only when told to', () => {
  const given = makeRecord(0, { attributes: { region: 'us', n: 1 } })
  const fields = { region: 'eu', team: 'data', none: undefined }
  expect(enriched(given, fields)?.attributes).toEqual({ region: 'us', n: 1, team: 'data' })
  expect(enriched(given, fields, { overwrite: true })?.attributes).toEqual({
    region: 'eu',
    n: 1,
    team: 'data',
  })
  expect(given.attributes).toEqual({ region: 'us', n: 1 })
})

test('by what a function says of the record; of nothing, the record itself goes on', () => {
  const given = makeRecord(0, { server: 'payments' })
  expect(enriched(given, ({ server }) => ({ of: server }))?.attributes).toEqual({ of: 'payments' })
  for (const nothing of [undefined, {}, 'text', 5, [1], Promise.resolve({ a: 1 })])
    expect(enriched(given, () => nothing as never)).toBe(given)
})

test('anything becomes JSON, and a name is only a name', () => {
  const circle: Record<string, unknown> = {}
  circle.self = circle
  const fields = JSON.parse('{"__proto__":{"x":1}}')
  const result = enriched(makeRecord(0), { ...{ big: 10n, at: new Date(0), circle } })
  expect(result?.attributes).toMatchObject({ at: '1970-01-01T00:00:00.000Z' })
  expect(() => JSON.stringify(result)).not.toThrow()
  const odd = enriched(makeRecord(0), fields)
  expect(Object.keys(odd?.attributes ?? {})).toEqual(['__proto__'])
  expect(Object.getPrototypeOf(odd?.attributes)).toBe(Object.prototype)
})

test('the record is cut to its bounds again, and says so', () => {
  const result = enriched(
    makeRecord(0, { attributes: { small: 1 } }),
    { big: 'word '.repeat(1000) },
    { maxBytes: 800 },
  )
  expect(JSON.stringify(result?.attributes).length).toBeLessThanOrEqual(820)
  expect(result?.attributes.small).toBe(1)
  expect(result?.truncated).toBeGreaterThan(4000)
})

test('what it cannot add is told where it is given', () => {
  expect(() => enrich('a secret' as never)).toThrow(
    'enrich: what it adds is neither an object nor a function',
  )
  expect(() => enrich({}, { overwrite: 1 as never })).toThrow('enrich: the option "overwrite"')
})
