import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEEPER, isObject, MAX_DEPTH, MAX_VALUES, MORE, setOwn, toJson } from './json.ts'
import type { Attributes } from './types.ts'

const throwing = (): never => {
  throw new Error('boom')
}

/** A proxy that throws whatever is asked of it. */
const hostile = (target: object): object =>
  new Proxy(
    target,
    Object.fromEntries(
      ['get', 'ownKeys', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'has'].map((trap) => [trap, throwing]),
    ),
  )

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

describe('toJson', { timeout: 60_000 }, () => {
  it('leaves JSON as it is', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (text) => {
        expect(JSON.stringify(toJson(JSON.parse(text)))).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  it('gives JSON that survives a round trip, for anything', () => {
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: false,
      withTypedArray: true,
    })
    fc.assert(
      fc.property(anything, (value) => {
        const json = toJson(value)
        // -0 is the one number JSON writes otherwise.
        const text = JSON.stringify(json)
        expect(JSON.stringify(JSON.parse(text))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['bigint', 10n, '10'],
    ['symbol', Symbol('s'), 'Symbol(s)'],
    ['NaN', Number.NaN, 'NaN'],
    ['Infinity', Number.NEGATIVE_INFINITY, '-Infinity'],
    ['undefined', undefined, null],
    ['null', null, null],
    ['named function', function named() {}, '[function named]'],
    ['nameless function', (() => () => {})(), '[function anonymous]'],
    ['Date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['invalid Date', new Date(Number.NaN), 'Invalid Date'],
    ['RegExp', /a/g, '/a/g'],
    ['URL', new URL('https://a.b/c'), 'https://a.b/c'],
    ['bytes', new Uint8Array(5), '[Uint8Array of 5 bytes]'],
    ['Map', new Map([['a', 1]]), [['a', 1]]],
    ['Set', new Set([1, 'b']), [1, 'b']],
    ['toJSON', { toJSON: () => ({ a: 1n }) }, { a: '1' }],
    ['undefined field', { a: undefined, b: 1 }, { b: 1 }],
    // biome-ignore lint/suspicious/noSparseArray: the hole is the test
    ['array with a hole', [1, , undefined], [1, null, null]],
  ])('makes a %s readable', (_name, value, expected) => {
    expect(toJson(value)).toEqual(expected)
  })

  it('tells an error with its cause and its own fields', () => {
    const error = Object.assign(new Error('outer', { cause: new TypeError('inner') }), { code: 'E1' })
    expect(toJson(error)).toMatchObject({
      name: 'Error',
      message: 'outer',
      code: 'E1',
      cause: { name: 'TypeError', message: 'inner' },
    })
  })

  it('keeps what an error has in place of its texts, as JSON', () => {
    const error = Object.assign(new Error('x'), { message: 10n, stack: Symbol('stack') })
    expect(toJson(error)).toMatchObject({ message: '10', stack: 'Symbol(stack)' })
  })

  it('cuts cycles, and only cycles', () => {
    const shared = { a: 1 }
    const value: Record<string, unknown> = { one: shared, two: shared }
    value.self = value
    expect(toJson(value)).toEqual({ one: { a: 1 }, two: { a: 1 }, self: '[circular]' })
  })

  it('stops at its depth', () => {
    let deep: unknown = 'bottom'
    for (let i = 0; i < MAX_DEPTH; i++) deep = [deep]
    expect(JSON.stringify(toJson(deep))).toContain('bottom')
    expect(JSON.stringify(toJson([deep]))).toContain(DEEPER)
    let deepest: unknown = {}
    for (let i = 0; i < 100_000; i++) deepest = { deepest }
    expect(JSON.stringify(toJson(deepest))).toContain(DEEPER)
  })

  it('comes to an end with objects that all point at each other', () => {
    const nodes = Array.from({ length: 40 }, (_, id): { id: number; all?: unknown } => ({ id }))
    for (const node of nodes) node.all = [...nodes]
    expect(JSON.stringify(toJson(nodes))).toContain(MORE)
  })

  it('comes to an end with a list that only claims to be long', () => {
    const list = toJson({ holes: new Array(4_000_000_000), beside: 1 })
    expect(JSON.stringify(list).length).toBeLessThan(MAX_VALUES * 6)
  })

  it('keeps as many values as it promises', () => {
    const list = Array.from({ length: MAX_VALUES - 1 }, (_, i) => i)
    expect(toJson(list)).toEqual(list)
    expect(toJson({ list: [...list, 1, 2], last: 1 })).toMatchObject({ '…': MORE })
  })

  it('loses no more than the getter that throws', () => {
    const value = {
      before: 1,
      get bad() {
        return throwing()
      },
      after: 2,
    }
    expect(toJson(value)).toEqual({ before: 1, bad: '[unreadable: boom]', after: 2 })
  })

  it.each([
    ['a proxy that throws at everything', hostile({})],
    ['a function that throws at everything', hostile(() => {})],
    ['a list that throws at everything', hostile([])],
    ['a revoked proxy', revoked()],
    ['a toJSON that throws', { toJSON: throwing }],
    [
      'an error that throws when looked at',
      {
        toJSON: () => {
          throw hostile(new Error('x'))
        },
      },
    ],
    [
      'an error whose message cannot be a text',
      {
        toJSON: () => {
          throw Object.assign(new Error('x'), { message: Object.create(null) })
        },
      },
    ],
    ['a Date that is none', Object.create(Date.prototype)],
    ['a Date with another method', Object.assign(new Date(0), { toISOString: () => 5n })],
    ['a list with another method', Object.assign([1], { map: () => 5n })],
    ['an endless toJSON', { toJSON: () => ({ toJSON: () => ({ toJSON: () => 1 }) }) }],
    [
      'a function whose name is no text',
      Object.defineProperty(() => {}, 'name', { value: Object.create(null) }),
    ],
  ])('never throws: %s', (_name, value) => {
    expect(() => JSON.stringify(toJson(value))).not.toThrow()
    expect(JSON.stringify(toJson({ value, beside: 'kept' }))).toContain('"beside":"kept"')
  })

  it('keeps __proto__ as data and sets no prototype', () => {
    const json = toJson(JSON.parse('{"__proto__":{"polluted":true},"a":1}'))
    expect(JSON.stringify(json)).toBe('{"__proto__":{"polluted":true},"a":1}')
    expect((json as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.getPrototypeOf(json)).toBe(Object.prototype)
  })
})

describe('setOwn', () => {
  it('sets an own field whatever its name', () => {
    for (const key of ['__proto__', 'constructor', 'a']) {
      const target: Attributes = {}
      setOwn(target, key, 1)
      expect(Object.entries(target)).toEqual([[key, 1]])
    }
  })
})

describe('isObject', () => {
  it('is true for objects that are no lists', () => {
    expect([{}, Object.create(null), [], null, 'a', undefined].map(isObject)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ])
  })
})
