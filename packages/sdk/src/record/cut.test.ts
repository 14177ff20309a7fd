import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byteLength, cutRecord, cutText, DEFAULT_BOUNDS, dropLastToken } from './cut.ts'
import type { Attributes, Json, LogRecord } from './types.ts'

const encoded = (text: string): number => new TextEncoder().encode(text).length
const jsonSize = (value: Json): number => encoded(JSON.stringify(value))

const record = (message: string, attributes: Attributes = {}): LogRecord => ({
  id: 'i',
  time: 0,
  observed: 0,
  seq: 0,
  level: 'info',
  server: 's',
  run: 'r',
  source: 'message',
  message,
  attributes,
})

// Texts of words and delimiters, with everything that is more than one byte or one unit.
const piece = fc.oneof(
  fc.constantFrom(
    ' ',
    ', ',
    '\n',
    '"',
    '=',
    '，',
    '\u3000',
    '\ufeff',
    '\ud83d',
    '\ude00',
    '😀',
    '失败',
    'ß',
    '\ufffd',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/),
)
const text = fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(''))
const TOKEN = /^[a-zA-Z0-9_-]$/

describe('byteLength', { timeout: 60_000 }, () => {
  it('is the length in UTF-8, lone surrogates too', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(byteLength(one)).toBe(encoded(one))
      }),
      { numRuns: 1000 },
    )
    for (const one of ['\ud800', '\udc00', '\ud800\ud800', '\udc00\ud800', 'a\ud83d', '😀']) {
      expect(byteLength(one)).toBe(encoded(one))
    }
  })
})

