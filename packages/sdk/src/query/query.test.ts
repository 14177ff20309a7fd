import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { LogboomError } from '../errors/index.ts'
import type { Attributes, LogRecord, NamedCall } from '../record/index.ts'
import { compile, FIELDS, fold, parseQuery, type RegexEngine } from './index.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 30)

const regex: RegexEngine = (source, { ignoreCase }) => {
  const compiled = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
  return (text) => compiled.matcher(text).find()
}

const record = (fields: Partial<LogRecord> = {}): LogRecord => ({
  id: '019a0000-0000-7000-8000-000000000000',
  time: NOW,
  observed: NOW,
  seq: 0,
  level: 'info',
  server: 'github',
  run: 'r1',
  source: 'message',
  message: '',
  attributes: {},
  ...fields,
})

const matches = (query: string, fields: Partial<LogRecord>): boolean =>
  compile(parseQuery(query, { now: NOW }), { regex, input: query })(record(fields))

const call = (fields: Partial<NamedCall> = {}): NamedCall => ({
  id: 'c1',
  method: 'tools/call',
  tool: 'search',
  requestId: 1,
  from: 'client',
  attribution: 'exact',
  ...fields,
})

const withAttributes = (attributes: Attributes): Partial<LogRecord> => ({ attributes })

const failure = (query: string): LogboomError => {
  try {
    compile(parseQuery(query, { now: NOW }), { regex, input: query })
  } catch (error) {
    if (error instanceof LogboomError) return error
    throw error
  }
  throw new Error(`${query} is no error`)
}

describe('precedence', () => {
  const finds = (query: string): string[] => {
    const matcher = compile(parseQuery(query, { now: NOW }), { regex })
    return ['a', 'b', 'c', 'ab', 'ac', 'bc', 'abc'].filter((message) => matcher(record({ message })))
  }

  it('binds AND tighter than OR, on either side', () => {
    expect(finds('a OR b AND c')).toEqual(['a', 'ab', 'ac', 'bc', 'abc'])
    expect(finds('a AND b OR c')).toEqual(['c', 'ab', 'ac', 'bc', 'abc'])
    expect(finds('a b OR c')).toEqual(finds('a AND b OR c'))
  })

  it('binds NOT tighter than AND', () => {
    expect(finds('NOT a b')).toEqual(['b', 'bc'])
    expect(finds('-a b')).toEqual(finds('!a AND b'))
    expect(finds('NOT (a b)')).toEqual(['a', 'b', 'c', 'ac', 'bc'])
    expect(finds('NOT NOT a')).toEqual(finds('a'))
  })

  it('lets parentheses decide', () => {
    expect(finds('(a OR b) c')).toEqual(['ac', 'bc', 'abc'])
    expect(finds('((a))')).toEqual(finds('a'))
  })
})

