/** What is told about calls, tools and servers beyond their records, asked over HTTP, of traffic that was really observed. */
import { createObserver } from '@logboom/sdk/observe'
import { createIds, isCallRecord, type LogRecord } from '@logboom/sdk/record'
import { describe, expect, it, vi } from 'vitest'
import { type TestHub, withHub } from './testing-hub.ts'

vi.setConfig({ testTimeout: 30_000 })

const encode = (message: object): Uint8Array =>
  Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

const INITIALIZE = {
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: { roots: {} }, clientInfo: { name: 'host' } },
}
const WELCOME = {
  id: 0,
  result: {
    protocolVersion: '2025-11-25',
    capabilities: { tools: {}, logging: {} },
    serverInfo: { name: 's' },
  },
}
const callOf = (id: number, text = 'x') => ({
  id,
  method: 'tools/call',
  params: { name: 'search', arguments: { text } },
})
const answerTo = (id: number, text = 'ok') => ({ id, result: { content: [{ type: 'text', text }] } })
const MODERN = {
  id: 90,
  method: 'tools/list',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/logLevel': 'debug',
    },
  },
}

interface Run {
  client(message: object): void
  server(message: object): void
  end(end: { code: number } | { disconnected: true }): void
}

/** The records of one run, with a second between its messages. */
const observed = (server: string, traffic: (run: Run) => void): LogRecord[] => {
  const records: LogRecord[] = []
  let at = 1_760_000_000_000
  const newId = createIds()
  const observer = createObserver({ server, run: newId(at), newId, emit: (record) => records.push(record) })
  observer.started(at, { command: 'node', args: ['server.js'], pid: 1 })
  const later = (): number => {
    at += 1000
    return at
  }
  traffic({
    client: (message) => observer.feed('stdin', encode(message), later()),
    server: (message) => observer.feed('stdout', encode(message), later()),
    end: (end) => observer.ended(later(), end),
  })
  return records
}

const get = async (hub: TestHub, path: string): Promise<Record<string, unknown>> => {
  const answer = await fetch(`${hub.url}/api/v1${path}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Record<string, unknown>
}

const withTraffic = (
  traffic: (run: Run) => void,
  use: (hub: TestHub, ids: Record<string, string>) => Promise<void>,
): Promise<void> =>
  withHub({}, async (hub) => {
    const records = observed('db', traffic)
    hub.store(records)
    const calls = records.filter(isCallRecord).map(({ call }) => [String(call.requestId), call.id] as const)
    await use(hub, Object.fromEntries(calls))
  })

describe('the story of a call', () => {
  it('blames the server that exited while the call was open, and tells its end', async () => {
    await withTraffic(
      ({ client, end }) => {
        client(callOf(1))
        end({ code: 3 })
      },
      async (hub, ids) => {
        const { blame, exit } = await get(hub, `/calls/${ids[1]}`)
        expect(exit).toMatchObject({ message: 'db crashed with code 3', level: 'error' })
        expect(blame).toEqual({
          party: 'server',
          rule: 'exited',
          detail: 'db crashed with code 3',
          record: (exit as { record: string }).record,
        })
        expect(await get(hub, `/records/${(exit as { record: string }).record}`)).toMatchObject({
          record: { source: 'lifecycle' },
        })
      },
    )
  })

  it('blames the connection when only that is known to have ended', async () => {
    await withTraffic(
      ({ client, end }) => {
        client(callOf(1))
        end({ disconnected: true })
      },
      async (hub, ids) => {
        const { blame } = await get(hub, `/calls/${ids[1]}`)
        expect(blame).toMatchObject({ party: 'transport', rule: 'connection_lost' })
      },
    )
  })

  it('blames by what was answered, and nobody for what went well or is open', async () => {
    await withTraffic(
      ({ client, server }) => {
        for (const id of [1, 2, 3]) client(callOf(id))
        server(answerTo(1))
        server({ id: 2, error: { code: -32602, message: 'text must be short' } })
      },
      async (hub, ids) => {
        expect(await get(hub, `/calls/${ids[1]}`)).not.toHaveProperty('blame')
        expect((await get(hub, `/calls/${ids[2]}`)).blame).toEqual({
          party: 'client',
          rule: 'invalid_params',
          detail: 'text must be short',
        })
        expect(await get(hub, `/calls/${ids[3]}`)).not.toHaveProperty('blame')
      },
    )
  })
})

describe('a tool', () => {
  it('is told with the sizes of its messages in bytes: the middle one, and the largest', async () => {
    const words = ['a', 'b'.repeat(100), 'c'.repeat(50)]
    const bytes = (messages: object[]) =>
      messages.map((message) => encode(message).length - 1).sort((a, b) => a - b)
    const requests = bytes(words.map((word, id) => callOf(id, word)))
    const answers = bytes(words.map((word, id) => answerTo(id, word)))
    await withTraffic(
      ({ client, server }) => {
        for (const [id, word] of words.entries()) {
          client(callOf(id, word))
          server(answerTo(id, word))
        }
      },
      async (hub) => {
        expect((await get(hub, '/tools')).tools).toMatchObject([
          {
            tool: 'search',
            sizes: {
              request: { p50: requests[1], max: requests[2] },
              response: { p50: answers[1], max: answers[2] },
            },
          },
        ])
        const [open] = (await get(hub, '/tools?q=status:started')).tools as { sizes: object }[]
        expect(open?.sizes).toEqual({ request: { p50: requests[1], max: requests[2] } })
      },
    )
  })
})

describe('a server', () => {
  it('is told with what it can, and no deprecated feature where none is in use', async () => {
    await withTraffic(
      ({ client, server }) => {
        client(INITIALIZE)
        server(WELCOME)
      },
      async (hub) => {
        expect((await get(hub, '/servers')).servers).toMatchObject([
          { server: 'db', deprecations: [], capabilities: ['logging', 'tools'] },
        ])
      },
    )
  })

  it('is told with the deprecated features that are in use, whatever the query', async () => {
    await withTraffic(
      ({ client }) => client(MODERN),
      async (hub) => {
        const { servers } = await get(hub, '/servers?q=source:call')
        expect(servers).toMatchObject([{ server: 'db', deprecations: ['protocol logging'] }])
        expect((servers as object[])[0]).not.toHaveProperty('capabilities')
      },
    )
  })
})