describe('cutText', { timeout: 60_000 }, () => {
  it('keeps a text that fits', () => {
    fc.assert(
      fc.property(text, (one) => {
        expect(cutText(one, encoded(one))).toBe(one)
      }),
    )
  })

  it('never exceeds its bound in bytes', () => {
    fc.assert(
      fc.property(text, fc.nat(120), (one, max) => {
        expect(encoded(cutText(one, max))).toBeLessThanOrEqual(max)
      }),
      { numRuns: 2000 },
    )
  })

  it('leaves a beginning of the text, and never a part of a token', () => {
    fc.assert(
      fc.property(text, fc.nat(120), (one, max) => {
        const cut = cutText(one, max)
        if (cut === one || cut === '' || cut === '…' || /^\[one token of \d+ bytes\]$/.test(cut)) return
        expect(cut.endsWith('…')).toBe(true)
        const head = cut.slice(0, -1)
        const written = new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(one))
        expect(written.startsWith(head)).toBe(true)
        const inside = TOKEN.test(written[head.length - 1] ?? '') && TOKEN.test(written[head.length] ?? '')
        expect(inside).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('leaves of one long token nothing but its size', () => {
    const secret = 'sk-'.padEnd(500, 'x')
    for (let max = 0; max < 500; max++) expect(cutText(secret, max)).not.toContain('sk-')
    expect(cutText(secret, 100)).toBe('[one token of 500 bytes]')
  })

  it('cuts at every bound before the token it would split', () => {
    for (let max = 0; max < 40; max++) {
      const cut = cutText('see key=AKIA0123456789ABCDEF for it and more', max)
      if (max < 31) expect(cut).not.toContain('AK')
    }
    expect(cutText('alpha beta gamma', 12)).toBe('alpha …')
  })

  it('cuts Chinese at its punctuation', () => {
    expect(cutText('调用失败，请重试。再来一次', 30)).toBe('调用失败，请重试。…')
  })
})

describe('dropLastToken', () => {
  it('drops what stands after the last delimiter', () => {
    expect(dropLastToken('a b=cd')).toBe('a b=')
    expect(dropLastToken('abcd')).toBe('')
    expect(dropLastToken('ab ')).toBe('ab ')
  })
})

describe('cutRecord', { timeout: 60_000 }, () => {
  const bounds = { message: 40, payload: 60, attributes: 80, name: 1024 }
  const value: fc.Arbitrary<Json> = fc.oneof(
    text,
    fc.integer(),
    fc.constant(null),
    fc.array(text, { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 4 }), text, { maxKeys: 3 }),
  )
  const name = fc.oneof(
    fc.constantFrom('arguments', 'result', 'error', '__proto__'),
    fc.string({ maxLength: 30 }),
  )
  const attributes = fc
    .array(fc.tuple(name, value), { maxLength: 30 })
    .map((entries): Attributes => Object.fromEntries(entries))

  it('returns a record that is within its bounds as it is', () => {
    const one = record('hello', { arguments: { a: 1 }, b: 'c' })
    expect(cutRecord(one)).toBe(one)
    fc.assert(
      fc.property(text, attributes, (message, fields) => {
        const cut = cutRecord(record(message, fields), bounds)
        expect(cutRecord(cut, { message: 40, payload: 62, attributes: 80, name: 1024 }).message).toBe(
          cut.message,
        )
        const again = record(message, fields)
        expect(cutRecord(again)).toBe(again)
      }),
    )
  })

  it('keeps every bound, and says so if and only if something was cut', () => {
    fc.assert(
      fc.property(text, attributes, (message, fields) => {
        const before = JSON.stringify(fields)
        const one = record(message, fields)
        const cut = cutRecord(one, bounds)
        expect(encoded(cut.message)).toBeLessThanOrEqual(bounds.message)
        let rest = 0
        for (const [key, field] of Object.entries(cut.attributes)) {
          if (key === 'arguments' || key === 'result' || key === 'error') {
            expect(typeof field === 'string' ? encoded(field) : jsonSize(field)).toBeLessThanOrEqual(
              bounds.payload,
            )
          } else rest += jsonSize(key) + jsonSize(field)
        }
        expect(rest).toBeLessThanOrEqual(bounds.attributes)
        expect(JSON.stringify(fields)).toBe(before)
        expect(cut.truncated === undefined).toBe(cut === one)
        if (cut.truncated !== undefined) expect(cut.truncated).toBeGreaterThan(0)
      }),
      { numRuns: 1000 },
    )
  })

  it('says how large it was', () => {
    const message = 'word '.repeat(20_000)
    const cut = cutRecord(record(message, { arguments: { rows: 'x '.repeat(50_000) } }))
    expect(cut.truncated).toBe(100_000 + jsonSize({ rows: 'x '.repeat(50_000) }))
    expect(encoded(cut.message)).toBeLessThanOrEqual(DEFAULT_BOUNDS.message)
    expect(typeof cut.attributes.arguments).toBe('string')
  })

  it('keeps the size told by whoever cut first', () => {
    const cut = cutRecord({ ...record('word '.repeat(20_000)), truncated: 5_000_000 })
    expect(cut.truncated).toBe(5_000_000)
  })

  it('cuts the largest fields first and keeps the small ones', () => {
    const cut = cutRecord(record('', { small: 'kept', big: 'word '.repeat(20_000), id: 7 }))
    expect(cut.attributes).toMatchObject({ small: 'kept', id: 7 })
    expect(cut.attributes.big).toMatch(/^word .*…$/)
  })

  it('drops fields when there are too many to keep even a share of each', () => {
    const fields = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`f${i}`, 'word '.repeat(3000)]))
    const cut = cutRecord(record('', fields))
    expect(jsonSize(cut.attributes)).toBeLessThanOrEqual(DEFAULT_BOUNDS.attributes)
    expect(Object.keys(cut.attributes).length).toBeGreaterThanOrEqual(6)
  })

  it('leaves no part of a token at any bound', () => {
    const secret = 'AKIA0123456789ABCDEF'
    for (let size = 0; size < 60; size++) {
      const cut = cutRecord(
        record(`a message with ${secret} in it`, { arguments: { k: `b ${secret}` }, x: `c ${secret}` }),
        {
          message: size,
          payload: size,
          attributes: size,
          name: 1024,
        },
      )
      expect(JSON.stringify(cut).replaceAll(secret, '')).not.toContain('AKI')
    }
  })
})

describe('names of a record', () => {
  const long = 'n'.repeat(5000)
  const base: LogRecord = {
    id: 'i',
    time: 1,
    observed: 1,
    seq: 0,
    level: 'info',
    server: 's',
    run: 'r',
    source: 'message',
    message: 'm',
    attributes: {},
  }

  it('are cut each, and what they had is told', () => {
    const cut = cutRecord({
      ...base,
      logger: `${long} ${long}`,
      client: { name: long, version: '1' },
      call: {
        id: 'c',
        method: 'tools/call',
        tool: long,
        requestId: long,
        from: 'client',
        attribution: 'exact',
      },
    })
    expect(JSON.stringify(cut).length).toBeLessThan(2_000)
    expect(cut.client?.version).toBe('1')
    expect(cut.call).toMatchObject({ id: 'c', method: 'tools/call', tool: '[one token of 5000 bytes]' })
    expect(cut.truncated).toBe(10_001 + 5000 + 5000 + 5000)
  })

  it('stay as they are when they are short', () => {
    const record: LogRecord = { ...base, logger: 'db', client: { name: 'c' }, protocol: '2025-11-25' }
    expect(cutRecord(record)).toBe(record)
  })
})
