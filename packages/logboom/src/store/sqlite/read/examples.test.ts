/** The language by examples, on records that each match one of them and barely miss another: in memory, and in files of any kind. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { compile, parseQuery } from '@logboom/sdk/query'
import type { LogRecord, NamedCall } from '@logboom/sdk/record'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Archive } from '../../contract.ts'
import { openSqliteArchive } from '../index.ts'
import { makeStore } from './made-store.ts'
import { regex } from './testing.ts'

const NOW = Date.UTC(2026, 10, 22, 14, 30)
const MINUTE = 60_000

const call = (tool: string, fields: Partial<NamedCall> = {}): NamedCall => ({
  id: `call-${tool}`,
  method: 'tools/call',
  tool,
  requestId: 1,
  from: 'client',
  attribution: 'exact',
  ...fields,
})

const RECORDS: readonly LogRecord[] = (
  [
    { message: 'Read TIMEOUT after 3 tries', level: 'warning', server: 'fs' },
    { message: 'time out', level: 'notice', server: 'fs-backup', call: call('ping') },
    { message: 'Connection  refused', level: 'error', server: 'nfs', source: 'stderr' },
    { message: 'connection refused: ECONNREFUSED', level: 'critical', server: 'fs', source: 'stderr' },
    { message: 'read econnreset', server: 'fs-backup', source: 'stderr', attributes: { error: { code: 0 } } },
    { message: 'ECONNRESET told by a client', source: 'message', attributes: { 'error.code': 'E' } },
    {
      message: 'create_issue',
      source: 'call',
      server: 'github',
      client: { name: 'Claude Desktop' },
      call: call('create_issue', { status: 'started' }),
    },
    {
      message: 'create_issue failed',
      source: 'call',
      server: 'github',
      level: 'error',
      client: { name: 'claude desktop' },
      call: call('create_issue', { status: 'tool_error', durationMs: 2000 }),
    },
    {
      message: 'list_issues',
      source: 'call',
      server: 'github',
      client: { name: 'Claude' },
      call: call('list_issues', { status: 'ok', durationMs: 1000 }),
    },
    {
      message: 'search',
      source: 'call',
      server: 'jira',
      level: 'error',
      client: { name: 'Claude Desktop' },
      call: call('search', { status: 'timeout', durationMs: 5001 }),
    },
    {
      message: 'fetch',
      source: 'call',
      server: 'web',
      call: call('fetch', { status: 'cancelled', durationMs: 5000 }),
    },
    {
      message: 'greeting',
      source: 'call',
      server: 'web',
      level: 'error',
      call: call('', { method: 'prompts/get', status: 'rpc_error', durationMs: 99.9 }),
    },
    { message: 'denied', attributes: { args: { path: '/etc/passwd' } }, traceId: 'ab12' },
    { message: 'denied', attributes: { args: { path: '/etc/passwd2' } } },
    { message: 'old client', protocol: '2024-11-05', level: 'debug' },
    { message: 'new client', protocol: '2025-11-25', level: 'debug', time: NOW - 20 * MINUTE },
    { message: '工具调用失败', level: 'error', attributes: { 消息: '失败' } },
    { message: '工具', attributes: { 消息: '部分失败' }, time: NOW - 15 * MINUTE },
    { message: '失败', attributes: { 消息: '失败' } },
    { message: 'Café crème', attributes: { took: '2.3s', size: '10kb', share: '85%' } },
    { message: 'Cafe\u0301 noir', attributes: { took: '900ms', size: '10kib', share: '9%' } },
    { message: 'cafe', attributes: { took: 2300, size: 10_000, share: 0.85 } },
    { message: 'ＥＲＲＯＲ ﬁle', attributes: { took: '2300', size: 'large', 'a b': '(x)' } },
    { message: 'say "hi" (twice) \\ a*b', attributes: { took: '2 min', 'a b': 'x y' } },
    { message: 'error: axxb', server: 'FS-Ⅱ', call: call('PING') },
    {
      message: 'either',
      call: { attribution: 'ambiguous', candidates: ['call-search', 'call-fetch'] },
    },
  ] satisfies Partial<LogRecord>[]
).map((fields, seq) => ({
  id: `019a0000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
  time: NOW - MINUTE,
  observed: NOW,
  seq,
  level: 'info',
  server: 'other',
  run: 'r1',
  source: 'message',
  attributes: {},
  ...fields,
}))

/** Numbers of all but these. */
const allBut = (...missing: number[]): number[] =>
  RECORDS.map(({ seq }) => seq).filter((seq) => !missing.includes(seq))

