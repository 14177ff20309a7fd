/** The SDK among its peers: Python FastMCP's servers and clients, npm fastmcp. What the tools were told to log is the truth. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { connect } from '@logboom/sdk/client'
import type { LogRecord } from '@logboom/sdk/record'
import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { NODE, run, start } from '../kit/process.ts'
import { namedCall } from '../kit/records.ts'
import { waitFor } from '../kit/wait.ts'
import { PYTHON } from './python.ts'

const server = (name: string): string => fileURLToPath(new URL(`./servers/${name}`, import.meta.url))

const INFO = { name: 'interop', version: '1.0.0' }
const CLIENTS = {
  v1: () => new ClientV1(INFO),
  'v2 legacy': () => new ClientV2(INFO, { versionNegotiation: { mode: 'legacy' } }),
  'v2 auto': () => new ClientV2(INFO, { versionNegotiation: { mode: 'auto' } }),
} as const
const KINDS = Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']

/** A client of ours, and the logs it got so far that came as messages or from our own marked lines. */
const connected = async (kind: keyof typeof CLIENTS, target: Parameters<typeof connect>[0]) => {
  const logs: LogRecord[] = []
  const client = await connect(target, {
    server: 'peer',
    client: CLIENTS[kind](),
    onLog: (record) => void logs.push(record),
  })
  onTestFinished(() => client.close())
  return { client, logs }
}

const brief = ({ level, logger, message, attributes }: LogRecord) => ({ level, logger, message, attributes })

describe.each(KINDS)('a Python FastMCP server, seen by our client (%s)', (kind) => {
  test('every level and every field arrives, each record with its call', async () => {
    const target = { command: PYTHON, args: [server('python-fastmcp.py')] }
    const { client, logs } = await connected(kind, target)
    await client.callTool({ name: 'levels', arguments: {} })
    const messages = logs.filter(({ source }) => source === 'message')
    expect(messages.map(brief)).toEqual([
      { level: 'debug', logger: undefined, message: 'loading rows', attributes: { n: 1 } },
      { level: 'info', logger: undefined, message: 'rows loaded', attributes: {} },
      { level: 'warning', logger: 'core', message: 'nulls found', attributes: {} },
      {
        level: 'error',
        logger: undefined,
        message: '列 is missing',
        attributes: { 列: '价格', nested: { list: [1, null] } },
      },
      ...['notice', 'critical', 'alert', 'emergency'].map((level) => ({
        level,
        logger: undefined,
        message: `at ${level}`,
        attributes: {},
      })),
    ])
    for (const record of messages)
      expect(namedCall(record)).toMatchObject({ tool: 'levels', attribution: 'inferred' })
    await client.close()
    const protocols = new Set(messages.map(({ protocol }) => protocol))
    expect([...protocols]).toEqual([kind === 'v2 auto' ? '2026-07-28' : '2025-11-25'])
  })
})

/** What Python FastMCP's documented handlers got. */
const handled = async (mode: string, target: string[]) => {
  const { code, stdout, stderr } = await run([PYTHON, server('handlers.py'), mode, ...target], {
    timeoutMs: 60_000,
  })
  expect({ code, stderr: code === 0 ? '' : stderr.toString() }).toEqual({ code: 0, stderr: '' })
  const lines = stdout.toString().trim().split('\n')
  return JSON.parse(lines.at(-1) ?? '') as { seen: Record<string, unknown>[]; failed: string[] }
}

const EXPECTED = [
  ...LEVELS.map((level) => ({ level, logger: null, msg: `at ${level}` })),
  { level: 'info', logger: null, msg: 'plain' },
  {
    level: 'warning',
    logger: 'orders',
    msg: '分析 with fields',
    order: 'A-17',
    rows: 3,
    nested: { list: [1, null] },
  },
]

describe.each(['v1', 'v2'])(
  'our server (%s), seen by Python FastMCP’s client with its documented handlers',
  (line) => {
    test.each(line === 'v1' ? ['legacy', 'auto'] : ['legacy', 'auto'])(
      'over stdio, mode %s',
      async (mode) => {
        const { seen, failed } = await handled(mode, [NODE, server('sdk-server.mjs'), line])
        expect(failed).toEqual([])
        expect(seen).toEqual(EXPECTED)
      },
    )

    test.each(['legacy', 'auto'])('over Streamable HTTP, mode %s', async (mode) => {
      const serving = start([NODE, server('sdk-server.mjs'), line, 'http'])
      const url = await waitFor('the URL', () => /http\S+/.exec(serving.stdout().toString())?.[0])
      const { seen, failed } = await handled(mode, [url])
      expect(failed).toEqual([])
      expect(seen).toEqual(EXPECTED)
    })
  },
)

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

const NPM_LEVELS = [
  ...['debug', 'info', 'notice'].map((level) => [level, `at ${level}`, {}]),
  ['warning', 'at warn', { 列: '价格' }],
  ...['error', 'critical', 'alert', 'emergency'].map((level) => [level, `at ${level}`, {}]),
]

const expectNpm = async ({ client, logs }: Awaited<ReturnType<typeof connected>>): Promise<void> => {
  await client.callTool({ name: 'levels', arguments: {} })
  const own = () => logs.filter(({ message }) => /^(at |[ab]\d)/.test(message))
  await waitFor('the logs', () => own().length >= 8)
  expect(own().map(({ level, message, attributes }) => [level, message, attributes])).toEqual(NPM_LEVELS)
  logs.length = 0
  await Promise.all(['a', 'b'].map((mark) => client.callTool({ name: 'below', arguments: { mark } })))
  await waitFor('the logs', () => own().length >= 6)
  expect(own()).toHaveLength(6)
  const calls = new Map<unknown, Set<unknown>>()
  for (const record of own()) {
    expect(namedCall(record)).toMatchObject({ tool: 'below', attribution: 'exact' })
    calls.set(
      record.attributes.mark,
      (calls.get(record.attributes.mark) ?? new Set()).add(namedCall(record)?.id),
    )
  }
  expect([...calls.values()].map(({ size }) => size)).toEqual([1, 1])
}

describe('npm fastmcp with withLogging', () => {
  test.each(['v1', 'v2 legacy'] as const)(
    'over stdio (%s): all levels, each record with its call',
    async (kind) => {
      await expectNpm(await connected(kind, { command: NODE, args: [server('npm-fastmcp-logged.mjs')] }))
    },
  )

  test('over Streamable HTTP, where its own log calls are lost', async () => {
    const port = await freePort()
    const serving = spawn(NODE, [server('npm-fastmcp-logged.mjs'), 'httpStream', String(port)], {
      stdio: 'ignore',
    })
    onTestFinished(() => void serving.kill('SIGKILL'))
    const url = `http://127.0.0.1:${port}/mcp`
    await waitFor('the server', () =>
      fetch(url).then(
        () => true,
        () => false,
      ),
    )
    await expectNpm(await connected('v1', url))
  })
})
