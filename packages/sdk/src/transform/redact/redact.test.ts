import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { DEEPER, type Json, type LogRecord } from '../../record/index.ts'
import { createRedactor, redactText } from './redact.ts'
import { jwt, NAMED_SAMPLES, noise, pem, SAMPLES, SHAPE_SAMPLES } from './samples.ts'

// Properties take seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const record = (fields: Partial<LogRecord> = {}): LogRecord => ({
  id: '01934f5e-7c1a-7b2e-9d3f-1a2b3c4d5e6f',
  time: 1,
  observed: 1,
  seq: 0,
  level: 'info',
  server: 'analytics',
  run: 'run-1',
  source: 'stderr',
  message: 'hello',
  attributes: {},
  ...fields,
})

const leaks = (text: string, secret: string): boolean => {
  for (let i = 0; i + 8 <= secret.length; i++) if (text.includes(secret.slice(i, i + 8))) return true
  return text.includes(secret)
}

const masked = (attributes: LogRecord['attributes']): LogRecord => createRedactor()(record({ attributes }))

const key = ['sk', 'ant', noise(40, 99)].join('-')

test('a record without secrets is returned as it is', () => {
  const clean = record({ attributes: { rows: 3, user: { name: 'ada' }, tags: ['a', 'b'] }, logger: 'worker' })
  expect(createRedactor()(clean)).toBe(clean)
})

test('message, logger, call, client and fields are masked and counted, and the record given is not changed', () => {
  const dirty = record({
    message: `using ${key}`,
    logger: `log-${key}`,
    host: `h-${key}`,
    serverVersion: `1-${key}`,
    call: {
      id: 'c',
      method: `m/${key}`,
      tool: `t ${key}`,
      requestId: 1,
      from: 'client',
      attribution: 'exact',
    },
    client: { name: `c ${key}`, version: `v ${key}` },
    attributes: { password: 'x', error: { stack: `Error: bad key ${key}\n  at a.js:1` } },
  })
  const before = structuredClone(dirty)
  const result = createRedactor()(dirty)
  expect(JSON.stringify(result)).not.toContain(key.slice(7))
  expect(result.redacted).toBe(10)
  expect(result.id).toBe(dirty.id)
  expect(dirty).toEqual(before)
})

test('a second redaction finds nothing and keeps the count', () => {
  const once = createRedactor()(record({ message: `a ${key}`, attributes: { token: 'abc' } }))
  expect(once.redacted).toBe(2)
  expect(createRedactor()(once)).toBe(once)
})

test('a secret under its name is masked whole, whatever it is; nothing, yes and no stay', () => {
  const result = masked({
    password: { hash: 'a', salt: [1] },
    API_KEY: 12345,
    accessToken: ['a'],
    'Set-Cookie': ['a=b'],
    secret: null,
    client_secret: '',
    hasPassword: true,
    token: false,
    credentials: {},
    auth: { user: 'bob', pass: 'hunter2' },
    secrets: 3,
  })
  expect(result.attributes).toEqual({
    password: '[redacted:password]',
    API_KEY: '[redacted:api-key]',
    accessToken: '[redacted:token]',
    'Set-Cookie': '[redacted:cookie]',
    secret: null,
    client_secret: '',
    hasPassword: true,
    token: false,
    credentials: {},
    auth: { user: 'bob', pass: '[redacted:password]' },
    secrets: 3,
  })
  expect(result.redacted).toBe(5)
})

test('names that hold no secret stay', () => {
  const clean = record({
    attributes: {
      progressToken: 'abc',
      nextPageToken: 'abc',
      cursor: 'abc',
      maxTokens: 5,
      tokenCount: 5,
      tokens: ['a', 'b'],
      secretary: 'Ann',
      passwordless: 'yes',
      tokenizer: 'bpe',
      token_type: 'bearer',
      key: 'k',
      publicKey: 'p',
      session: 'a',
      pass: 12,
    },
  })
  expect(createRedactor()(clean)).toBe(clean)
})

