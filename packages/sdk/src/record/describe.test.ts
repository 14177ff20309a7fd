import { expect, it, describe as suite } from 'vitest'
import { describe, fieldsText } from './describe.ts'
import type { LogRecord } from './types.ts'

const record = (fields: Partial<LogRecord>): LogRecord => ({
  id: 'i',
  time: 0,
  observed: 0,
  seq: 0,
  level: 'info',
  server: 's',
  run: 'r',
  source: 'message',
  message: '',
  attributes: {},
  ...fields,
})

suite('describe', () => {
  it('makes a text from the fields of a record that has none', () => {
    expect(describe(record({ attributes: { step: 'start', n: 1, ok: true } })).message).toBe(
      'step=start n=1 ok=true',
    )
  })

  it('leaves a record with a text, or with nothing at all, as it is', () => {
    for (const one of [record({ message: 'x', attributes: { a: 1 } }), record({})])
      expect(describe(one)).toBe(one)
  })
})

suite('fieldsText', () => {
  it('quotes what would not stand alone', () => {
    expect(fieldsText({ a: 'two words', b: '', c: 'x=y', d: { e: [1] }, f: null })).toBe(
      'a="two words" b="" c="x=y" d={"e":[1]} f=null',
    )
  })

  it('shows lone data without its name', () => {
    expect(fieldsText({ data: [1, 2] })).toBe('[1,2]')
    expect(fieldsText({ data: 'x' })).toBe('x')
  })

  it('stays short, however much there is, and splits no character', () => {
    const emoji = fieldsText({ a: `x${'😀'.repeat(500)}`, b: 1 })
    // Lone surrogates are what does not survive UTF-8.
    expect(new TextDecoder().decode(new TextEncoder().encode(emoji))).toBe(emoji)
    expect(emoji.endsWith('…')).toBe(true)
    const many = fieldsText(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key${i}`, i])))
    expect(many.length).toBeLessThanOrEqual(241)
  })
})
