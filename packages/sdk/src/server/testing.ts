/** Real servers and clients for the tests of this folder. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpClientV2,
  InMemoryTransport as MemoryV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as HttpClientV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { InMemoryTransport as MemoryV1 } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer as ServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createMcpHandler, McpServer as ServerV2 } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import type { Level, LogRecord } from '../record/index.ts'
import type { Logger, LoggingOptions, ServerLogging } from './types.ts'
import { withLogging } from './with-logging.ts'

/** A `notifications/message` as it was on the wire. */
export interface Seen {
  level: string
  logger?: string
  data: unknown
  _meta?: Record<string, unknown>
}

export interface Peer {
  seen: Seen[]
  /** Messages seen when the last call's promise resolved. */
  seenAtAnswer: () => number
  call(name: string, level?: Level): Promise<Record<string, unknown>>
  request(method: 'prompts/get' | 'resources/read', params: Record<string, unknown>): Promise<unknown>
  setLevel(level: Level): Promise<unknown>
  close(): Promise<unknown>
}

/** What a tool does with its logger. */
export type Work = (log: Logger) => unknown
export type Works = Record<string, Work>

export interface Setup {
  records: LogRecord[]
  logging(): ServerLogging
  connect(): Promise<Peer>
  close(): Promise<unknown>
}

export const quiet = (records: LogRecord[], options: LoggingOptions = {}): LoggingOptions => ({
  stderr: false,
  env: {},
  sinks: [(batch) => void records.push(...batch)],
  ...options,
})

const done = { content: [{ type: 'text' as const, text: 'done' }] }
const info = { name: 'test-server', version: '1.2.3' }
const clientInfo = { name: 'test-client', version: '4.5.6' }

export const makeV1 = (works: Works, options: LoggingOptions) => {
  const server = withLogging(new ServerV1(info), options)
  for (const [name, work] of Object.entries(works)) {
    server.registerTool(name, { description: name }, async (extra) => {
      await work(extra.log)
      return done
    })
  }
  return server
}

export const makeV2 = (works: Works, options: LoggingOptions) => {
  const server = withLogging(new ServerV2(info), options)
  for (const [name, work] of Object.entries(works)) {
    server.registerTool(name, { description: name }, async (ctx) => {
      await work(ctx.log)
      return done
    })
  }
  return server
}

const LOG_LEVEL = 'io.modelcontextprotocol/logLevel'

interface AnyClient {
  callTool(params: { name: string; arguments: object; _meta?: Record<string, unknown> }): Promise<object>
  getPrompt(params: never): Promise<unknown>
  readResource(params: never): Promise<unknown>
  setLoggingLevel(level: Level): Promise<unknown>
  close(): Promise<unknown>
}

interface Tapped {
  onmessage?: ((message: never) => void) | undefined
}

/** Sees every message before the client does. */
const watchMessages = (transport: object, seen: Seen[]): void => {
  const tapped = transport as Tapped
  tapped.onmessage = (message: { method?: string; params?: Seen }) => {
    if (message.method === 'notifications/message' && message.params !== undefined) seen.push(message.params)
  }
}

const peerOf = (client: AnyClient, seen: Seen[], close: () => Promise<unknown>): Peer => {
  let atAnswer = 0
  return {
    seen,
    seenAtAnswer: () => atAnswer,
    async call(name, level) {
      const meta = level === undefined ? {} : { _meta: { [LOG_LEVEL]: level } }
      const result = await client.callTool({ name, arguments: {}, ...meta })
      atAnswer = seen.length
      return result as Record<string, unknown>
    },
    request: (method, params) =>
      method === 'prompts/get' ? client.getPrompt(params as never) : client.readResource(params as never),
    setLevel: (level) => client.setLoggingLevel(level),
    close,
  }
}

export const connectV1 = async (transport: ConstructorParameters<typeof HttpClientV1>[0] | MemoryV1) => {
  const seen: Seen[] = []
  const client = new ClientV1(clientInfo)
  const used = transport instanceof URL ? new HttpClientV1(transport) : transport
  watchMessages(used, seen)
  await client.connect(used as MemoryV1)
  return peerOf(client as unknown as AnyClient, seen, () => client.close())
}

export const connectV2 = async (transport: URL | MemoryV2, modern: boolean) => {
  const seen: Seen[] = []
  const mode = modern ? { pin: '2026-07-28' as const } : ('legacy' as const)
  const client = new ClientV2(clientInfo, { versionNegotiation: { mode } })
  const used = transport instanceof URL ? new HttpClientV2(transport) : transport
  watchMessages(used, seen)
  await client.connect(used)
  return peerOf(client as unknown as AnyClient, seen, () => client.close())
}