test('values after flags, in environments, pairs and header lists are masked', () => {
  const result = masked({
    args: ['run', '--token', 'abc', '--api-key=def', '--verbose', '--password', '--quiet'],
    env: ['API_KEY=ghi', 'HOME=/root'],
    list: [
      { name: 'DB_PASSWORD', value: 'jkl' },
      { name: 'PATH', value: '/bin' },
    ],
    entries: [
      ['secret', 'mno'],
      ['name', 'ada'],
    ],
    rawHeaders: ['Authorization', 'Basic pqr', 'Accept', '*/*'],
    required: ['token', 'name'],
  })
  expect(result.attributes).toEqual({
    args: [
      'run',
      '--token',
      '[redacted:token]',
      '--api-key=[redacted:api-key]',
      '--verbose',
      '--password',
      '--quiet',
    ],
    env: ['API_KEY=[redacted:api-key]', 'HOME=/root'],
    list: [
      { name: 'DB_PASSWORD', value: '[redacted:password]' },
      { name: 'PATH', value: '/bin' },
    ],
    entries: [
      ['secret', '[redacted:secret]'],
      ['name', 'ada'],
    ],
    rawHeaders: ['Authorization', '[redacted:authorization]', 'Accept', '*/*'],
    required: ['token', 'name'],
  })
})

test('secrets used as keys are masked, and two of them stay two', () => {
  const other = ['sk', 'ant', noise(40, 98)].join('-')
  expect(masked({ [key]: 1, [other]: 2 }).attributes).toEqual({
    '[redacted:anthropic-key]': 1,
    '[redacted:anthropic-key] 2': 2,
  })
})

test('names can be added, in any spelling, and none can be taken from the pack', () => {
  const redact = createRedactor({ keys: ['customerNumber'] })
  const result = redact(
    record({ message: 'customer_number=ab12', attributes: { 'Customer-Number': 7, token: 'x' } }),
  )
  expect(result.message).toBe('customer_number=[redacted:custom]')
  expect(result.attributes).toEqual({ 'Customer-Number': '[redacted:custom]', token: '[redacted:token]' })
})

test('JSON with hidden letters, doubled keys or escaped slashes hides nothing', () => {
  expect(redactText('{"\\u0070assword":"hunter2hunter2"}')).not.toContain('hunter2')
  expect(redactText('{"password":"hunter2","password":null}')).not.toContain('hunter2')
  expect(redactText('{"url":"redis:\\/\\/a:hunter2@h"}')).not.toContain('hunter2')
})

test('an own __proto__ key stays data and is looked through', () => {
  const attributes = JSON.parse('{"a":{"__proto__":{"password":"x"}},"b":1}') as LogRecord['attributes']
  expect(JSON.stringify(masked(attributes).attributes)).toBe(
    '{"a":{"__proto__":{"password":"[redacted:password]"}},"b":1}',
  )
})

test('100,000 nested arrays come out bounded', () => {
  const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as Json
  const result = masked({ deep })
  expect(JSON.stringify(result.attributes)).toContain(DEEPER)
  expect(result.redacted).toBeUndefined()
  const text = `${'['.repeat(100_000)}"password=hunter2"${']'.repeat(100_000)}`
  expect(JSON.stringify(masked({ text }))).not.toContain('hunter2')
})

test('a record that throws when read comes out without its texts', () => {
  const attributes = {
    get bad(): string {
      throw new Error('no')
    },
  }
  const result = createRedactor()(record({ message: 'password=x', attributes }))
  expect(result).toMatchObject({ message: '[redacted:unreadable]', attributes: {}, redacted: 1 })
})

test('a token of any length is masked to its end', () => {
  for (const sample of [jwt(300_000), { text: `${key}${noise(300_000, 5)}`, secret: noise(300_000, 5) }]) {
    const text = redactText(`before ${sample.text} after`)
    expect(text).toMatch(/^before \[redacted:[a-z-]+\] after$/)
  }
})

test('a private key that comes line by line is masked to its end, on its own stream only', () => {
  const { text } = pem('RSA ', 8)
  const redact = createRedactor()
  const lines = text.split('\n')
  const out = lines.map((line) => redact(record({ message: line }), 'stderr').message)
  expect(out.every((line) => line === '[redacted:pem-private-key]')).toBe(true)
  const base64 = noise(64, 3)
  expect(redact(record({ message: base64 }), 'stderr').message).toBe(base64)
  redact(record({ message: lines[0] ?? '' }), 'stderr')
  expect(redact(record({ message: base64 }), 'stdout').message).toBe(base64)
})

test('other lines between the lines of a private key stay, lines with a prefix lose the key, and the watch ends', () => {
  const redact = createRedactor()
  const line = (message: string): string => redact(record({ message }), 'stderr').message
  const [begin = '', first = '', second = ''] = pem('', 8).text.split('\n')
  expect(line(begin)).toBe('[redacted:pem-private-key]')
  expect(line(first)).toBe('[redacted:pem-private-key]')
  expect(line('server is still running')).toBe('server is still running')
  expect(line(`web-1 | ${second}`)).toBe('web-1 | [redacted:pem-private-key]')
  for (let i = 0; i < 8; i++) line(`request ${i} done`)
  expect(line(second)).toBe(second)
})

