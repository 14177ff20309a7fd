/** Handlers and their loggers: types, what is registered when, what lies below a handler, and what is no request. */
import { InMemoryTransport as MemoryV2 } from '@modelcontextprotocol/client'
import { InMemoryTransport as MemoryV1 } from '@modelcontextprotocol/sdk/inMemory.js'
import {
  McpServer as ServerV1,
  ResourceTemplate as TemplateV1,
} from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as ServerV2, ResourceTemplate as TemplateV2 } from '@modelcontextprotocol/server'
import { expect, expectTypeOf, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import type { LogRecord } from '../record/index.ts'
import { type ContextWithLog, type ExtraWithLog, type Logger, log, withLogging } from './index.ts'
import { connectV1, connectV2, makeV1, quiet, type Works } from './testing.ts'

const text = { content: [{ type: 'text' as const, text: 'done' }] }
const prompt = { messages: [{ role: 'user' as const, content: { type: 'text' as const, text: 'done' } }] }
const read = (uri: URL) => ({ contents: [{ uri: uri.href, text: 'done' }] })
const info = { name: 'test-server', version: '1.2.3' }

const said = (records: readonly LogRecord[]) =>
  records.map(({ message, call }) => [
    message,
    call !== undefined && 'method' in call ? call.method : undefined,
  ])

const open = async (works: Works, options = {}) => {
  const records: LogRecord[] = []
  const server = makeV1(works, quiet(records, options))
  const [near, far] = MemoryV1.createLinkedPair()
  await server.connect(far)
  const peer = await connectV1(near)
  onTestFinished(() => void peer.close())
  return { records, server, peer }
}

/** Uses every kind of handler; tells what they have said then, and for which method. */
const useAll = async (
  peer: Pick<Awaited<ReturnType<typeof connectV1>>, 'call' | 'request'>,
  tools: readonly string[],
) => {
  for (const name of tools) await peer.call(name)
  await peer.request('prompts/get', { name: 'ask', arguments: { q: 'x' } })
  await peer.request('prompts/get', { name: 'ask-plain' })
  await peer.request('resources/read', { uri: 'test://file' })
  await peer.request('resources/read', { uri: 'any://7' })
  return [
    ...tools.map((name) => [name, 'tools/call']),
    ['ask', 'prompts/get'],
    ['ask-plain', 'prompts/get'],
    ['file', 'resources/read'],
    ['any 7', 'resources/read'],
  ]
}

test('v1: every kind of handler gets a typed log, registered before or after', async () => {
  const records: LogRecord[] = []
  const plain = new ServerV1(info)
  plain.registerTool('before', {}, (extra) => {
    ;(extra as ExtraWithLog).log.info('before')
    return text
  })
  const server = withLogging(plain, quiet(records))
  expect(server).toBe(plain)
  expectTypeOf(server).toExtend<ServerV1>()
  server.registerTool('after', { inputSchema: { n: z.number() } }, (args, extra) => {
    expectTypeOf(args).toEqualTypeOf<{ n: number }>()
    expectTypeOf(extra).toEqualTypeOf<ExtraWithLog>()
    extra.log.info('after', args)
    return text
  })
  server.registerTool('schema', { inputSchema: z.object({ n: z.number().optional() }) }, (args, extra) => {
    expectTypeOf(args).toEqualTypeOf<{ n?: number | undefined }>()
    extra.log.info('schema')
    return text
  })
  server.registerTool('without', { description: 'none' }, (extra) => {
    expectTypeOf(extra.log).toEqualTypeOf<Logger>()
    extra.log.info('without')
    return text
  })
  server.tool('old', (extra) => {
    extra.log.info('old')
    return text
  })
  server.tool('old-schema', 'described', { n: z.number().optional() }, (args, extra) => {
    expectTypeOf(args.n).toEqualTypeOf<number | undefined>()
    extra.log.info('old-schema')
    return text
  })
  server.registerPrompt('ask', { argsSchema: { q: z.string() } }, ({ q }, extra) => {
    expectTypeOf(q).toEqualTypeOf<string>()
    extra.log.info('ask')
    return prompt
  })
  server.prompt('ask-plain', (extra) => {
    extra.log.info('ask-plain')
    return prompt
  })
  server.registerResource('file', 'test://file', {}, (uri, extra) => {
    extra.log.info('file')
    return read(uri)
  })
  server.registerResource(
    'any',
    new TemplateV1('any://{id}', { list: undefined }),
    {},
    (uri, { id }, extra) => {
      extra.log.info(`any ${String(id)}`)
      return read(uri)
    },
  )
  const [near, far] = MemoryV1.createLinkedPair()
  await server.connect(far)
  const peer = await connectV1(near)
  onTestFinished(() => void peer.close())
  const expected = await useAll(peer, ['before', 'without', 'schema', 'old', 'old-schema'])
  await server.logging.flush()
  expect(said(records)).toEqual(expected)
  expect(peer.seen).toHaveLength(9)
})

test('v2: every kind of handler gets a typed log, registered before or after', async () => {
  const records: LogRecord[] = []
  const plain = new ServerV2(info)
  plain.registerTool('before', {}, (ctx) => {
    ;(ctx as ContextWithLog).log.info('before')
    return text
  })
  const server = withLogging(plain, quiet(records))
  expect(server).toBe(plain)
  expectTypeOf(server).toExtend<ServerV2>()
  server.registerTool('after', { inputSchema: z.object({ n: z.number().optional() }) }, (args, ctx) => {
    expectTypeOf(args).toEqualTypeOf<{ n?: number | undefined }>()
    expectTypeOf(ctx).toEqualTypeOf<ContextWithLog>()
    ctx.log.info('after')
    return text
  })
  server.registerTool('shape', { inputSchema: { n: z.number().optional() } }, (args, ctx) => {
    expectTypeOf(args.n).toEqualTypeOf<number | undefined>()
    ctx.log.info('shape')
    return text
  })
  server.registerTool('without', { description: 'none' }, (ctx) => {
    expectTypeOf(ctx.log).toEqualTypeOf<Logger>()
    ctx.log.info('without')
    return text
  })
  server.registerPrompt('ask', { argsSchema: z.object({ q: z.string() }) }, ({ q }, ctx) => {
    expectTypeOf(q).toEqualTypeOf<string>()
    ctx.log.info('ask')
    return prompt
  })
  server.registerPrompt('ask-plain', { description: 'none' }, (ctx) => {
    ctx.log.info('ask-plain')
    return prompt
  })
  server.registerResource('file', 'test://file', {}, (uri, ctx) => {
    ctx.log.info('file')
    return read(uri)
  })
  server.registerResource(
    'any',
    new TemplateV2('any://{id}', { list: undefined }),
    {},
    (uri, { id }, ctx) => {
      ctx.log.info(`any ${String(id)}`)
      return read(uri)
    },
  )
  const [near, far] = MemoryV2.createLinkedPair()
  await server.connect(far)
  const peer = await connectV2(near, false)
  onTestFinished(() => void peer.close())
  const expected = await useAll(peer, ['before', 'after', 'shape', 'without'])
  await server.logging.flush()
  expect(said(records)).toEqual(expected)
})

test('row 26: log knows its call anywhere below a handler, and so do its children', async () => {
  const child = log.child({ logger: 'db', shard: 3 })
  const below = async (name: string): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    log.info(name)
    child.warning('slow', { ms: 812 })
  }
  const { peer, records, server } = await open({ a: () => below('a'), b: () => below('b') })
  await Promise.all([peer.call('a'), peer.call('b')])
  await server.logging.flush()
  const tools = records.map(({ message, call, logger, attributes }) => [
    message,
    (call as { tool?: string }).tool,
    logger,
    attributes,
  ])
  expect(tools).toHaveLength(4)
  expect(tools).toEqual(
    expect.arrayContaining([
      ['a', 'a', undefined, {}],
      ['b', 'b', undefined, {}],
      ['slow', 'a', 'db', { shard: 3, ms: 812 }],
      ['slow', 'b', 'db', { shard: 3, ms: 812 }],
    ]),
  )
  const ids = new Set(records.map(({ call }) => (call as { id: string }).id))
  expect(ids.size).toBe(2)
  const requests = new Set(
    peer.seen.map(
      ({ _meta }) => (_meta?.['io.logboom/origin'] as { requestId?: number } | undefined)?.requestId,
    ),
  )
  expect(requests.size).toBe(2)
})

