/** Made-up records and queries for tests: everything that makes memory and an index differ, the same for the same seed. */
import { type Attributes, type Json, LEVELS, type LogRecord, OUTCOMES, SOURCES } from '@logboom/sdk/record'
import { createRandom } from '../../generated-runs.ts'

export interface Random {
  below(limit: number): number
  chance(share: number): boolean
  pick<T>(values: readonly T[]): T
}

export const randomOf = (seed: number): Random => {
  const next = createRandom(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    chance: (share) => next() < share,
    pick: <T>(values: readonly T[]): T => values[below(values.length)] as T,
  }
}

const TEXTS = [
  'connection refused by peer',
  'Connection REFUSED',
  'ＦＵＬＬ width',
  'full Width',
  '处理完成',
  '处理失败：工具',
  'cafe\u0301 é É',
  'abc\u0301def',
  'İstanbul ΟΔΟΣ οδος',
  'a\0b nul',
  '\ud83d lone',
  'tail \ude00',
  '😀 smile',
  'retry 3 of 5',
  'took 2.3s',
  'a*b "quoted" c\\d',
  'ﬁle ½ ①',
  '\ufffd odd',
  'x',
  'yz',
  '',
  'K kelvin ſ long',
] as const

const KEYS = [
  'n',
  'user',
  'a.b',
  'id',
  'name',
  'k.l m',
  '处理',
  '0',
  '"q"',
  'level',
  'e\u0301',
  'obj',
  'x\ud800',
] as const
const VALUES: readonly Json[] = [
  0,
  1,
  -1,
  1000,
  1.5,
  1e21,

  true,
  false,
  null,
  '1',
  '1.0',
  '1e3',
  '1s',
  '1000ms',
  '2.3s',
  '10kb',
  '85%',
  'null',
  'true',
  'Alice',
  'ＡＬＩＣＥ',
  '失败',
  '2026-11-22T10:00:00Z',
  '',
  'a"b',
  'a\\b',
  'a\0b',
  '\ud800',
  'é',
  'e\u0301',
]
export const START = Date.UTC(2026, 10, 22, 10)

const value = (random: Random, depth: number): Json => {
  if (depth < 3 && random.chance(0.15))
    return Array.from({ length: random.below(3) }, () => value(random, depth + 1))
  return depth < 3 && random.chance(0.2) ? attributes(random, depth + 1) : random.pick(VALUES)
}

const attributes = (random: Random, depth = 0): Attributes =>
  Object.fromEntries(Array.from({ length: random.below(4) }, () => [random.pick(KEYS), value(random, depth)]))

const IDS = ['c1', 'C1', 'ｃ2', 'call-3', '7', '1000'] as const

const callOf = (random: Random): LogRecord['call'] => {
  if (random.chance(0.15))
    return { attribution: 'ambiguous', candidates: [random.pick(IDS), random.pick(IDS)] }
  return {
    id: random.pick(IDS),
    method: random.pick(['tools/call', 'prompts/get']),
    requestId: random.pick<string | number>([1, 1000, '1', '1s', 'ａ', 'x']),
    from: random.pick(['client', 'server'] as const),
    attribution: random.pick(['exact', 'inferred'] as const),
    ...(random.chance(0.7) ? { tool: random.pick(['add', '查询', 'Add']) } : {}),
    ...(random.chance(0.5) ? { status: random.pick(['started', ...OUTCOMES] as const) } : {}),
    ...(random.chance(0.4) ? { durationMs: random.pick([0, 0.5, 100, 1000, 2500]) } : {}),
  }
}

/** A record with any of what records have. */
export const madeRecord = (random: Random, seq: number): LogRecord => {
  const observed = START + seq * 700 + random.below(400)
  const run = random.pick(['r1', 'r2', 'r3'])
  return {
    id: `id-${seq}`,
    time: random.chance(0.2) ? observed - random.below(90_000) - 0.125 : observed,
    observed,
    seq,
    level: random.pick(LEVELS),
    server: random.pick(['analytics', 'Files', 'ｆiles']),
    run,
    source: random.pick(SOURCES),
    message: random.chance(0.8) ? random.pick(TEXTS) : `${random.pick(TEXTS)} ${random.pick(TEXTS)}`,
    attributes: random.chance(0.6) ? attributes(random) : {},
    ...(random.chance(0.3) ? { logger: random.pick(['app', 'App.db', '']) } : {}),
    ...(random.chance(0.5) ? { call: callOf(random) as NonNullable<LogRecord['call']> } : {}),
    ...(random.chance(0.2) ? { traceId: random.pick(['abcd', 'ABCD', 'ef01']) } : {}),
    ...(random.chance(0.1) ? { spanId: random.pick(['12', '34']) } : {}),
    ...(random.chance(0.3)
      ? { client: { name: 'Claude', ...(random.chance(0.5) ? { version: '1.2' } : {}) } }
      : {}),
    ...(random.chance(0.2) ? { protocol: '2025-11-25', serverVersion: '2', session: 's', host: 'h' } : {}),
    ...(random.chance(0.1) ? { redacted: 1 + random.below(3) } : {}),
    ...(random.chance(0.1) ? { truncated: 2000 } : {}),
  }
}

