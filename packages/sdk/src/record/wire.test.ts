import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Attributes, Json } from './types.ts'
import { readData } from './wire.ts'

const table: [string, Json, string, Attributes][] = [
  ['a string', 'hello', 'hello', {}],
  ['an empty string', '', '', {}],
  ['FastMCP for Python', { msg: 'hi', extra: { a: 1 } }, 'hi', { a: 1 }],
  ['FastMCP for Python without extra', { msg: 'hi', extra: null }, 'hi', {}],
  [
    'npm fastmcp',
    { message: 'hi', context: { size: 2, deep: { x: [1] } } },
    'hi',
    { size: 2, deep: { x: [1] } },
  ],
  ['npm fastmcp without context', { message: 'hi' }, 'hi', {}],
  [
    'pino',
    { level: 30, time: 1_795_357_800_000, pid: 7, hostname: 'h', msg: 'started', port: 80 },
    'started',
    { level: 30, time: 1_795_357_800_000, pid: 7, hostname: 'h', port: 80 },
  ],
  [
    'winston',
    { level: 'warn', message: 'low disk', service: 'db', timestamp: '2026-11-22T14:30:00Z' },
    'low disk',
    { level: 'warn', service: 'db', timestamp: '2026-11-22T14:30:00Z' },
  ],
  [
    'structlog',
    { event: 'user_login', level: 'info', timestamp: '2026-11-22', user: 'ann' },
    'user_login',
    { level: 'info', timestamp: '2026-11-22', user: 'ann' },
  ],
  ['an object without a text', { step: 'start', n: 1 }, '', { step: 'start', n: 1 }],
  ['a text field that is no text', { msg: 5, a: 1 }, '', { msg: 5, a: 1 }],
  ['msg before message', { message: 'b', msg: 'a' }, 'a', { message: 'b' }],
  ['an event beside a message', { message: 'a', event: 'b' }, 'a', { event: 'b' }],
  ['an extra that is no object', { msg: 'hi', extra: 5 }, 'hi', { extra: 5 }],
  ['an extra that is a list', { msg: 'hi', extra: [1] }, 'hi', { extra: [1] }],
  ['an extra that would hide a field', { msg: 'hi', a: 1, extra: { a: 2 } }, 'hi', { a: 1, extra: { a: 2 } }],
  ['an extra beside fields', { msg: 'hi', logger: 'x', extra: { a: 2 } }, 'hi', { logger: 'x', a: 2 }],
  ['an extra with a msg of its own', { msg: 'hi', extra: { msg: 'inner' } }, 'hi', { msg: 'inner' }],
  ['a number', 5, '', { data: 5 }],
  ['null', null, '', { data: null }],
  ['a list', [1, 'a'], '', { data: [1, 'a'] }],
  ['true', true, '', { data: true }],
  ['an empty object', {}, '', {}],
  ['Chinese', { msg: '分析完成', extra: { 数量: 3 } }, '分析完成', { 数量: 3 }],
]

describe('readData', () => {
  it.each(table)('reads %s', (_name, data, message, attributes) => {
    expect(readData(data)).toEqual({ message, attributes })
  })

  it('keeps __proto__ as data', () => {
    const { attributes } = readData(JSON.parse('{"msg":"a","extra":{"__proto__":{"x":1}},"b":2}'))
    expect(JSON.stringify(attributes)).toBe('{"b":2,"__proto__":{"x":1}}')
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype)
  })

  it('loses nothing and changes nothing it was given', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (data) => {
        const before = JSON.stringify(data)
        const { message, attributes } = readData(data as Json)
        expect(JSON.stringify(data)).toBe(before)
        const leaves = (value: unknown): string[] =>
          typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [String(value)]
        const kept = [...leaves(attributes), message].join('\n')
        for (const one of leaves(data)) expect(kept).toContain(one)
      }),
    )
  })
})
