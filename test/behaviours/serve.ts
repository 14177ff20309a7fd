/** The play server of one SDK line, served over one transport; and a client transport to it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  StreamableHTTPClientTransport as HttpV2,
  InMemoryTransport as MemoryV2,
  type Transport as TransportV2,
} from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { InMemoryTransport as MemoryV1 } from '@modelcontextprotocol/sdk/inMemory.js'
import type { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport as WebV1 } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { Transport as TransportV1 } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  createMcpHandler,
  type McpServer as McpServerV2,
  WebStandardStreamableHTTPServerTransport as WebV2,
} from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { program } from './programs.ts'
import { breaks, createPlayServer, type PlayOptions, type Step } from './servers/play.mjs'

export const LINES = ['v1', 'v2 legacy', 'v2 modern'] as const
export const WAYS = ['in-memory', 'stdio', 'http stateful', 'http stateless', 'http json'] as const

export type Line = (typeof LINES)[number]
export type Way = (typeof WAYS)[number]
export interface Cell {
  line: Line
  way: Way
}

export interface ServeSettings {
  /** Options of the server's `withLogging`. */
  server?: PlayOptions
  /** More of a stdio server's environment. */
  env?: Record<string, string>
}

/** A running server that clients can be connected to. */
export interface Served {
  /** A new client's transport, not started yet. In memory each is a server of its own. */
  transport(): Promise<TransportV1 | TransportV2>
  /** Where it listens, if it does. */
  url?: URL
  /** What in-process tools were told to do, by call; empty for stdio. */
  seen: Step[][]
  /** Resolves when what in-process servers logged has left by all their ways. */
  flush(): Promise<void>
  /** What in-process servers could not deliver to clients, by reason. */
  undelivered(): Record<string, number>
  close(): Promise<void>
}

type Fetch = (request: Request) => Promise<Response>

let served = 0

/** Serves a web-standard handler on a free port of the loopback. */
const listen = async (handle: Fetch): Promise<{ url: URL; close(): Promise<void> }> => {
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const headers = new Headers()
    for (const [name, value] of Object.entries(incoming.headers))
      if (value !== undefined) headers.set(name, String(value))
    const gone = new AbortController()
    outgoing.on('close', () => gone.abort())
    const body = chunks.length === 0 ? null : Buffer.concat(chunks)
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers,
      body,
      signal: gone.signal,
    })
    const response = await handle(request)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    const reader = response.body?.getReader()
    outgoing.on('close', () => void reader?.cancel().catch(() => {}))
    outgoing.flushHeaders()
    for (;;) {
      const part = await reader?.read()
      if (part === undefined || part.done) break
      outgoing.write(part.value)
    }
    outgoing.end()
  }
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

type Connectable = { connect(transport: unknown): Promise<void> }

/** Legacy servers over HTTP: with sessions one transport each, without a server for every request. */
const legacyHandler = (create: () => Connectable, line: Line, way: Way): Fetch => {
  const Web = line === 'v1' ? WebV1 : WebV2
  const sessions = new Map<string, WebV1 | WebV2>()
  return async (request) => {
    const known = sessions.get(request.headers.get('mcp-session-id') ?? '')
    if (known !== undefined) return known.handleRequest(request)
    const transport =
      way === 'http stateless'
        ? new Web({})
        : new Web({
            sessionIdGenerator: () => crypto.randomUUID(),
            onsessioninitialized: (id) => void sessions.set(id, transport),
            enableJsonResponse: way === 'http json',
          })
    await create().connect(transport)
    return transport.handleRequest(request)
  }
}

export const serve = async ({ line, way }: Cell, settings: ServeSettings = {}): Promise<Served> => {
  const seen: Step[][] = []
  // A name of its own: what is said once is said once a server's name.
  served += 1
  const options: PlayOptions = { name: `PlayServer ${served}`, ...settings.server }
  const { brokenSerializer, ...inProcess } = options
  if (brokenSerializer === true && typeof options.calls === 'object')
    inProcess.calls = { ...options.calls, payloadSerializer: breaks }
  const servers: ReturnType<typeof createPlayServer>[] = []
  const create = () => {
    const server = createPlayServer(line === 'v1' ? 'v1' : 'v2', inProcess, (steps) => seen.push(steps))
    servers.push(server)
    return server
  }
  const flush = async () => void (await Promise.all(servers.map((server) => server.logging.flush(5000))))
  const undelivered = () => {
    const sum: Record<string, number> = {}
    for (const server of servers)
      for (const [reason, count] of Object.entries(server.logging.stats().undelivered))
        sum[reason] = (sum[reason] ?? 0) + count
    return sum
  }
  if (way === 'stdio') {
    const Stdio = line === 'v1' ? StdioV1 : StdioV2
    const command = {
      command: process.execPath,
      args: [program('play'), line, JSON.stringify(options)],
    }
    return {
      seen,
      flush,
      undelivered,
      transport: async () => new Stdio({ ...command, env: settings.env ?? {}, stderr: 'pipe' }),
      close: async () => {},
    }
  }
  if (way === 'in-memory') {
    const Memory = line === 'v1' ? MemoryV1 : MemoryV2
    const ends: { close(): Promise<void> }[] = []
    return {
      seen,
      flush,
      undelivered,
      transport: async () => {
        const [near, far] = Memory.createLinkedPair()
        ends.push(near)
        if (line === 'v2 modern') serveStdio(() => create() as McpServerV2, { transport: far as MemoryV2 })
        else await (create() as unknown as Connectable).connect(far)
        return near
      },
      close: async () => void (await Promise.all(ends.map((end) => end.close()))),
    }
  }
  const handler =
    line === 'v2 modern'
      ? createMcpHandler(() => create() as McpServerV2, {
          responseMode: way === 'http json' ? 'json' : 'sse',
        }).fetch
      : legacyHandler(create as () => McpServerV1 as never, line, way)
  const { url, close } = await listen(handler)
  const Http = line === 'v1' ? HttpV1 : HttpV2
  return {
    seen,
    flush,
    undelivered,
    url,
    transport: async () => new Http(url) as TransportV1 | TransportV2,
    close,
  }
}
