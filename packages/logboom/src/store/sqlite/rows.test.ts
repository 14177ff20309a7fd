import type { LogRecord } from '@logboom/sdk/record'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { openDatabase } from './database.ts'
import { decodeRow, encodeRow } from './rows.ts'

const db = openDatabase(':memory:')
db.exec('CREATE TABLE records (series TEXT, time REAL, message TEXT, folded TEXT, body TEXT)')
afterAll(() => db.close())

/** Through a real database: bindings have limits of their own. */
const throughDatabase = (record: LogRecord): LogRecord => {
  const row = encodeRow(record)
  db.exec('DELETE FROM records')
  db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)').run(
    row.series,
    row.time,
    row.message,
    row.folded,
    row.body,
  )
  const [series, time, message, body] =
    db.arrays('SELECT series, time, message, body FROM records').get() ?? []
  return decodeRow(JSON.parse(String(series)), Number(time), String(message), String(body))
}

/** Any string, those that are no Unicode, that have a NUL and that fold to something else among them. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom(
    '',
    '\0',
    'a\0b',
    '\ud800',
    'x\udfffy',
    '"\\',
    'ÄÉ',
    'İ',
    '处理',
    'ﬁ',
    'K',
    '__proto__',
    '\u2028',
  ),
)
const json = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(text, tie('json'), { maxKeys: 3 }),
  ),
})).json
// Fractional to the microsecond.
const time = fc.integer({ min: -8e15, max: 8e15 }).map((micros) => micros / 1000)
const call = fc.oneof(
  fc.record({ attribution: fc.constant('ambiguous'), candidates: fc.array(text, { maxLength: 3 }) }),
  fc.record(
    {
      id: text,
      method: text,
      tool: text,
      requestId: fc.oneof(text, fc.integer()),
      from: fc.constantFrom('client', 'server'),
      attribution: fc.constantFrom('exact', 'inferred'),
      status: fc.constantFrom('started', 'ok', 'lost'),
      durationMs: time,
      later: json,
    },
    { requiredKeys: ['id', 'method', 'requestId', 'from', 'attribution'] },
  ),
)
const record = fc
  .record(
    {
      id: text,
      time,
      observed: time,
      seq: fc.nat(),
      level: fc.constantFrom('debug', 'error'),
      server: text,
      run: text,
      source: fc.constantFrom('stderr', 'call'),
      logger: text,
      message: text,
      attributes: fc.dictionary(text, json, { maxKeys: 4 }),
      call,
      traceId: text,
      client: fc.record({ name: text, version: text }, { requiredKeys: ['name'] }),
      serverVersion: text,
      protocol: text,
      host: text,
      session: text,
      redacted: fc.nat(),
      // What a later version may add.
      later: json,
      nul: fc.constant(null),
    },
    {
      requiredKeys: [
        'id',
        'time',
        'observed',
        'seq',
        'level',
        'server',
        'run',
        'source',
        'message',
        'attributes',
      ],
      noNullPrototype: true,
    },
  )
  // Records come out of JSON.
  .map((value) => JSON.parse(JSON.stringify(value)) as LogRecord)

test('a record comes back from its row as it was', () => {
  fc.assert(
    fc.property(record, fc.boolean(), (value, isSeen) => {
      const original = isSeen ? { ...value, observed: value.time } : value
      expect(throughDatabase(original)).toEqual(original)
    }),
    { numRuns: 3000 },
  )
})

test('a huge message comes back', () => {
  const message = '记录 x'.repeat(500_000)
  const value = { ...fc.sample(record, { numRuns: 1, seed: 1 })[0], message } as LogRecord
  expect(throughDatabase(value).message === message).toBe(true)
})

test('records of one series have one text for it, in whatever order their fields came', () => {
  fc.assert(
    fc.property(record, (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse()) as unknown as LogRecord
      expect(encodeRow(turned).series).toBe(encodeRow(value).series)
    }),
  )
})