describe('text', () => {
  it('finds a word or phrase anywhere in the message, in any case', () => {
    expect(matches('timeout', { message: 'Connection TIMEOUT!' })).toBe(true)
    expect(matches('"connection time"', { message: 'Connection TIMEOUT!' })).toBe(true)
    expect(matches('"timeout connection"', { message: 'Connection TIMEOUT!' })).toBe(false)
    expect(matches('timeout', { attributes: { a: 'timeout' } })).toBe(false)
  })

  it('takes * in a bare word as anything, and in quotes as itself', () => {
    expect(matches('conn*out', { message: 'a connection timed out' })).toBe(true)
    expect(matches('out*conn', { message: 'a connection timed out' })).toBe(false)
    expect(matches('aa*aa', { message: 'aaa' })).toBe(false)
    expect(matches('"a*b"', { message: 'a*b' })).toBe(true)
    expect(matches('"a*b"', { message: 'axb' })).toBe(false)
  })

  it('folds full-width forms, capitals and ligatures', () => {
    expect(matches('error', { message: 'ＥＲＲＯＲ' })).toBe(true)
    expect(matches('ＥＲＲＯＲ', { message: 'error' })).toBe(true)
    expect(matches('file', { message: 'ﬁle' })).toBe(true)
    expect(matches('STRASSE', { message: 'straße' })).toBe(false)
    expect(matches('STRAẞE', { message: 'straße' })).toBe(true)
    expect(fold('İ')).toBe('i\u0307')
    expect(fold('ﾃｽﾄ')).toBe('テスト')
  })

  it('finds two characters of Chinese, and reads a Chinese field name', () => {
    expect(matches('失败', { message: '工具调用失败了' })).toBe(true)
    expect(matches('消息:失败　工具', { message: '工具', attributes: { 消息: '失败' } })).toBe(true)
    expect(matches('消息:失败 工具', { message: '工具', attributes: { 消息: '成功' } })).toBe(false)
  })

  it('reads words that only look like syntax as words', () => {
    for (const word of [
      '12:30:05',
      'http://x.y/z?q=1',
      'C:\\temp',
      '--verbose',
      'a-b',
      'ORDER',
      'or',
      'a=b',
      '[x]',
    ]) {
      expect(matches(word, { message: `see ${word} here` }), word).toBe(true)
      expect(matches(word, { message: 'see' }), word).toBe(false)
    }
    expect(matches('a - b', { message: 'b-a' })).toBe(true)
    expect(matches('@team', { message: 'hello @team' })).toBe(true)
    expect(matches('/etc/passwd', { message: 'open /etc/passwd' })).toBe(true)
  })

  it('unescapes quotes and backslashes in quotes, and leaves other backslashes', () => {
    expect(matches('"say \\"hi\\" \\\\ \\n"', { message: 'say "hi" \\ \\n' })).toBe(true)
  })

  it('finds everything for an empty query, white space, or a lone star', () => {
    for (const query of ['', '  ', '\u3000', '*']) expect(matches(query, { message: '' }), query).toBe(true)
  })
})

