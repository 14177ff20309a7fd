import { describe, expect, it } from 'vitest'
import { renderExplanation } from './render/index.ts'
import { keysOf, sqlLines, sqlTable } from './sql.ts'

const RESULT = {
  columns: ['server', 'records', 'worst'],
  rows: [
    ['工具', 12, null],
    ['a\u001b[2J', 1.5, 'error'],
  ] as (string | number | null)[][],
  cut: false,
}

describe('the rows of a statement', () => {
  it('are a table: numbers on the right, nothing in them acts on the terminal', () => {
    expect(sqlTable(RESULT, { color: false })).toBe(
      ['  server  records  worst', '  工具         12  NULL', '  a␛[2J       1.5  error'].join('\n'),
    )
  })

  it('are cut on a terminal only', () => {
    const long = { columns: ['message'], rows: [['x'.repeat(200)]], cut: false }
    expect(sqlTable(long, { color: false })).toContain('x'.repeat(200))
    expect(sqlTable(long, { color: false, width: 100 })).toContain(`${'x'.repeat(79)}…`)
  })

  it('are one object a line as JSON, in the order of the columns', () => {
    expect(sqlLines(RESULT)).toEqual([
      '{"server":"工具","records":12,"worst":null}\n',
      '{"server":"a\\u001b[2J","records":1.5,"worst":"error"}\n',
    ])
    expect(sqlLines({ columns: ['__proto__'], rows: [[1]], cut: false })).toEqual(['{"__proto__":1}\n'])
  })

  it('keep columns of the same name apart', () => {
    expect(keysOf(['n', 'n', 'n_2', 'n'])).toEqual(['n', 'n_2', 'n_2_2', 'n_3'])
  })
})

describe('an explanation', () => {
  it('says what serves each condition, and how much of each file was read', () => {
    const text = renderExplanation(
      {
        query: 'level:>=error refused',
        files: [
          { name: 'hot-000000131073.db', kind: 'hot', rows: 1200, blocks: { of: 5, read: 5 } },
          { name: 'segment-000000000001.db', kind: 'sealed', rows: 131072, blocks: { of: 512, read: 3 } },
          {
            name: 'segment-000000262145.db',
            kind: 'sealed',
            rows: 9,
            skipped: 'time',
            blocks: { of: 1, read: 0 },
          },
        ],
        conditions: ['level:>=error: series', '"refused": index of 3-grams'],
        sql: `SELECT …\nFROM records WHERE series IN (json_each('[${Array.from({ length: 40 }, (_, id) => id)}]'))`,
        matched: 7,
        checked: 1968,
        ms: 12.25,
      },
      { color: false },
    )
    expect(text).toBe(
      [
        'Query',
        '  level:>=error refused',
        '',
        'Served by',
        '  level:>=error: series',
        '  "refused": index of 3-grams',
        '',
        'Files',
        '  file                     kind    records  blocks read  ',
        '  hot-000000131073.db      hot       1,200       5 of 5  ',
        '  segment-000000000001.db  sealed  131,072     3 of 512  ',
        '  segment-000000262145.db  sealed        9       0 of 1  not opened: outside the time',
        '',
        'SQL of one file',
        '  SELECT …',
        "  FROM records WHERE series IN (json_each('[0,1,2,3,4,5,6,7,… 32 more]'))",
        '',
        '7 records of 1,968 looked at, 8 of 518 blocks read, in 12 ms',
      ].join('\n'),
    )
  })
})
