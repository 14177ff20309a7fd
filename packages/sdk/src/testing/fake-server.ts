/**
 * A small MCP server in this process, as a script: no SDK, no process, no port. It says what the test tells it to, also what
 * a well-behaved server never would. Legacy eras (2024-11-05 to 2025-11-25).
 */
import { isObject } from '../record/index.ts'

export type FakeMessage = { [key: string]: unknown }

/** The transport a client connects with: fits the `Transport` of both official SDKs. */
export interface FakeTransport {
  start(): Promise<void>
  send(message: unknown): Promise<void>
  close(): Promise<void>
  onclose?: () => void
  onerror?: (error: Error) => void
  onmessage?: (message: unknown, extra?: unknown) => void
}

export interface FakeCall {
  /** The request's id. */
  id: unknown
  /** The request's `_meta`; {} if it has none. */
  meta: FakeMessage
  /** Sends a `notifications/message`. */
  log(level: string, data: unknown, logger?: string): void
  /** Sends anything. */
  send(message: FakeMessage): void
}

/** Returns the result of `tools/call`, or a text for one; what it throws is told as `isError`. */
export type FakeTool = (args: FakeMessage, call: FakeCall) => unknown

export interface FakeServerOptions {
  /** @default 'fake' */
  name?: string
  /** @default {} */
  tools?: Readonly<Record<string, FakeTool>>
  /** @default { logging: {}, tools: {} } */
  capabilities?: FakeMessage
  /** Answers a request that is no `tools/call`, before the fake does: its result, or undefined to leave it to the fake. */
  onRequest?: (message: FakeMessage, server: FakeServer) => unknown
}

export interface FakeServer {
  /** For one client. */
  readonly transport: FakeTransport
  /** Everything the client has sent, in order. */
  readonly received: readonly FakeMessage[]
  /** Sends anything to the client, also before it has said hello. */
  send(message: FakeMessage): void
  /** Sends a `notifications/message`. */
  log(level: string, data: unknown, logger?: string): void
  /** Ends the connection from the server's side. */
  close(): void
}

const object = (value: unknown): FakeMessage => (isObject(value) ? value : {})

/** A request that is never answered. */
export const NO_ANSWER: unique symbol = Symbol('no answer')

/**
 * A server that answers `initialize`, `ping`, `tools/list`, `tools/call` and `logging/setLevel`, and to anything else that it
 * does not know the method.
 * @example
 * const server = fakeServer({ tools: { add: (args, call) => { call.log('info', 'adding'); return 'done' } } })
 * await client.connect(server.transport)
 */
export const fakeServer = (options: FakeServerOptions = {}): FakeServer => {
  const { name = 'fake', tools = {}, capabilities = { logging: {}, tools: {} }, onRequest } = options
  const received: FakeMessage[] = []
  let closed = false
  let started = false
  let early: FakeMessage[] = []

  const deliver = (message: FakeMessage): void => {
    queueMicrotask(() => {
      if (!closed) transport.onmessage?.(message)
    })
  }

  const send = (message: FakeMessage): void => {
    // As it would be on the wire.
    const copy = object(JSON.parse(JSON.stringify({ jsonrpc: '2.0', ...message })))
    if (started) deliver(copy)
    else early.push(copy)
  }

  const log = (level: string, data: unknown, logger?: string): void =>
    send({
      method: 'notifications/message',
      params: { level, ...(logger === undefined ? {} : { logger }), data },
    })

  const callTool = async (id: unknown, params: FakeMessage): Promise<unknown> => {
    const tool = Object.hasOwn(tools, String(params.name)) ? tools[String(params.name)] : undefined
    if (tool === undefined) return text(`Unknown tool: ${String(params.name)}`, true)
    try {
      const meta = object(params._meta)
      const result = await tool(object(params.arguments), { id, meta, log, send })
      return typeof result === 'string' ? text(result, false) : (result ?? text('', false))
    } catch (error) {
      return text(error instanceof Error ? error.message : String(error), true)
    }
  }

  const answer = async ({ id, method, params }: FakeMessage): Promise<unknown> => {
    const given = object(params)
    switch (method) {
      case 'initialize':
        return {
          protocolVersion: given.protocolVersion,
          capabilities,
          serverInfo: { name, version: '1.0.0' },
        }
      case 'ping':
        return {}
      case 'logging/setLevel':
        return 'logging' in capabilities ? {} : undefined
      case 'tools/list':
        return { tools: Object.keys(tools).map((tool) => ({ name: tool, inputSchema: { type: 'object' } })) }
      case 'tools/call':
        return callTool(id, given)
      default:
        return undefined
    }
  }

  const handle = async (message: FakeMessage): Promise<void> => {
    if (message.method === undefined || message.id === undefined) return
    const { id } = message
    const result = (await onRequest?.(message, server)) ?? (await answer(message))
    if (result === NO_ANSWER) return
    if (result === undefined) send({ id, error: { code: -32601, message: 'Method not found' } })
    else send({ id, result })
  }

  const end = (): void => {
    if (closed) return
    closed = true
    transport.onclose?.()
  }

  const transport: FakeTransport = {
    start: async () => {
      started = true
      for (const message of early) deliver(message)
      early = []
    },
    send: async (message) => {
      if (closed) throw new Error('the connection is closed')
      const copy = object(JSON.parse(JSON.stringify(message)))
      received.push(copy)
      void handle(copy)
    },
    close: async () => end(),
  }
  const server: FakeServer = { transport, received, send, log, close: end }
  return server
}

const text = (value: string, isError: boolean): FakeMessage => ({
  content: [{ type: 'text', text: value }],
  ...(isError ? { isError } : {}),
})