test('row 27: nothing that is logged breaks the call', async () => {
  const circular: Record<string, unknown> = {
    big: 10n,
    at: new Date(0),
    name: 'taken',
    message: 'taken',
    level: 'taken',
  }
  circular.self = circular
  const hostile = {
    get boom() {
      throw new Error('no')
    },
    fine: 1,
  }
  class Point {
    x = 1
  }
  const proxy = new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('no keys')
      },
    },
  )
  const returned: unknown[] = []
  const { peer, records, server } = await open({
    run: (logger) => {
      const anything = logger as unknown as Record<string, (...args: unknown[]) => unknown>
      returned.push(
        logger.log('verbose-ish', 'unknown level', { a: 1 }),
        logger.info('circular', circular),
        logger.info('hostile', hostile),
        logger.info('class', new Point()),
        logger.info(new TypeError('went wrong'), { n: 1 }),
        logger.error('with error', new Error('inner')),
        anything.info?.({ only: 'fields' }),
        anything.info?.(undefined),
        anything.info?.(null, null),
        anything.info?.(Symbol('s'), Symbol('e')),
        anything.info?.('list', ['a', 1]),
        anything.info?.('proxy', proxy),
        anything.log?.(
          {
            toString: () => {
              throw new Error('no')
            },
          },
          'object as level',
        ),
        anything.child?.(7)?.constructor === Object ? undefined : 'no child',
      )
    },
  })
  const result = await peer.call('run')
  await server.logging.flush()
  expect(result.isError).toBeUndefined()
  expect(new Set(returned)).toEqual(new Set([undefined]))
  const find = (message: string) => records.find((record) => record.message === message)
  expect(find('unknown level')).toMatchObject({ level: 'info', attributes: { a: 1, level: 'verbose-ish' } })
  expect(find('circular')?.attributes).toMatchObject({
    big: '10',
    at: '1970-01-01T00:00:00.000Z',
    self: '[circular]',
    name: 'taken',
    message: 'taken',
  })
  expect(find('hostile')?.attributes).toMatchObject({ fine: 1 })
  expect(find('class')?.attributes).toEqual({ x: 1 })
  expect(find('went wrong')?.attributes).toMatchObject({
    n: 1,
    error: { name: 'TypeError', message: 'went wrong' },
  })
  expect(find('with error')?.attributes).toMatchObject({ error: { message: 'inner' } })
  expect(find('only=fields')?.attributes).toEqual({ only: 'fields' })
  expect(find('list')?.attributes).toEqual({ data: ['a', 1] })
  expect(find('object as level')?.level).toBe('info')
  expect(find('unknown level, taken as info')).toMatchObject({
    logger: 'logboom',
    attributes: { level: 'verbose-ish' },
  })
})