describe('fields', () => {
  it('compares whole values in any case, with * as anything', () => {
    expect(matches('server:GitHub', {})).toBe(true)
    expect(matches('server:git', {})).toBe(false)
    expect(matches('server:git*', {})).toBe(true)
    expect(matches('server:*h*b', {})).toBe(true)
    expect(matches('server:g*github', {})).toBe(false)
    expect(matches('server:"git*"', {})).toBe(false)
    expect(matches('SERVER:github', {})).toBe(true)
  })

  it('keeps / : . - @ and backslash in values', () => {
    expect(matches('method:tools/call', { call: call() })).toBe(true)
    expect(matches('@path:C:\\Users\\x.txt', withAttributes({ path: 'c:\\users\\X.txt' }))).toBe(true)
    expect(matches('@url:http://a.b:80/c-d@e', withAttributes({ url: 'http://a.b:80/c-d@e' }))).toBe(true)
    expect(matches('@path:/etc/passwd', withAttributes({ path: '/etc/passwd' }))).toBe(true)
  })

  it('orders levels and knows their aliases', () => {
    expect(matches('level:>=warn', { level: 'warning' })).toBe(true)
    expect(matches('level:>warn', { level: 'warning' })).toBe(false)
    expect(matches('level:<ERR', { level: 'warning' })).toBe(true)
    expect(matches('level:crit', { level: 'critical' })).toBe(true)
    expect(matches('level:[info TO error]', { level: 'notice' })).toBe(true)
    expect(matches('level:(error OR warn)', { level: 'warning' })).toBe(true)
    expect(matches('level:warn*', { level: 'warning' })).toBe(true)
  })

  it.each([
    ['tool_error', true],
    ['rpc_error', true],
    ['timeout', true],
    ['lost', true],
    ['cancelled', false],
    ['ok', false],
    ['started', false],
  ] as const)('status:error of %s is %s', (status, expected) => {
    expect(matches('status:error', { call: call({ status }) })).toBe(expected)
    expect(matches(`status:${status}`, { call: call({ status }) })).toBe(true)
  })

  it('keeps records without the field when negated', () => {
    expect(matches('-tool:ping', {})).toBe(true)
    expect(matches('NOT @user.id:42', {})).toBe(true)
    expect(matches('-status:error', {})).toBe(true)
    expect(matches('-tool:ping', { call: call({ tool: 'ping' }) })).toBe(false)
  })

  it('gives an ambiguous record to no call, and finds it by candidate', () => {
    const ambiguous: Partial<LogRecord> = { call: { attribution: 'ambiguous', candidates: ['c1', 'c2'] } }
    expect(matches('call:c1', ambiguous)).toBe(false)
    expect(matches('call:*', ambiguous)).toBe(false)
    expect(matches('candidate:c2', ambiguous)).toBe(true)
    expect(matches('candidate:c3', ambiguous)).toBe(false)
    expect(matches('attribution:ambiguous', ambiguous)).toBe(true)
    expect(matches('call:c1', { call: call({ attribution: 'inferred' }) })).toBe(true)
    expect(matches('candidate:*', { call: call() })).toBe(false)
  })

  it('reads every field it names', () => {
    const full: Partial<LogRecord> = {
      logger: 'db',
      call: call({ status: 'timeout', durationMs: 1500 }),
      traceId: 'ab',
      spanId: 'cd',
      client: { name: 'Claude Desktop', version: '2' },
      serverVersion: '1.2.3',
      protocol: '2025-06-18',
      host: 'mac',
      session: 's',
      redacted: 2,
      truncated: 70_000,
      message: 'm',
    }
    for (const query of [
      'logger:db tool:search method:tools/call status:timeout duration:1.5s call:c1 attribution:exact from:client',
      'request:1 requestId:"1" request:>0 client:"Claude Desktop" client.version:2 serverVersion:1.2.3 host:mac',
      'protocol:>=2025-03-26 proto:2025-* session:s trace:ab span:cd redacted:>=2 truncated:>64kib run:r1 seq:0',
      `id:019a* message:m source:message observed:${NOW} time:[2026-11-22 TO now] ts:>now-15m call.tool:search`,
      'duration:[100ms TO 2s] duration:>1000 -duration:>1m durationMs:1500',
    ]) {
      expect(matches(query, full), query).toBe(true)
    }
    for (const field of FIELDS) {
      if (field.name === 'candidate') continue
      expect(matches(`${field.name}:*`, full), field.name).toBe(true)
    }
  })

  it('reads a time as all it covers', () => {
    const at = (iso: string): Partial<LogRecord> => ({ time: Date.parse(iso) })
    expect(matches('time:2026-11-22', at('2026-11-22T23:59:59.999Z'))).toBe(true)
    expect(matches('time:2026-11-22', at('2026-11-23T00:00:00Z'))).toBe(false)
    expect(matches('time:<=2026-11-22', at('2026-11-22T23:59:59.999Z'))).toBe(true)
    expect(matches('time:>2026-11-22', at('2026-11-22T12:00:00Z'))).toBe(false)
    expect(matches('time:[* TO 2026-11-22T14:30]', at('2026-11-22T14:30:59Z'))).toBe(true)
    expect(matches('time:2026-11-22T15:30+01:00', at('2026-11-22T14:30:10Z'))).toBe(true)
    expect(matches('time:>now-15m', { time: NOW - 900_000 })).toBe(false)
    expect(matches('time:>now-15m', { time: NOW - 899_990 })).toBe(true)
    expect(matches('time:2026', at('2026-02-03T00:00:00Z'))).toBe(true)
    expect(matches('time:2026-10', at('2026-11-01T00:00:00Z'))).toBe(false)
  })
})