/** Query, and the numbers of the records it finds. */
const EXAMPLES: readonly (readonly [query: string, finds: readonly number[]])[] = [
  // What people write first.
  ['timeout', [0]],
  ['"connection refused"', [3]],
  ['level:>=warn', [0, 2, 3, 7, 9, 11, 16]],
  ['level:(error OR warn)', [0, 2, 7, 9, 11, 16]],
  ['server:github tool:create_issue', [6, 7]],
  ['server:fs* -tool:ping', [0, 3, 4]],
  ['method:tools/call status:error', [7, 9]],
  ['duration:>1s', [7, 9, 10]],
  ['duration:[100ms TO 2s]', [7, 8]],
  ['@args.path:"/etc/passwd"', [12]],
  ['source:stderr /ECONN(REFUSED|RESET)/i', [3, 4]],
  ['source:stderr /ECONN(REFUSED|RESET)/', [3]],
  ['proto:2024-11-05', [14]],
  ['client:"Claude Desktop" server:(github OR jira)', [6, 7, 9]],
  ['ts:>now-15m NOT level:debug', allBut(14, 15, 17)],
  ['error.code:*', [4, 5]],
  ['call:call-search', [9]],
  ['candidate:call-search', [25]],
  ['trace:*', [12]],
  ['(tool:search OR tool:fetch) duration:>5s', [9]],
  ['消息:失败 工具', [16]],
  // Precedence.
  ['server:github OR server:web status:ok', [6, 7, 8]],
  ['status:ok server:web OR server:github', [6, 7, 8]],
  ['(server:github OR server:web) status:ok', [8]],
  ['NOT server:web status:ok', [8]],
  ['-source:message NOT (source:stderr OR source:call)', []],
  ['NOT NOT status:ok', [8]],
  // NOT is true where there is no such field.
  ['-status:error source:call', [6, 8, 10]],
  ['-@took:>1s @took:*', [20]],
  ['NOT error.code:* econnreset', []],
  ['NOT error.code:*', allBut(4, 5)],
  ['-失败', allBut(16, 18)],
  ['-tool:ping (server:fs-backup OR server:fs-ii)', [4]],
  ['NOT call:* either', [25]],
  ['-client:"Claude Desktop" server:(github OR jira OR web)', [8, 10, 11]],
  // Chinese, accents, case.
  ['失败', [16, 18]],
  ['具调', [16]],
  ['消息:*失败', [16, 17, 18]],
  ['"调用 失败"', []],
  ['café', [19, 20]],
  ['CAFÉ', [19, 20]],
  ['cafe', [21]],
  ['error', [22, 24]],
  ['ＥＲＲＯＲ file', [22]],
  ['server:fs-ii', [24]],
  ['server:FS-Ⅱ', [24]],
  ['tool:ping', [1, 24]],
  // Quotes.
  ['"a*b"', [23]],
  ['a*b', [23, 24]],
  ['"say \\"hi\\""', [23]],
  ['"\\\\ a"', [23]],
  ['@"a b":"(x)"', [22]],
  ['@"a b":"x y"', [23]],
  ['"(twice)"', [23]],
  // Units.
  ['@took:>1s', [19, 21, 22, 23]],
  ['@took:2300ms', [19, 21]],
  ['@took:[1s TO 1m]', [19, 21, 22]],
  ['@size:>10kb', [20]],
  ['@size:10kb', [19, 21]],
  ['@share:>80%', [19]],
  ['*', allBut()],
]

/** Query, what is wrong, and where. */
const ERRORS: readonly (readonly [query: string, message: RegExp, column: number])[] = [
  ['level:(error', /\)/, 13],
  ['duration:>', /value/i, 11],
]

const LAYOUTS = { hot: [false], sealed: [true], 'sealed and hot': [true, false] } as const

let dir: string
const stores = new Map<string, { archive: Archive; positions: number[] }>()

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logboom-examples-'))
  for (const [name, layout] of Object.entries(LAYOUTS)) {
    const size = Math.ceil(RECORDS.length / layout.length)
    const files = layout.map((sealed, index) => ({
      sealed,
      records: RECORDS.slice(index * size, (index + 1) * size),
    }))
    const store = join(dir, name)
    const positions = makeStore(store, files)
    stores.set(name, {
      archive: await openSqliteArchive({ dir: store, regex, isAlive: () => false }),
      positions,
    })
  }
})
afterAll(async () => {
  for (const { archive } of stores.values()) await archive.close()
  await rm(dir, { recursive: true, force: true })
})

describe.each(EXAMPLES)('%s', (query, finds) => {
  const filter = parseQuery(query, { now: NOW })

  test('finds its records in memory', () => {
    const matches = compile(filter, { regex, input: query })
    expect(RECORDS.filter(matches).map(({ seq }) => seq)).toEqual(finds)
  })

  test.each(Object.keys(LAYOUTS))('finds them in a store that is %s', async (layout) => {
    const { archive, positions } = stores.get(layout) ?? expect.fail()
    const { items } = await archive.page({ filter, order: 'oldest', limit: 100 })
    expect(items.map(({ record }) => record)).toEqual(finds.map((seq) => RECORDS[seq]))
    expect(items.map(({ position }) => position)).toEqual(finds.map((seq) => positions[seq]))
    expect((await archive.histogram({ filter, step: MINUTE })).total).toBe(finds.length)
  })
})

test.each(ERRORS)('%s is an error at its column', (query, message, column) => {
  expect(() => parseQuery(query, { now: NOW })).toThrow(LogboomError)
  expect(() => parseQuery(query, { now: NOW })).toThrow(
    expect.objectContaining({ code: 'LB_QUERY_SYNTAX', message: expect.stringMatching(message), column }),
  )
})
