import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { LogboomError } from '../errors/index.ts'
import { type Json, LEVELS, type LogRecord, OUTCOMES } from '../record/index.ts'
import { compile, type Expr, FIELDS, fold, parseQuery, type RegexEngine } from './index.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 30)
const RUNS = { numRuns: 400 }

const regex: RegexEngine = (source, { ignoreCase }) => {
  const compiled = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  return (text) => compiled.matcher(text).find()
}

// A query as meant, how it may be written, and what it means by the plainest code there is.

interface Leaf {
  text: string
  holds: (record: LogRecord) => boolean
}

type Model =
  | { kind: 'leaf'; leaf: Leaf }
  | { kind: 'not'; of: Model; sign: string }
  | { kind: 'and' | 'or'; of: Model[]; spaced: boolean }

const same = (a: string, b: string): boolean =>
  a.normalize('NFKC').toLowerCase() === b.normalize('NFKC').toLowerCase()
const holdsText = (a: string, b: string): boolean =>
  a.normalize('NFKC').toLowerCase().includes(b.normalize('NFKC').toLowerCase())

const WORDS = [
  'error',
  'ERR',
  'timeout',
  'Zeit',
  '失败',
  '工具失败',
  'ＦＳ',
  'fs',
  'fs-2',
  'a"b',
  'x\\',
  'İ',
  'straße',
  'or',
]
const word = fc.constantFrom(...WORDS)
const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
const needsQuotes = (text: string): boolean => text.includes('"')

const namedCall = (record: LogRecord) =>
  record.call === undefined || record.call.attribution === 'ambiguous' ? undefined : record.call

const OPS = {
  '>': (a: number, b: number) => a > b,
  '>=': (a: number, b: number) => a >= b,
  '<': (a: number, b: number) => a < b,
  '<=': (a: number, b: number) => a <= b,
} as const
const op = fc.constantFrom('>', '>=', '<', '<=')

const anyElement = (value: Json | undefined, holds: (value: Json) => boolean): boolean => {
  if (value === undefined) return false
  return Array.isArray(value) ? value.some((item) => anyElement(item, holds)) : holds(value)
}

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.tuple(word, fc.boolean()).map(([text, quoted]) => ({
    text: quoted || needsQuotes(text) ? quote(text) : text,
    holds: (r: LogRecord) => holdsText(r.message, text),
  })),
  word.map((text) => ({ text: `server:${quote(text)}`, holds: (r: LogRecord) => same(r.server, text) })),
  fc.constantFrom('f', 'ER', '失').map((text) => ({
    text: `server:${text}*`,
    holds: (r: LogRecord) => r.server.normalize('NFKC').toLowerCase().startsWith(text.toLowerCase()),
  })),
  fc.tuple(op, fc.nat(7)).map(([sign, i]) => ({
    text: `level:${sign}${LEVELS[i]}`,
    holds: (r: LogRecord) => OPS[sign](LEVELS.indexOf(r.level), i),
  })),
  fc.tuple(op, fc.nat(3)).map(([sign, seconds]) => ({
    text: `duration:${sign}${seconds}s`,
    holds: (r: LogRecord) => OPS[sign](namedCall(r)?.durationMs ?? Number.NaN, seconds * 1000),
  })),
  fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })).map(([a, b]) => ({
    text: `@n:[${a} TO ${b}]`,
    holds: (r: LogRecord) =>
      anyElement(r.attributes.n, (v) =>
        typeof v === 'number' || (typeof v === 'string' && /^-?\d+$/.test(v))
          ? Number(v) >= a && Number(v) <= b
          : false,
      ),
  })),
  fc.integer({ min: -3, max: 3 }).map((n) => ({
    text: `@n:${n}`,
    holds: (r: LogRecord) => anyElement(r.attributes.n, (v) => String(v) === String(n)),
  })),
  fc.constant({
    text: '@n:*',
    holds: (r: LogRecord) => anyElement(r.attributes.n, (v) => v !== null),
  }),
  fc.constantFrom('error', ...OUTCOMES).map((status) => ({
    text: `status:${status}`,
    holds: (r: LogRecord) => {
      const own = namedCall(r)?.status
      if (status !== 'error') return own === status
      return own === 'tool_error' || own === 'rpc_error' || own === 'timeout' || own === 'lost'
    },
  })),
  fc.nat(3).map((minutes) => ({
    text: `time:>now-${minutes}m`,
    holds: (r: LogRecord) => r.time > NOW - minutes * 60_000,
  })),
  fc.constant({ text: '/err.*/i', holds: (r: LogRecord) => /err/i.test(r.message) }),
)

