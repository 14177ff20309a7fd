import { readFileSync } from 'node:fs'
import type { Attributes, CallStatus, LogRecord, NamedCall } from '@logboom/sdk/record'
import { describe, expect, it } from 'vitest'
import type { CallStory } from '../store/contract.ts'
import { type Blame, blameOf, MAX_DETAIL, RULES } from './index.ts'

const CALL: NamedCall = {
  id: 'call',
  method: 'tools/call',
  tool: 'search',
  requestId: 7,
  from: 'client',
  attribution: 'exact',
}

const record = (id: string, fields: Partial<LogRecord> = {}): LogRecord => ({
  id,
  time: 5000,
  observed: 5000,
  seq: 0,
  level: 'info',
  server: 'db',
  run: 'run',
  source: 'call',
  message: '',
  attributes: {},
  ...fields,
})

interface Told {
  status: CallStatus
  attributes?: Attributes
  call?: Partial<NamedCall>
  records?: LogRecord[]
  exit?: LogRecord
}

const blame = ({ status, attributes = {}, call: ref, records = [], exit }: Told): Blame | undefined => {
  const call = { ...CALL, ...ref }
  const started = record('started', { time: 0, call: { ...call, status: 'started' } })
  const outcome = record('outcome', { attributes, call: { ...call, status, durationMs: 5000 } })
  const story: CallStory = { call, server: 'db', run: 'run', started, outcome, records }
  return blameOf(story, exit)
}

const rpcError = (code: number, message = 'no'): Pick<Told, 'status' | 'attributes'> => ({
  status: 'rpc_error',
  attributes: { error: { code, message } },
})

const toolError = (...texts: string[]): Pick<Told, 'status' | 'attributes'> => ({
  status: 'tool_error',
  attributes: { result: { isError: true, content: texts.map((text) => ({ type: 'text', text })) } },
})

const log = (message: string, fields: Partial<LogRecord> = {}): LogRecord =>
  record(`log ${message}`, { source: 'stderr', message, ...fields })

const exit = (attributes: Attributes, fields: Partial<LogRecord> = {}): LogRecord =>
  record('exit', {
    source: 'lifecycle',
    level: 'error',
    message: 'db crashed with code 1',
    attributes: { event: 'exit', ...attributes },
    ...fields,
  })

const REFUSED = 'Error: connect ECONNREFUSED 127.0.0.1:5432'

/** One story a rule, and who is blamed. */
const STORIES: Record<string, [Told, Blame['party'], Partial<Blame>?]> = {
  unsupported_version: [
    rpcError(-32022, 'Unsupported protocol version'),
    'version',
    { detail: 'Unsupported protocol version' },
  ],
  stray_stdout: [
    { status: 'timeout', records: [log('done{"jsonrpc":"2.0","id":7,"result":{}}', { source: 'stdout' })] },
    'server',
    { record: 'log done{"jsonrpc":"2.0","id":7,"result":{}}' },
  ],
  cancelled: [
    { status: 'cancelled', attributes: { reason: 'user stopped it' } },
    'client',
    { detail: 'user stopped it' },
  ],
  timeout: [
    { status: 'timeout', attributes: { reason: 'Request timed out' } },
    'client',
    { detail: 'Request timed out' },
  ],
  parse_error: [rpcError(-32700), 'transport', { detail: 'no' }],
  unknown_method: [rpcError(-32601), 'client'],
  invalid_params: [
    rpcError(-32602, 'limit must be a number'),
    'client',
    { detail: 'limit must be a number' },
  ],
  upstream: [
    { ...toolError('it failed'), records: [log('trying'), log(`at 12:00\n${REFUSED}`)] },
    'server',
    { detail: REFUSED, record: `log at 12:00\n${REFUSED}` },
  ],
  tool_error: [
    toolError('the table', 'is gone', 'it timed out'),
    'server',
    { detail: 'the table is gone it timed out' },
  ],
  internal_error: [rpcError(-32603), 'server'],
  server_error: [rpcError(-32002, 'Resource not found'), 'server', { detail: 'Resource not found' }],
  exited: [
    { status: 'lost', exit: exit({ code: 1 }) },
    'server',
    { detail: 'db crashed with code 1', record: 'exit' },
  ],
  http_status: [
    { status: 'lost', attributes: { reason: 'Error POSTing to endpoint (HTTP 502): bad gateway' } },
    'transport',
    { detail: 'Error POSTing to endpoint (HTTP 502): bad gateway' },
  ],
  connection_lost: [
    { status: 'lost', attributes: { reason: 'fetch failed' } },
    'transport',
    { detail: 'fetch failed' },
  ],
}

describe('docs/api.md', () => {
  it('lists the rules in their order, each with its party', () => {
    const manual = readFileSync(new URL('../../../../docs/api.md', import.meta.url), 'utf8')
    const [, section = ''] = manual.split('\n## Who failed\n')
    const rows = [...section.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, rule, party]) => [rule, party])
    expect(rows).toEqual(Object.entries(STORIES).map(([rule, [, party]]) => [rule, party]))
  })
})