describe('attributes', () => {
  it('follows paths, flat dotted keys, quoted keys and array indexes', () => {
    expect(matches('@user.id:42', withAttributes({ user: { id: 42 } }))).toBe(true)
    expect(matches('@user.id:42', withAttributes({ 'user.id': 42 }))).toBe(true)
    expect(matches('@a.b.c:1', withAttributes({ a: { 'b.c': 1 } }))).toBe(true)
    expect(matches('@"user.id":42', withAttributes({ 'user.id': 42 }))).toBe(true)
    expect(matches('@"user.id":42', withAttributes({ user: { id: 42 } }))).toBe(false)
    expect(matches('@a."b c".d:x', withAttributes({ a: { 'b c': { d: 'x' } } }))).toBe(true)
    expect(matches('@items.1.n:2', withAttributes({ items: [{ n: 1 }, { n: 2 }] }))).toBe(true)
    expect(matches('@items.1.n:1', withAttributes({ items: [{ n: 1 }, { n: 2 }] }))).toBe(false)
    expect(matches('@items.n:2', withAttributes({ items: [{ n: 1 }, { n: 2 }] }))).toBe(true)
    expect(matches('user.id:42', withAttributes({ user: { id: 42 } }))).toBe(true)
    expect(matches('attributes.user.id:42', withAttributes({ user: { id: 42 } }))).toBe(true)
    expect(matches('@level:7', withAttributes({ level: 7 }))).toBe(true)
  })

  it('sees own keys only', () => {
    expect(matches('@constructor:*', {})).toBe(false)
    expect(matches('@__proto__:*', {})).toBe(false)
    expect(matches('toString:*', {})).toBe(false)
    expect(matches('@__proto__.a:1', { attributes: JSON.parse('{"__proto__":{"a":1}}') })).toBe(true)
  })

  it('matches any element of an array, and a range on one and the same element', () => {
    expect(matches('@tags:b', withAttributes({ tags: ['a', 'B'] }))).toBe(true)
    expect(matches('@tags:(a b)', withAttributes({ tags: ['a', 'B'] }))).toBe(true)
    expect(matches('@n:[2 TO 3]', withAttributes({ n: [1, 4] }))).toBe(false)
    expect(matches('@n:[2 TO 4]', withAttributes({ n: [[1, 4]] }))).toBe(true)
  })

  it('compares numbers by value, whether number or text', () => {
    expect(matches('@n:1', withAttributes({ n: 1 }))).toBe(true)
    expect(matches('@n:1', withAttributes({ n: '1' }))).toBe(true)
    expect(matches('@n:1.0', withAttributes({ n: 1 }))).toBe(true)
    expect(matches('@n:>9', withAttributes({ n: '10' }))).toBe(true)
    expect(matches('@n:>9', withAttributes({ n: 'abc' }))).toBe(false)
    expect(matches('@n:(-5 OR 7)', withAttributes({ n: -5 }))).toBe(true)
    expect(matches('@version:1.1', withAttributes({ version: '1.10' }))).toBe(false)
    expect(matches('@n:12*', withAttributes({ n: 123 }))).toBe(true)
  })

  it('compares texts with a unit as numbers of that unit', () => {
    const took = (processing_time: string | number): Partial<LogRecord> => withAttributes({ processing_time })
    expect(matches('@processing_time:>1s', took('2.3s'))).toBe(true)
    expect(matches('@processing_time:>1s', took('900ms'))).toBe(false)
    expect(matches('@processing_time:>1s', took('1h30m'))).toBe(true)
    expect(matches('@processing_time:>1s', took('2.3 seconds'))).toBe(true)
    expect(matches('@processing_time:>1s', took('10kb'))).toBe(false)
    expect(matches('@processing_time:2300ms', took('2.3s'))).toBe(true)
    expect(matches('@processing_time:1.1s', took('1100ms'))).toBe(true)
    expect(matches('@processing_time:>1s', took(2300))).toBe(true)
    expect(matches('@size:>=10kb', withAttributes({ size: '10000 bytes' }))).toBe(true)
    expect(matches('@cpu:>80%', withAttributes({ cpu: '85%' }))).toBe(true)
    expect(matches('@x:<1m', withAttributes({ x: '5M' }))).toBe(false)
  })

  it('compares dates with dates, and other texts by their order', () => {
    expect(matches('@at:>now-1h', withAttributes({ at: '2026-11-22T14:00:00Z' }))).toBe(true)
    expect(matches('@at:>now-1h', withAttributes({ at: '2026-11-22T13:00:00Z' }))).toBe(false)
    expect(matches('@at:[2026-11-01 TO 2026-11-22]', withAttributes({ at: '2026-11-22 10:00' }))).toBe(true)
    expect(matches('@at:>=now-1h', withAttributes({ at: NOW }))).toBe(true)
    expect(matches('@name:>=m', withAttributes({ name: 'Nora' }))).toBe(true)
    expect(matches('@name:>=m', withAttributes({ name: 'Anna' }))).toBe(false)
  })

  it('reads booleans and null by name; null and an empty list do not exist', () => {
    expect(matches('@ok:true', withAttributes({ ok: true }))).toBe(true)
    expect(matches('@ok:1', withAttributes({ ok: true }))).toBe(false)
    expect(matches('@x:null', withAttributes({ x: null }))).toBe(true)
    expect(matches('@x:*', withAttributes({ x: null }))).toBe(false)
    expect(matches('@x:*', withAttributes({ x: [] }))).toBe(false)
    expect(matches('@x:*', withAttributes({ x: {} }))).toBe(true)
    expect(matches('@x:*', withAttributes({ x: false }))).toBe(true)
    expect(matches('@x:[* TO *]', withAttributes({ x: 0 }))).toBe(true)
  })

  it('does not exhaust the stack on a deeply nested record', () => {
    const deep = JSON.parse(`${'['.repeat(50_000)}1${']'.repeat(50_000)}`)
    expect(matches('@x:1', withAttributes({ x: deep }))).toBe(false)
  })
})