const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** A piece of any length of a text. */
const piece = (random: Random, text: string): string => {
  const length = random.pick([1, 2, 3, 4, 7, 100])
  const from = random.below(Math.max(1, text.length - length + 1))
  return text.slice(from, from + length)
}

const REGEXES = [
  '/refused/',
  '/REFUSED/i',
  '/conn.*peer/',
  '/(retry|took) \\d/',
  '/^x$/',
  '/ab(c|d)/',
  '/abc/',
  '/cafe/',
  '/re(try)? 3/',
  '/[a-f]{3}/',
  '/处理/',
  '/full/i',
  '/a+b*c?/',
  '/con{2}ect/',
  '/kelvin/i',
  '/width$/',
  '/of 5|smile/',
  '/\\bby\\b/',
] as const

const TEXT_FIELDS = [
  'server',
  'logger',
  'tool',
  'method',
  'client',
  'clientVersion',
  'serverVersion',
  'protocol',
  'run',
  'session',
  'host',
  'traceId',
  'spanId',
  'id',
  'call',
  'candidate',
  'message',
] as const
const TEXT_VALUES = [
  'analytics',
  'FILES',
  'files',
  'app',
  'add',
  '查询',
  'tools/call',
  'claude',
  'r1',
  'abcd',
  '12',
  'c1',
  'c2',
  'id-3',
  'x',
  'connection refused',
] as const
const OPS = ['>', '>=', '<', '<='] as const

const path = (random: Random): string =>
  `@${Array.from({ length: 1 + random.below(2) }, () => {
    const key = random.pick(KEYS)
    return /^\w+$/.test(key) && random.chance(0.7) ? key : quote(key)
  }).join('.')}`

const attributeTest = (random: Random): string => {
  const written = String(random.pick(VALUES.filter((one) => typeof one !== 'object')))
  const bare = /^[\w.%-]+$/.test(written) ? written : quote(written)
  return random.pick([
    `:${quote(written)}`,
    `:${bare}`,
    ':*',
    ':null',
    `:${random.pick(OPS)}${random.pick(['0', '1', '1s', '5kb', '"a"', '2026-11-22'])}`,
    `:[${random.pick(['*', '0'])} TO ${random.pick(['*', '1500', '"z"'])}]`,
    `:${random.pick(['a*', '*e', '1*', '*失*'])}`,
    `:${random.pick(['/ali/i', '/^1/', '/s$/'])}`,
    `:(1 OR ${quote('Alice')})`,
  ])
}

const leaf = (random: Random): string => {
  const text = quote(piece(random, random.pick(TEXTS)))
  const at = new Date(START + random.below(120_000)).toISOString()
  return random.pick<() => string>([
    () => text,
    () => text,
    () => random.pick(['conn*ref', 'a*b', 're*3*5', '处*', 'REFUSED', '败', 'e', '*']),
    () => random.pick(REGEXES),
    () => `level:${random.pick(['', ...OPS])}${random.pick(['warning', 'err', 'info'])}`,
    () => `level:${random.pick(['*', 'e*', '(error OR debug)'])}`,
    () => `source:${random.pick(['call', 'stderr', '*'])}`,
    () => `status:${random.pick(['error', 'ok', 'started', '*', 'tool*'])}`,
    () => `attribution:${random.pick(['exact', 'ambiguous', '*'])}`,
    () => `from:${random.pick(['client', 'server'])}`,
    () => `${random.pick(TEXT_FIELDS)}:${quote(random.pick(TEXT_VALUES))}`,
    () => `${random.pick(TEXT_FIELDS)}:${random.pick(['*', 'a*', '*s', '>b', '[a TO m]', '/a/'])}`,
    () => `request:${random.pick(['1', '1.0', '1s', '"1"', 'x', '*', '>5', 'a'])}`,
    () => `duration:${random.pick(['>1s', '100ms', '*', '[0 TO 1s]'])}`,
    () => `time:${random.pick(['>', '>=', '<', '<=', ''])}${at}`,
    () => `time:[${at} TO ${new Date(START + 150_000).toISOString()}]`,
    () => `time:${random.pick(['2026-11-22', '2026-11-22T10:01', '*'])}`,
    () => `observed:${random.pick(OPS)}${at}`,
    () => `seq:${random.pick(OPS)}${random.below(200)}`,
    () => `${random.pick(['redacted:*', 'redacted:>1', 'truncated:>1kb', 'redacted:2'])}`,
    () => path(random) + attributeTest(random),
    () => path(random) + attributeTest(random),
    () => `${random.pick(['n', 'user', 'obj.id'])}${attributeTest(random)}`,
  ])()
}

/** A query over the whole language. */
export const madeQuery = (random: Random, depth = 0): string => {
  if (depth > 2 || random.chance(0.45)) return leaf(random)
  const inner = (): string => `(${madeQuery(random, depth + 1)})`
  return random.pick<() => string>([
    () => `${inner()} ${inner()}`,
    () => `${leaf(random)} ${leaf(random)}`,
    () => `${inner()} OR ${inner()}`,
    () => `NOT ${inner()}`,
    () => `-${inner()} ${leaf(random)}`,
  ])()
}