describe('who failed', () => {
  it('is told by each rule of the table', () => {
    expect(Object.keys(STORIES)).toEqual([...RULES])
  })

  it.each(Object.entries(STORIES))('%s', (rule, [story, party, more = {}]) => {
    expect(blame(story)).toMatchObject({ party, rule, ...more })
  })

  it('is nobody when the call went well, or is open', () => {
    expect(blame({ status: 'ok', records: [log(REFUSED, { level: 'error' })] })).toBeUndefined()
    const started = record('started', { call: { ...CALL, status: 'started' } })
    expect(blameOf({ call: CALL, server: 'db', run: 'run', started, records: [] })).toBeUndefined()
  })

  it('changes sides where the server asked', () => {
    const call = { from: 'server', method: 'sampling/createMessage' } as const
    expect(blame({ ...rpcError(-32602), call })).toMatchObject({ party: 'server', rule: 'invalid_params' })
    expect(blame({ ...rpcError(-1, 'the user said no'), call })).toMatchObject({
      party: 'client',
      rule: 'server_error',
    })
    expect(blame({ status: 'cancelled', call })).toMatchObject({ party: 'server' })
  })
})

describe('a refused handshake', () => {
  const call = { method: 'initialize' }
  it('is of the versions when it says so, whatever its code', () => {
    const refused = rpcError(-32602, 'Unsupported protocol version: 2099-01-01')
    expect(blame({ ...refused, call })).toMatchObject({ party: 'version', rule: 'unsupported_version' })
  })
  it('is not, when a tool only speaks of versions', () => {
    expect(blame(rpcError(-32602, 'unknown protocol version of the printer'))).toMatchObject({
      rule: 'invalid_params',
    })
    expect(blame({ ...rpcError(-32602, 'clientInfo.version is missing'), call })).toMatchObject({
      rule: 'invalid_params',
    })
  })
})

describe('arguments that a tool refuses', () => {
  it.each([
    'MCP error -32602: Input validation error: Invalid arguments',
    "Input validation error: 'q' is a required property",
  ])('are the client’s, as its SDK writes it: %s', (text) => {
    expect(blame(toolError(text))).toMatchObject({ party: 'client', rule: 'invalid_params', detail: text })
  })
  it('are not, where the text only mentions them', () => {
    expect(blame(toolError('upstream said: Input validation error: x'))).toMatchObject({ rule: 'tool_error' })
  })
})

describe('a connection of the server’s own', () => {
  it.each([
    REFUSED,
    'getaddrinfo ENOTFOUND api.example.com',
    'httpx.ConnectError: All connection attempts failed',
    'dial tcp 10.0.0.1:443: i/o timeout',
    'psycopg.OperationalError: Connection refused',
    'socket hang up',
  ])('is known by what it says: %s', (text) => {
    expect(blame(toolError(text))).toEqual({
      party: 'server',
      rule: 'upstream',
      detail: text,
      record: 'outcome',
    })
    expect(blame({ ...rpcError(-32603), records: [log(text)] })).toMatchObject({ rule: 'upstream' })
  })

  it.each([
    log('connection pool ready, timeout 30s'),
    log(REFUSED, { level: 'debug', attributes: { levelFrom: 'pino' } }),
    log('retry policy: ECONNREFUSED, ECONNRESET', { attributes: { levelFrom: 'pino' } }),
    log('ECONNREFUSED', { source: 'notification', level: 'error' }),
    log('MYECONNREFUSEDTEST', { level: 'error' }),
  ])('is not read into other lines: $message', (line) => {
    expect(blame({ ...toolError('it failed'), records: [line] })).toMatchObject({ rule: 'tool_error' })
  })

  it('does not excuse arguments that are wrong, nor a client that gave up', () => {
    const records = [log(REFUSED, { level: 'error' })]
    expect(blame({ ...rpcError(-32602), records })).toMatchObject({ rule: 'invalid_params' })
    expect(blame({ status: 'timeout', records })).toMatchObject({ rule: 'timeout' })
  })
})

describe('a lost call', () => {
  it('is of the connection when nobody knows how the server ended', () => {
    for (const attributes of [{ disconnected: true }, { killed: true }])
      expect(blame({ status: 'lost', exit: exit(attributes, { message: 'db disconnected' }) })).toEqual({
        party: 'transport',
        rule: 'connection_lost',
        detail: 'db disconnected',
        record: 'exit',
      })
    expect(blame({ status: 'lost' })).toEqual({ party: 'transport', rule: 'connection_lost' })
  })

  it('has nothing to do with an exit at another time', () => {
    expect(blame({ status: 'lost', exit: exit({ code: 1 }, { observed: 9000 }) })).toMatchObject({
      rule: 'connection_lost',
    })
  })

  it('is the exit’s even when the failed write was told first', () => {
    const attributes = { reason: 'write EPIPE' }
    expect(blame({ status: 'lost', attributes, exit: exit({ code: 1 }, { observed: 5200 }) })).toMatchObject({
      rule: 'exited',
    })
  })
})

describe('a stray line', () => {
  it.each([
    'warming up',
    'got {"jsonrpc":"2.0","id":7,"method":"tools/call"}',
    'x{"jsonrpc":"2.0","id":8,"result":1}',
  ])('that is not the answer is not blamed: %s', (line) => {
    expect(blame({ status: 'timeout', records: [log(line, { source: 'stdout' })] })).toMatchObject({
      rule: 'timeout',
    })
  })
})

describe('a detail', () => {
  it('is one line of bounded length that ends in no half character', () => {
    const detail = blame(toolError(`first\n${'🪵'.repeat(500)}`))?.detail ?? ''
    expect([...detail]).toHaveLength(MAX_DETAIL)
    expect(detail).toMatch(/^first 🪵+…$/u)
  })
  it('is absent when nothing was said', () => {
    expect(blame({ status: 'tool_error', attributes: { result: { isError: true } } })).toEqual({
      party: 'server',
      rule: 'tool_error',
    })
    expect(blame({ status: 'rpc_error', attributes: {} })).toEqual({ party: 'server', rule: 'server_error' })
  })
})