describe('regular expressions', () => {
  it('search in the message or a field, case-sensitive unless told', () => {
    expect(matches('/ECONN(REFUSED|RESET)/', { message: 'x ECONNRESET' })).toBe(true)
    expect(matches('/econn/', { message: 'x ECONNRESET' })).toBe(false)
    expect(matches('/econn/i', { message: 'x ECONNRESET' })).toBe(true)
    expect(matches('server:/^git/', {})).toBe(true)
    expect(matches('@code:/^5\\d\\d$/', withAttributes({ code: 503 }))).toBe(true)
    expect(matches('server:(/^x/ OR /hub$/)', {})).toBe(true)
    expect(matches('/a b/', { message: 'a b' })).toBe(true)
    expect(matches('/a\\/b/', { message: 'a/b' })).toBe(true)
    expect(matches('/a[/]b/', { message: 'a/b' })).toBe(true)
    expect(matches('(/a/)', { message: 'a' })).toBe(true)
    expect(matches('-/a/', { message: 'a' })).toBe(false)
  })

  it.each([
    ['/(a/', 1],
    ['x /(a/i', 3],
    ['server:/(a/', 8],
    ['level:info (server:(x OR /(?<=a)b/i))', 26],
  ])('the engine refuses %s at its column', (query, column) => {
    const error = failure(query)
    expect(error.code).toBe('LB_QUERY_SYNTAX')
    expect([error.column, error.input]).toEqual([column, query])
  })
})

describe('errors', () => {
  it('bounds length and nesting', () => {
    expect(failure('a'.repeat(10_001)).column).toBe(10_001)
    expect(failure(`${'('.repeat(65)}a${')'.repeat(65)}`).column).toBe(65)
    expect(failure(`${'!'.repeat(5000)}a`).column).toBe(65)
    expect(failure(`@${'a.'.repeat(64)}b:1`).column).toBe(1)
    expect(matches(`${'('.repeat(64)}a${')'.repeat(64)}`, { message: 'a' })).toBe(true)
  })

  it('names what was asked for by a code, an input and an exit code', () => {
    const error = failure('level:(error')
    expect([error.code, error.input, error.exitCode]).toEqual(['LB_QUERY_SYNTAX', 'level:(error', 2])
  })
})
