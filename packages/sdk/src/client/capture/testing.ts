/** Servers of both official lines over every transport, and a watched client of each: for the tests of this folder. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
  InMemoryTransport as MemoryV2,
} from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { InMemoryTransport as MemoryV1 } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { createMcpHandler, McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import { z } from 'zod/v4'
import type { LogRecord, NamedCall } from '../../record/index.ts'
import { captureTransport } from './capture.ts'
import type { Capture, CaptureSettings, MessageTransport } from './types.ts'

/** Resolves when as many have arrived; they meet again and again. */
export const createMeeting = (): ((parties: number) => Promise<void>) => {
  let waiting: (() => void)[] = []
  return (parties) =>
    new Promise((resolve) => {
      waiting.push(resolve)
      if (waiting.length < parties) return
      for (const go of waiting) go()
      waiting = []
    })
}

type Say = (level: 'info' | 'debug' | 'error', data: unknown) => Promise<unknown>
type Meet = ReturnType<typeof createMeeting>

/** Says one thing while as many calls as `parties` are open, and ends when all have. */
const work = async ({ mark, parties }: { mark: string; parties: number }, say: Say, meet: Meet) => {
  await meet(parties)
  await say('debug', { msg: `debug of ${mark}`, extra: { mark } })
  await say('error', { msg: `error of ${mark}`, extra: { mark } })
  await meet(parties)
  return { content: [{ type: 'text' as const, text: mark }] }
}

const shape = { mark: z.string(), parties: z.number() }
const CAPABILITIES = { capabilities: { logging: {} } }

export const createV1 = (meet: Meet = createMeeting()): McpServerV1 => {
  const server = new McpServerV1({ name: 'one', version: '1.0.0' }, CAPABILITIES)
  server.registerTool('work', { inputSchema: shape }, (args, extra) =>
    work(
      args,
      (level, data) => extra.sendNotification({ method: 'notifications/message', params: { level, data } }),
      meet,
    ),
  )
  server.registerTool('leveled', {}, async (extra) => {
    for (const level of ['debug', 'warning'] as const)
      await server.sendLoggingMessage({ level, data: `at ${level}` }, extra.sessionId)
    return { content: [] }
  })
  return server
}

export const createV2 = (meet: Meet = createMeeting()): McpServerV2 => {
  const server = new McpServerV2({ name: 'two', version: '2.0.0' }, CAPABILITIES)
  server.registerTool('work', { inputSchema: z.object(shape) }, (args, ctx) =>
    work(args, (level, data) => ctx.mcpReq.log(level, data), meet),
  )
  server.registerTool('leveled', {}, async (ctx) => {
    for (const level of ['debug', 'warning'] as const) await ctx.mcpReq.log(level, `at ${level}`)
    return { content: [] }
  })
  server.registerTool('meta', {}, async (ctx) => ({
    content: [{ type: 'text', text: JSON.stringify(ctx.mcpReq._meta ?? {}) }],
  }))
  server.registerTool('envelope', {}, async (ctx) => ({
    content: [{ type: 'text', text: JSON.stringify(ctx.mcpReq.envelope ?? {}) }],
  }))
  return server
}

export interface Listening {
  url: URL
  close(): Promise<void>
}

/** Serves on a free port. */
export const listen = async (
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<Listening> => {
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Serves a handler of web-standard requests. */
const listenFetch = (handle: (request: Request) => Promise<Response>): Promise<Listening> =>
  listen(async (incoming, outgoing) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of incoming) chunks.push(chunk as Uint8Array)
    const headers = Object.entries(incoming.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    )
    const gone = new AbortController()
    outgoing.on('close', () => gone.abort())
    const response = await handle(
      new Request(`http://${incoming.headers.host}${incoming.url}`, {
        method: incoming.method ?? 'GET',
        headers,
        signal: gone.signal,
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      }),
    )
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.flushHeaders()
    const reader = response.body?.getReader()
    outgoing.on('close', () => void reader?.cancel().catch(() => undefined))
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read())
      outgoing.write(part.value)
    outgoing.end()
  })

const statefulV1 = async (): Promise<Listening> => {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>()
  const meet = createMeeting()
  return listenFetch(async (request) => {
    const known = sessions.get(request.headers.get('mcp-session-id') ?? '')
    if (known !== undefined) return known.handleRequest(request)
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
    })
    await createV1(meet).connect(transport)
    return transport.handleRequest(request)
  })
}

const statelessV1 = (json: boolean) => async (): Promise<Listening> => {
  const meet = createMeeting()
  return listenFetch(async (request) => {
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: json })
    await createV1(meet).connect(transport)
    return transport.handleRequest(request)
  })
}

const handlerV2 = async (): Promise<Listening> => {
  const meet = createMeeting()
  const { fetch } = createMcpHandler(() => createV2(meet))
  return listenFetch((request) => fetch(request))
}