const model: fc.Arbitrary<Model> = fc.letrec<{ model: Model }>((tie) => ({
  model: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf.map((one): Model => ({ kind: 'leaf', leaf: one })),
    fc
      .tuple(tie('model'), fc.constantFrom('-', '!', 'NOT '))
      .map(([of, sign]): Model => ({ kind: 'not', of, sign })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('model'), { minLength: 2, maxLength: 3 }),
        fc.boolean(),
      )
      .map(([kind, of, spaced]): Model => ({ kind, of, spaced })),
  ),
})).model

const RANK = { or: 0, and: 1, not: 2, leaf: 3 } as const

/** Written with no more parentheses than precedence asks for. */
const write = (node: Model): string => {
  const inside = (child: Model): string => {
    const needs = child.kind !== 'leaf' && RANK[child.kind] <= RANK[node.kind] && node.kind !== child.kind
    return needs || (node.kind === 'not' && child.kind !== 'leaf') ? `(${write(child)})` : write(child)
  }
  if (node.kind === 'leaf') return node.leaf.text
  if (node.kind === 'not') return node.sign + inside(node.of)
  return node.of.map(inside).join(node.kind === 'or' ? ' OR ' : node.spaced ? '  ' : ' AND ')
}

/** Written with every parenthesis. */
const writeFully = (node: Model): string => {
  if (node.kind === 'leaf') return `(${node.leaf.text})`
  if (node.kind === 'not') return `(NOT ${writeFully(node.of)})`
  return `( ${node.of.map(writeFully).join(node.kind === 'or' ? ' OR ' : ' AND ')} )`
}

const means = (node: Model, record: LogRecord): boolean => {
  if (node.kind === 'leaf') return node.leaf.holds(record)
  if (node.kind === 'not') return !means(node.of, record)
  return node.kind === 'or'
    ? node.of.some((child) => means(child, record))
    : node.of.every((child) => means(child, record))
}

const scalar = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.integer({ min: -4, max: 4 }).map(String),
  word,
  fc.constant(null),
)

const record: fc.Arbitrary<LogRecord> = fc
  .record({
    level: fc.constantFrom(...LEVELS),
    server: word,
    message: fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
    ago: fc.nat(300_000),
    n: fc.option(fc.oneof(scalar, fc.array(scalar, { maxLength: 3 })), { nil: undefined }),
    status: fc.option(fc.constantFrom(...OUTCOMES), { nil: undefined }),
    duration: fc.nat(4000),
    ambiguous: fc.boolean(),
  })
  .map(({ level, server, message, ago, n, status, duration, ambiguous }) => ({
    id: 'i',
    time: NOW - ago,
    observed: NOW,
    seq: 0,
    level,
    server,
    run: 'r',
    source: 'message',
    message,
    attributes: n === undefined ? {} : { n },
    ...(ambiguous && { call: { attribution: 'ambiguous' as const, candidates: ['a', 'b'] } }),
    ...(status !== undefined &&
      !ambiguous && {
        call: {
          id: 'c',
          method: 'tools/call',
          requestId: 1,
          from: 'client' as const,
          attribution: 'exact' as const,
          status,
          durationMs: duration,
        },
      }),
  }))

const withoutSpans = (expr: Expr): unknown =>
  JSON.parse(JSON.stringify(expr, (key, value) => (key === 'span' ? undefined : value)))

/** Parses and compiles; undefined for a query error, and a failure for any other. */
const tryQuery = (text: string): ((record: LogRecord) => boolean) | undefined => {
  try {
    return compile(parseQuery(text, { now: NOW }), { regex, input: text })
  } catch (error) {
    if (!(error instanceof LogboomError)) throw error
    expect(error.code).toBe('LB_QUERY_SYNTAX')
    expect(error.input).toBe(text)
    expect(error.message).not.toBe('')
    expect(error.column).toBeGreaterThanOrEqual(1)
    expect(error.column).toBeLessThanOrEqual(text.length + 1)
    return undefined
  }
}

