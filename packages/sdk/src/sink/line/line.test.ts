import fc from 'fast-check'
import { expect, it, describe as suite } from 'vitest'
import { LEVELS } from '../../record/index.ts'
import { makeRecord } from '../../testing/index.ts'
import { jsonLine, lineEncoder, prettyLine } from './index.ts'

// Everything that moves a cursor, begins a line, reorders or hides.
const nasty = fc.oneof(
  fc.constantFrom(
    '\n',
    '\r\n',
    '\u001b[31m',
    '\u001b]0;title\u0007',
    '\u009b2J',
    '\u202e',
    '\u2028',
    '\0',
    '\t',
    '\ud800',
    '\u{e0041}',
    '\u200b',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom('level=error', 'a b', '失败', '😀'),
)
const text = fc.array(nasty, { maxLength: 8 }).map((parts) => parts.join(''))
const record = fc
  .record({
    message: text,
    logger: text,
    server: text,
    tool: text,
    key: text,
    value: text,
    level: fc.constantFrom(...LEVELS),
  })
  .map(({ message, logger, server, tool, key, value, level }) =>
    makeRecord(1, {
      message,
      logger,
      server,
      level,
      attributes: { [key === '__proto__' ? 'k' : key]: value, deep: { list: [value] } },
      call: { id: 'c', method: 'tools/call', tool, requestId: 1, from: 'client', attribution: 'exact' },
    }),
  )
const ACTS = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u

suite('a line', { timeout: 30_000 }, () => {
  it('is one physical line without anything that acts, in every format (row 36)', () => {
    fc.assert(
      fc.property(record, fc.constantFrom('pretty' as const, 'json' as const), (one, format) => {
        const line = lineEncoder(format)(one)
        expect(line.endsWith('\n')).toBe(true)
        expect(line.slice(0, -1)).not.toMatch(ACTS)
      }),
      { numRuns: 1000 },
    )
  })

  it('as JSON is the record again', () => {
    fc.assert(
      fc.property(record, (one) => {
        expect(JSON.parse(jsonLine(one))).toEqual(one)
      }),
      { numRuns: 500 },
    )
  })

  it('shows forged lines and colours as text (row 36)', () => {
    const message = 'ok\n12:00:00.000 emergency \u001b[31mfake\u001b[0m level=alert'
    const line = prettyLine(makeRecord(0, { message }), { time: 'date' })
    expect(line).toBe(
      '2025-10-09T08:53:20.000Z info      analytics ok␊12:00:00.000 emergency ␛[31mfake␛[0m level=alert',
    )
  })

  it('is readable', () => {
    const one = makeRecord(0, {
      level: 'warning',
      source: 'app',
      logger: 'db',
      message: 'slow query',
      attributes: { ms: 812, sql: 'select 1' },
      call: {
        id: 'c',
        method: 'tools/call',
        tool: 'analyze',
        requestId: 1,
        from: 'client',
        attribution: 'inferred',
      },
      redacted: 2,
      truncated: 70_000,
    })
    expect(prettyLine(one, { time: 'date' })).toBe(
      '2025-10-09T08:53:20.000Z warning   analytics analyze [app db] slow query  ms=812 sql="select 1"  [2 masked]  [cut from 70000 bytes]',
    )
    expect(prettyLine(one)).toMatch(/^\d\d:\d\d:20\.000 warning /)
    const outcome = makeRecord(0, {
      source: 'call',
      message: 'tools/call add ok',
      call: {
        id: 'c',
        method: 'tools/call',
        tool: 'add',
        requestId: 1,
        from: 'client',
        attribution: 'exact',
        status: 'ok',
        durationMs: 3.04,
      },
    })
    expect(prettyLine(outcome, { time: 'date' })).toBe(
      '2025-10-09T08:53:20.000Z info      analytics add ok 3 ms',
    )
    // A message made of the fields is not said twice.
    expect(prettyLine(makeRecord(0, { message: 'a=1', attributes: { a: 1 } }))).toMatch(/analytics a=1$/)
  })

  it('has colours only when asked', () => {
    const one = makeRecord(0, { level: 'error', attributes: { a: 1 } })
    expect(prettyLine(one, { color: true })).toContain('\u001b[31merror    \u001b[0m')
    expect(prettyLine({ ...one, time: Number.NaN })).toMatch(/^--:--:--\.--- error/)
  })
})