test('row 31: after the answer and outside of a request nothing throws, and what is undelivered is counted and said once', async () => {
  let late: (() => void) | undefined
  const works: Works = {
    run: (logger) => {
      late = () => logger.warning('late')
    },
  }
  const { peer, records, server } = await open(works, { name: 'row-31' })
  await peer.call('run')
  late?.()
  late?.()
  server.logging.log.info('background')
  await server.logging.flush()
  expect(peer.seen).toEqual([])
  expect(said(records.filter(({ logger }) => logger === undefined))).toEqual([
    ['late', 'tools/call'],
    ['late', 'tools/call'],
    ['background', undefined],
  ])
  expect(server.logging.stats()).toMatchObject({
    undelivered: { after_response: 2, outside_request: 1 },
    notified: 0,
    queued: 0,
    dropped: {},
  })
  const diagnostics = records.filter(({ logger }) => logger === 'logboom').map(({ message }) => message)
  expect(diagnostics).toEqual([
    'logs after the answer to their request do not reach clients',
    'logs outside of a request do not reach clients',
  ])
})

test('row 31: each server says it of itself, however many a factory makes of it', async () => {
  const said = async (name: string): Promise<string[]> => {
    const { peer, records, server } = await open({}, { name })
    server.logging.log.info('background')
    await server.logging.flush()
    await peer.close()
    return records.filter(({ logger }) => logger === 'logboom').map(({ message }) => message)
  }
  const why = ['logs outside of a request do not reach clients']
  expect(await said('factory-made')).toEqual(why)
  expect(await said('factory-made')).toEqual([])
  expect(await said('another')).toEqual(why)
})

test('40,000 logs in one go: the event loop keeps turning, and every record is accounted for', async () => {
  let longest = 0
  const { peer, server } = await open(
    {
      run: async (logger) => {
        for (let i = 0; i < 40_000; i++) logger.info('burst', { i })
        let last = performance.now()
        const timer = setInterval(() => {
          longest = Math.max(longest, performance.now() - last)
          last = performance.now()
        }, 1)
        while (server.logging.stats().queued > 0) await new Promise((resolve) => setImmediate(resolve))
        clearInterval(timer)
      },
    },
    { sinks: [] },
  )
  await peer.call('run')
  const { notified, undelivered, queued } = server.logging.stats()
  const lost = Object.values(undelivered).reduce((sum, records) => sum + records, 0)
  expect(notified + lost).toBe(40_000)
  expect(queued).toBe(0)
  expect(peer.seenAtAnswer()).toBe(notified)
  expect(notified).toBe(40_000)
  // A stall is what the SDK's own send does: seconds.
  expect(longest).toBeLessThan(1000)
}, 60_000)

test('a client that takes nothing: the answer does not wait for ever, and what is left is counted', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const { createNotifyQueue } = await import('./notify.ts')
  const lost: [string, number][] = []
  const backlog = { records: 0, bytes: 0 }
  const queue = createNotifyQueue({
    send: () => new Promise(() => {}),
    backlog,
    onSent: () => {},
    onUndelivered: (reason, records) => void lost.push([reason, records]),
  })
  for (let i = 0; i < 60_000; i++) queue.push({ level: 'info', size: 100, notification: {} })
  queue.push({ level: 'error', size: 100, notification: {} })
  const drained = queue.drain(2000)
  await vi.advanceTimersByTimeAsync(2000)
  await drained
  const sum = (reason: string) =>
    lost.filter(([name]) => name === reason).reduce((all, [, records]) => all + records, 0)
  expect(sum('overflow')).toBe(60_000 - 50_001)
  expect(sum('timeout')).toBe(50_001)
  expect(backlog).toEqual({ records: 0, bytes: 0 })
})

test('no server it knows is an error that says what to pass', () => {
  expect(() => withLogging({})).toThrow(/does not know this server/)
})

test('a server is wrapped once', async () => {
  const server = withLogging(new ServerV1(info), quiet([]))
  const { logging } = server
  expect(withLogging(server).logging).toBe(logging)
})