const sseV1 = async (): Promise<Listening> => {
  const sessions = new Map<string, SSEServerTransport>()
  const meet = createMeeting()
  return listen(async (request, response) => {
    if (request.method === 'GET') {
      const transport = new SSEServerTransport('/messages', response)
      sessions.set(transport.sessionId, transport)
      await createV1(meet).connect(transport)
    } else {
      const id = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('sessionId') ?? ''
      await sessions.get(id)?.handlePostMessage(request, response)
    }
  })
}

type AnyClient = ClientV1 | ClientV2
type Line = 'v1' | 'v2 legacy' | 'v2 modern'

const INFO = { name: 'tester', version: '3.0.0' }

export const newClient = (line: Line): AnyClient => {
  if (line === 'v1') return new ClientV1(INFO)
  const mode = line === 'v2 legacy' ? 'legacy' : { pin: '2026-07-28' }
  return new ClientV2(INFO, { versionNegotiation: { mode } })
}

export const connect = (client: AnyClient, transport: unknown): Promise<void> =>
  (client.connect as (transport: unknown) => Promise<void>).call(client, transport)

export const fixture = (name: 'v1-server' | 'v2-server'): string =>
  fileURLToPath(new URL(`../../../../../test/kit/fixtures/${name}.mjs`, import.meta.url))

const stdio = (Transport: typeof StdioV1 | typeof StdioV2, script: string) =>
  new Transport({ command: process.execPath, args: [script], stderr: 'pipe' })

/** A client transport that is not started yet, and how to end what is behind it. */
export interface Way {
  transport: MessageTransport
  end(): Promise<void>
}

const overHttp = async (line: Line, serve: () => Promise<Listening>): Promise<Way> => {
  const { url, close } = await serve()
  return { transport: new (line === 'v1' ? HttpV1 : HttpV2)(url), end: close }
}

const nothing = async (): Promise<void> => undefined

export const WAYS = {
  'v1 in-memory': async () => {
    const [near, far] = MemoryV1.createLinkedPair()
    await createV1().connect(far)
    return { transport: near, end: nothing }
  },
  'v1 stdio': async () => ({ transport: stdio(StdioV1, fixture('v1-server')), end: nothing }),
  'v1 http stateful': () => overHttp('v1', statefulV1),
  'v1 http stateless': () => overHttp('v1', statelessV1(false)),
  'v1 http json': () => overHttp('v1', statelessV1(true)),
  'v1 sse': async () => {
    const { url, close } = await sseV1()
    return { transport: new SSEClientTransport(url), end: close }
  },
  'v2 legacy in-memory': async () => {
    const [near, far] = MemoryV2.createLinkedPair()
    await createV2().connect(far)
    return { transport: near, end: nothing }
  },
  'v2 legacy stdio': async () => ({ transport: stdio(StdioV2, fixture('v2-server')), end: nothing }),
  'v2 legacy http stateless': () => overHttp('v2 legacy', handlerV2),
  'v2 modern stdio': async () => ({ transport: stdio(StdioV2, fixture('v2-server')), end: nothing }),
  'v2 modern http': () => overHttp('v2 modern', handlerV2),
} satisfies Record<string, () => Promise<Way>>

export type WayName = keyof typeof WAYS

export const lineOf = (way: WayName): Line =>
  way.startsWith('v1') ? 'v1' : way.startsWith('v2 legacy') ? 'v2 legacy' : 'v2 modern'

export interface Watched {
  client: AnyClient
  capture: Capture
  records: LogRecord[]
  messages(): string[]
  call(name: string, args?: Record<string, unknown>, meta?: Record<string, unknown>): Promise<unknown>
  close(): Promise<void>
}

/** Connects a watched client. */
export const watch = async (
  way: WayName,
  settings: Partial<CaptureSettings> = {},
  before: (client: AnyClient) => void = () => undefined,
): Promise<Watched> => {
  const { transport, end } = await (WAYS[way] as () => Promise<Way>)()
  const records: LogRecord[] = []
  const capture = captureTransport(transport, {
    server: 'alpha',
    onRecord: (record) => records.push(record),
    ...settings,
  })
  const client = newClient(lineOf(way))
  before(client)
  await connect(client, transport)
  return {
    client,
    capture,
    records,
    messages: () => records.filter(({ source }) => source === 'message').map(({ message }) => message),
    call: (name, args = {}, meta) =>
      client.callTool({ name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }),
    async close() {
      await client.close()
      await capture.close()
      await end()
    },
  }
}

export const named = (record: LogRecord): NamedCall => record.call as NamedCall

/** Waits until something holds, a turn of the event loop at a time; says what it waited for when it does not come. */
export const until = async (what: string, holds: () => boolean, timeoutMs = 5_000): Promise<void> => {
  const deadline = performance.now() + timeoutMs
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