// How long it takes is the machine's affair.
const PATIENCE = { timeout: 60_000 }

describe('for any query', PATIENCE, () => {
  it('evaluation agrees with the plainest reading of it', () => {
    fc.assert(
      fc.property(model, fc.array(record, { minLength: 1, maxLength: 8 }), (query, records) => {
        const matcher = compile(parseQuery(write(query), { now: NOW }), { regex })
        expect(records.map(matcher)).toEqual(records.map((one) => means(query, one)))
      }),
      RUNS,
    )
  })

  it('writing every parenthesis changes nothing', () => {
    fc.assert(
      fc.property(model, fc.array(record, { minLength: 1, maxLength: 8 }), (query, records) => {
        const short = compile(parseQuery(write(query), { now: NOW }), { regex })
        const full = compile(parseQuery(writeFully(query), { now: NOW }), { regex })
        expect(records.map(full)).toEqual(records.map(short))
      }),
      RUNS,
    )
  })

  it('the tree has no more than the text: white space around it makes no difference', () => {
    fc.assert(
      fc.property(model, fc.constantFrom(' ', '\t\n', '\u3000'), (query, space) => {
        const text = write(query)
        const padded = `${space}${text}${space}`
        expect(withoutSpans(parseQuery(padded, { now: NOW }))).toEqual(
          withoutSpans(parseQuery(text, { now: NOW })),
        )
      }),
      RUNS,
    )
  })

  it('spans lie within the text, and within those above them', () => {
    const check = (expr: Expr, start: number, end: number): void => {
      expect(expr.span.start).toBeGreaterThanOrEqual(start)
      expect(expr.span.end).toBeLessThanOrEqual(end)
      expect(expr.span.start).toBeLessThan(expr.span.end)
      const below = 'of' in expr ? [expr.of].flat() : []
      for (const child of below) check(child, expr.span.start, expr.span.end)
    }
    fc.assert(
      fc.property(model, (query) => {
        const text = write(query)
        check(parseQuery(text, { now: NOW }), 0, text.length)
      }),
      RUNS,
    )
  })
})

describe('for any text', PATIENCE, () => {
  const pieces = fc.constantFrom(
    ...FIELDS.map((field) => `${field.name}:`),
    ...[
      '@',
      '@a.b:',
      '@"k.l":',
      '"',
      '\\',
      '(',
      ')',
      '[',
      ']',
      ' TO ',
      ' OR ',
      ' AND ',
      'NOT ',
      '-',
      '!',
      '>',
      '>=',
      '<',
      '*',
    ],
    ...[
      '/',
      '/i',
      'now-15m',
      '1s',
      '10kb',
      '2026-11-22',
      'error',
      '失败',
      ' ',
      '\u3000',
      ':',
      '.',
      '..',
      '\ud800',
      '😀',
      '5',
    ],
  )
  const soup = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''))

  it('nothing but a query error is ever thrown, by parsing or by matching', () => {
    fc.assert(
      fc.property(
        fc.oneof(soup, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })),
        record,
        (text, one) => {
          const matcher = tryQuery(text)
          if (matcher !== undefined) expect(typeof matcher(one)).toBe('boolean')
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('nothing but a query error is ever thrown for a valid query with one change', () => {
    fc.assert(
      fc.property(
        model,
        fc.nat(),
        fc.nat(3),
        fc.oneof(pieces, fc.string()),
        record,
        (query, at, drop, put, one) => {
          const text = write(query)
          const place = at % (text.length + 1)
          tryQuery(text.slice(0, place) + put + text.slice(place + drop))?.(one)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('a quoted text is found where it is, and equals itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const one: LogRecord = {
          id: 'i',
          time: NOW,
          observed: NOW,
          seq: 0,
          level: 'info',
          server: 's',
          run: 'r',
          source: 'app',
          message: text,
          attributes: { [text]: { v: text } },
        }
        expect(tryQuery(quote(text))?.(one)).toBe(true)
        expect(tryQuery(`message:${quote(text)}`)?.(one)).toBe(true)
        expect(tryQuery(`@${quote(text)}.v:${quote(text)}`)?.(one)).toBe(true)
      }),
      RUNS,
    )
  })

  it('folding is NFKC and then lower case', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(fold(text)).toBe(text.normalize('NFKC').toLowerCase())
      }),
      RUNS,
    )
  })
})