test('a private key without its end is watched for no more than 200 lines', () => {
  const redact = createRedactor()
  const [begin = ''] = pem('', 1).text.split('\n')
  redact(record({ message: begin }), 'stderr')
  const out = Array.from(
    { length: 220 },
    (_, i) => redact(record({ message: noise(64, i + 1) }), 'stderr').redacted ?? 0,
  )
  expect(out.filter((count) => count > 0)).toHaveLength(200)
})

const sampleOf = (samples: typeof SAMPLES) => fc.constantFrom(...samples)
const word = fc.stringMatching(/^[a-z]{1,8}$/)
/** JSON around one value, as deep as told. */
const wrap = (inner: Json, path: readonly (string | number)[]): Json =>
  path.reduceRight<Json>(
    (value, step) => (typeof step === 'string' ? { [step]: value } : ['x', value]),
    inner,
  )
const path = fc.array(fc.oneof(word, fc.constant(0)), { maxLength: 8 })
const nest = (value: Json, times: number): Json => {
  let nested = value
  for (let i = 0; i < times; i++) nested = { body: JSON.stringify(nested) }
  return nested
}

test('a sample of any rule, at any depth, in JSON made text up to three times, is masked', () => {
  fc.assert(
    fc.property(sampleOf(SAMPLES), path, fc.nat(3), word, word, (sample, steps, times, before, after) => {
      const text = `${before} ${sample.text} ${after}`
      const attributes = { data: nest(wrap(text, steps), times) }
      const result = masked(attributes)
      expect(leaks(JSON.stringify(result), sample.secret)).toBe(false)
      expect(result.redacted ?? 0).toBeGreaterThan(0)
      expect(createRedactor()(result)).toBe(result)
    }),
    { numRuns: 200 },
  )
})

test('a sample of any rule in JSON that is cut or has words before it is masked', () => {
  fc.assert(
    fc.property(sampleOf(SAMPLES), path, fc.nat(3), word, (sample, steps, times, before) => {
      const json = JSON.stringify({
        n: 1,
        data: nest(wrap(`${before} ${sample.text} end`, steps), times),
        more: 'abc',
      })
      for (const text of [`${before} ${json}`, json.slice(0, -3)]) {
        const result = redactText(text)
        expect(leaks(result, sample.secret.split('\n')[0] ?? '')).toBe(false)
        expect(redactText(result)).toBe(result)
      }
    }),
    { numRuns: 200 },
  )
})

test('a secret as a key, at any depth, is masked', () => {
  fc.assert(
    fc.property(sampleOf(SHAPE_SAMPLES), path, (sample, steps) => {
      const result = masked({ data: wrap({ [sample.text]: 1 }, steps) })
      expect(leaks(JSON.stringify(result), sample.secret)).toBe(false)
    }),
  )
})

test('any value under the name of a secret is masked, in JSON made text up to three times', () => {
  const name = fc.constantFrom(
    'password',
    'API_KEY',
    'x-api-key',
    'clientSecret',
    'DB_PASSWORD',
    'refresh.token',
  )
  fc.assert(
    fc.property(name, fc.nat({ max: 1e6 }), path, fc.nat(3), (field, seed, steps, times) => {
      const secret = noise(14, seed + 1)
      const result = masked({ data: nest(wrap({ [field]: secret }, steps), times) })
      expect(leaks(JSON.stringify(result), secret)).toBe(false)
    }),
  )
})

test('JSON without secrets stays as it is', () => {
  const plain = fc.jsonValue({ stringUnit: fc.constantFrom(...'abcdef 0123') }) as fc.Arbitrary<Json>
  fc.assert(
    fc.property(plain, fc.nat(2), (value, times) => {
      const clean = record({ attributes: { data: nest(value, times) } })
      expect(createRedactor()(clean)).toBe(clean)
    }),
  )
})

test('any text at all: never throws, and a second pass changes nothing', () => {
  const piece = fc.oneof(
    sampleOf(NAMED_SAMPLES).map(({ text }) => text),
    sampleOf(SHAPE_SAMPLES).map(({ text }) => text),
    fc.constantFrom(
      'password=',
      'token:',
      '"',
      "'",
      '\\"',
      '{',
      '}',
      '[',
      ']',
      '&',
      '://',
      '@',
      '--token ',
      '\n',
      ' ',
    ),
    fc.string({ maxLength: 12, unit: 'binary' }),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const once = redactText(pieces.join(''))
      expect(redactText(once)).toBe(once)
    }),
    { numRuns: 300 },
  )
})
