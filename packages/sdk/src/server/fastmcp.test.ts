/** npm fastmcp by its shape; the real one is in test/interop. */
import { EventEmitter } from 'node:events'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, SetLevelRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect, expectTypeOf, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { LogRecord } from '../record/index.ts'
import type { FastMcpLogger } from './index.ts'
import { connectV1, quiet } from './testing.ts'
import { withLogging } from './with-logging.ts'

interface OwnLog {
  debug(message: string, data?: unknown): void
  info(message: string, data?: unknown): void
  warn(message: string, data?: unknown): void
  error(message: string, data?: unknown): void
}

interface Tool<Params> {
  name: string
  parameters?: Params
  execute(args: unknown, context: { log: OwnLog; sessionId?: string }): Promise<string>
}

/** What fastmcp does with tools, sessions and logs, as far as it can be seen. */
class FakeFastMcp extends EventEmitter<{ connect: [{ session: unknown }] }> {
  readonly options: {
    name: string
    version: string
    onToolCall?: (this: unknown, called: unknown) => unknown
  }
  sessions: unknown[] = []
  readonly tools = new Map<string, Tool<unknown>>()
  constructor() {
    super()
    this.options = { name: 'fast', version: '1.0.0' }
  }
  addTool<Params>(tool: Tool<Params>): void {
    this.tools.set(tool.name, tool)
  }
  addTools<Params>(tools: Tool<Params>[]): void {
    for (const tool of tools) this.addTool(tool)
  }
  async connect(transport: InMemoryTransport): Promise<() => void> {
    const server = new Server(
      { name: 'fast', version: '1.0.0' },
      { capabilities: { tools: {}, logging: {} } },
    )
    const session = { server, onToolCall: this.options.onToolCall }
    server.setRequestHandler(SetLevelRequestSchema, () => ({}))
    server.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: args = {} } }) => {
      const send = (level: 'debug' | 'info' | 'warning' | 'error') => (message: string, context?: unknown) =>
        void server.sendLoggingMessage({ level, data: { message, context } })
      const log = { debug: send('debug'), info: send('info'), warn: send('warning'), error: send('error') }
      await session.onToolCall?.({ arguments: args, toolName: name })
      const text = await this.tools.get(name)?.execute(args, { log })
      return { content: [{ type: 'text', text: text ?? '' }] }
    })
    await server.connect(transport)
    this.sessions.push(session)
    return () => void this.emit('connect', { session })
  }
}

const open = async () => {
  const records: LogRecord[] = []
  const plain = new FakeFastMcp()
  plain.addTool({
    name: 'early',
    execute: async (_, { log }) => {
      log.warn('own method', { n: 1 })
      return 'done'
    },
  })
  const server = withLogging(plain, quiet(records))
  server.addTool({
    name: 'late',
    parameters: z.object({ q: z.string().optional() }),
    execute: async (args, { log }) => {
      expectTypeOf(args).toEqualTypeOf<{ q?: string | undefined }>()
      expectTypeOf(log).toEqualTypeOf<FastMcpLogger>()
      log.critical('ours', { a: 1 })
      log.warn('theirs', 7)
      return 'done'
    },
  })
  const [near, far] = InMemoryTransport.createLinkedPair()
  const announce = await server.connect(far)
  const peer = await connectV1(near)
  onTestFinished(() => void peer.close())
  return { records, server, peer, announce }
}

const shown = [
  { level: 'critical', data: { msg: 'ours', extra: { a: 1 } } },
  { level: 'warning', data: { msg: 'theirs', extra: { data: 7 } } },
]
const read = (seen: readonly { level: string; data: unknown }[]) =>
  seen.map(({ level, data }) => ({ level, data }))

test('its handlers get eight levels and keep their own methods, from the first call on', async () => {
  const { peer, announce, records, server } = await open()
  await peer.call('late')
  const first = read(peer.seen.splice(0))
  announce()
  await peer.call('late')
  await server.logging.flush()
  expect(first).toEqual(shown)
  expect(read(peer.seen)).toEqual(shown)
  expect(records.map(({ call }) => (call as { tool?: string } | undefined)?.tool)).toEqual(
    Array(4).fill('late'),
  )
})

test('a tool added before keeps its own methods, which go by our ways', async () => {
  const { peer, announce, server } = await open()
  announce()
  await peer.call('early')
  await server.logging.flush()
  expect(read(peer.seen)).toEqual([{ level: 'warning', data: { msg: 'own method', extra: { n: 1 } } }])
})

test('row 10: its sessions keep to the level they were set to', async () => {
  const { peer, announce } = await open()
  announce()
  await peer.setLevel('critical')
  await peer.call('late')
  expect(peer.seen.map(({ level }) => level)).toEqual(['critical'])
})
