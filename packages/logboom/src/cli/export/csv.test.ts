import type { Json } from '@logboom/sdk/record'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { call, NOON, record } from '../testing.ts'
import { CSV_COLUMNS, createCsvEncoder, isoTime } from './csv.ts'

const line = (columns: string[], fields: Parameters<typeof record>[0], guard = true): string =>
  createCsvEncoder({ columns, guard }).line(record(fields))

/** A reader of RFC 4180, written from its grammar. */
const readCsv = (text: string): string[][] => {
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  while (at < text.length) {
    let cell = ''
    if (text[at] === '"') {
      at++
      for (;;) {
        if (text[at] === '"' && text[at + 1] === '"') {
          cell += '"'
          at += 2
        } else if (text[at] === '"') {
          at++
          break
        } else if (at >= text.length) throw new Error('a quote is open')
        else cell += text[at++]
      }
    } else while (at < text.length && text[at] !== ',' && text[at] !== '\r') cell += text[at++]
    row.push(cell)
    if (text[at] === ',') at++
    else if (text.startsWith('\r\n', at)) {
      rows.push(row)
      row = []
      at += 2
    } else throw new Error(`no end of a cell at ${at}`)
  }
  return rows
}

describe('CSV', () => {
  it('has the fields of queries and the paths of attributes as columns', () => {
    const one = record({
      time: NOON + 0.25,
      level: 'error',
      message: 'lost',
      call: call({ status: 'tool_error', durationMs: 12.5 }),
      attributes: { user: { id: 42 }, 'a.b': [1, { c: null }], ok: true },
    })
    const columns = [
      'time',
      'level',
      'tool',
      'status',
      'duration',
      'message',
      '@user.id',
      '@a.b',
      '@ok',
      '@none',
      'logger',
    ]
    const encoder = createCsvEncoder({ columns, guard: true })
    expect(encoder.header).toBe(`${columns.join(',')}\r\n`)
    expect(encoder.line(one)).toBe(
      '2026-11-22T14:02:11.020250Z,error,analyze_data,tool_error,12.5,lost,42,"[1,{""c"":null}]",true,,\r\n',
    )
  })

  it('finds an attribute as queries do: quoted parts, keys that hold dots, items', () => {
    const attributes = { 'a.b': { c: 1 }, list: ['x', 'y'], 'my key': 2 }
    expect(line(['@a.b.c', '@list.1', '@"my key"'], { attributes })).toBe('1,y,2\r\n')
  })

  it('by default has every column that tells something, attributes as JSON', () => {
    const encoder = createCsvEncoder({ columns: CSV_COLUMNS, guard: true })
    const [header = [], cells = []] = readCsv(
      encoder.header + encoder.line(record({ attributes: { size: 1, text: 'a,"b"' } })),
    )
    expect(Object.fromEntries(header.map((name, index) => [name, cells[index]]))).toMatchObject({
      time: '2026-11-22T14:02:11.020Z',
      level: 'info',
      server: 'analytics',
      message: 'received data',
      attributes: '{"size":1,"text":"a,\\"b\\""}',
    })
  })

  it('is read back as what was written, whatever texts hold', () => {
    const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>
    fc.assert(
      fc.property(
        fc.array(fc.record({ message: fc.string({ unit: 'binary' }), value: json }), { maxLength: 5 }),
        (all) => {
          const encoder = createCsvEncoder({ columns: ['message', '@value', 'seq'], guard: false })
          const records = all.map(({ message, value }) => record({ message, attributes: { value } }))
          const rows = readCsv(records.map(encoder.line).join(''))
          expect(rows).toEqual(
            records.map(({ message, seq, attributes: { value } }) => [
              message,
              value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value),
              String(seq),
            ]),
          )
        },
      ),
      { numRuns: 500 },
    )
  })

  it('gives no spreadsheet a formula to run', () => {
    const evil = ['=1+1', '+1', '-1+1', '@SUM(A1)', '\t=1', '\r\n=1', '＝1', '=HYPERLINK("http://x","y")']
    const encoder = createCsvEncoder({ columns: ['message', '@n'], guard: true })
    const rows = readCsv(
      evil.map((message) => encoder.line(record({ message, attributes: { n: -5 } }))).join(''),
    )
    expect(rows).toEqual(evil.map((message) => [`'${message}`, '-5']))
    expect(encoder.guarded()).toBe(evil.length)
    expect(line(['message'], { message: '=1+1' }, false)).toBe('=1+1\r\n')
    expect(line(['message'], { message: 'a=1' })).toBe('a=1\r\n')
  })

  it.each([
    ['sever', /server/],
    ['@', /@path/],
    ['@a OR b', /@path/],
    ['nothing-like-it', /attributes, message/],
  ])('refuses the column %s and says which there are', (column, hint) => {
    expect(() => createCsvEncoder({ columns: [column], guard: true })).toThrow(
      expect.objectContaining({ code: 'LB_USAGE', hint: expect.stringMatching(hint) }),
    )
  })

  it('needs a column', () => {
    expect(() => createCsvEncoder({ columns: [], guard: true })).toThrow('--columns')
  })
})

describe('a time', () => {
  it('keeps its microseconds, and only where it has some', () => {
    expect(isoTime(NOON)).toBe('2026-11-22T14:02:11.020Z')
    expect(isoTime(NOON + 0.001)).toBe('2026-11-22T14:02:11.020001Z')
    expect(isoTime(-0.5)).toBe('1969-12-31T23:59:59.999500Z')
  })
})