/** An HTTP server on a free port. */
export const listen = async (handle: Parameters<typeof createServer>[1]) => {
  const http = createServer(handle)
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    close: () =>
      new Promise<void>((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

type Make = (works: Works, options: LoggingOptions) => ReturnType<typeof makeV1>

const memoryV1 = async (works: Works, options: LoggingOptions): Promise<Omit<Setup, 'records'>> => {
  const made: ServerLogging[] = []
  return {
    logging: () => made[made.length - 1] as ServerLogging,
    async connect() {
      const [near, far] = MemoryV1.createLinkedPair()
      const server = makeV1(works, options)
      made.push(server.logging)
      await server.connect(far)
      return connectV1(near)
    },
    close: async () => undefined,
  }
}

const memoryV2 = async (
  works: Works,
  options: LoggingOptions,
  modern: boolean,
): Promise<Omit<Setup, 'records'>> => {
  const made: ServerLogging[] = []
  return {
    logging: () => made[made.length - 1] as ServerLogging,
    async connect() {
      const [near, far] = MemoryV2.createLinkedPair()
      serveStdio(
        () => {
          const server = makeV2(works, options)
          made.push(server.logging)
          return server
        },
        { transport: far },
      )
      return connectV2(near, modern)
    },
    close: async () => undefined,
  }
}

/** Streamable HTTP of SDK v1: a session each, or a server for each request. */
const httpV1 = async (
  works: Works,
  options: LoggingOptions,
  { stateless = false, json = false },
): Promise<Omit<Setup, 'records'>> => {
  const made: ServerLogging[] = []
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  const open = async (): Promise<StreamableHTTPServerTransport> => {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: stateless ? undefined : () => crypto.randomUUID(),
      enableJsonResponse: json,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    } as ConstructorParameters<typeof StreamableHTTPServerTransport>[0])
    const server = (makeV1 as Make)(works, options)
    made.push(server.logging)
    await server.connect(transport as unknown as MemoryV1)
    return transport
  }
  const http = await listen(async (request, response) => {
    const known = sessions.get(String(request.headers['mcp-session-id']))
    await (known ?? (await open())).handleRequest(request, response)
  })
  return {
    logging: () => made[made.length - 1] as ServerLogging,
    connect: () => connectV1(http.url),
    close: http.close,
  }
}

/** Streamable HTTP of SDK v2: a server for each request, in both eras. */
const httpV2 = async (
  works: Works,
  options: LoggingOptions,
  { modern, json = false }: { modern: boolean; json?: boolean },
): Promise<Omit<Setup, 'records'>> => {
  const made: ServerLogging[] = []
  const handler = createMcpHandler(
    () => {
      const server = makeV2(works, options)
      made.push(server.logging)
      return server
    },
    json ? { responseMode: 'json' } : {},
  )
  const http = await listen(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value))
    const body = chunks.length === 0 ? null : Buffer.concat(chunks)
    const answer = await handler.fetch(
      new Request(`http://127.0.0.1${request.url}`, { method: request.method ?? 'POST', headers, body }),
    )
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    if (answer.body !== null) for await (const chunk of answer.body) response.write(chunk)
    response.end()
  })
  return {
    logging: () => made[made.length - 1] as ServerLogging,
    connect: () => connectV2(http.url, modern),
    close: http.close,
  }
}

type Start = (works: Works, options: LoggingOptions) => Promise<Omit<Setup, 'records'>>

/** Each SDK line, era and transport in which logs can reach the client. */
export const CELLS: readonly { name: string; modern: boolean; stateless: boolean; start: Start }[] = [
  { name: 'v1, in memory', modern: false, stateless: false, start: memoryV1 },
  { name: 'v1, HTTP stateful', modern: false, stateless: false, start: (w, o) => httpV1(w, o, {}) },
  {
    name: 'v1, HTTP stateless',
    modern: false,
    stateless: true,
    start: (w, o) => httpV1(w, o, { stateless: true }),
  },
  { name: 'v2 legacy, in memory', modern: false, stateless: false, start: (w, o) => memoryV2(w, o, false) },
  { name: 'v2 modern, in memory', modern: true, stateless: true, start: (w, o) => memoryV2(w, o, true) },
  {
    name: 'v2 legacy, HTTP',
    modern: false,
    stateless: true,
    start: (w, o) => httpV2(w, o, { modern: false }),
  },
  { name: 'v2 modern, HTTP', modern: true, stateless: true, start: (w, o) => httpV2(w, o, { modern: true }) },
]

/** Where an answer is one JSON body. */
export const JSON_CELLS: readonly { name: string; modern: boolean; start: Start }[] = [
  { name: 'v1, HTTP JSON response', modern: false, start: (w, o) => httpV1(w, o, { json: true }) },
  {
    name: 'v2 modern, HTTP JSON response',
    modern: true,
    start: (w, o) => httpV2(w, o, { modern: true, json: true }),
  },
]
