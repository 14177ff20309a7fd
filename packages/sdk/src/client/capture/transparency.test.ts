import { Client as ClientV2, InMemoryTransport as MemoryV2 } from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { InMemoryTransport as MemoryV1 } from '@modelcontextprotocol/sdk/inMemory.js'
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../../record/index.ts'
import { captureOf, captureTransport } from './capture.ts'
import { connect, fixture, lineOf, newClient, until, WAYS, type Way, type WayName, watch } from './testing.ts'
import type { CaptureSettings, MessageTransport } from './types.ts'

/** A server that does what the test says, at the other end of a pair. */
const byHand = (Pair: typeof MemoryV1 | typeof MemoryV2) => {
  const [near, far] = Pair.createLinkedPair()
  const say = (message: object): Promise<void> => (far.send as (message: unknown) => Promise<void>)(message)
  const log = (params: object, beside: object = {}) =>
    say({ jsonrpc: '2.0', method: 'notifications/message', params, ...beside })
  const heard: { id?: number; method?: string; params?: Record<string, unknown> }[] = []
  const answers: Record<string, unknown> = {
    initialize: {
      protocolVersion: '2025-06-18',
      capabilities: { logging: {}, tools: {} },
      serverInfo: { name: 'hand', version: '1' },
    },
    'tools/call': { content: [] },
    'logging/setLevel': {},
  }
  far.onmessage = (message: unknown) => {
    const request = message as (typeof heard)[number]
    heard.push(request)
    const result = answers[request.method ?? '']
    if (request.id !== undefined && result !== undefined) void say({ jsonrpc: '2.0', id: request.id, result })
  }
  return { near, far, say, log, heard, answers }
}

const capture = (transport: MessageTransport, settings: Partial<CaptureSettings> = {}) => {
  const records: LogRecord[] = []
  const watching = captureTransport(transport, {
    server: 'hand',
    onRecord: (record) => records.push(record),
    ...settings,
  })
  return { records, watching, logs: () => records.filter(({ source }) => source === 'message') }
}

describe('17 logs that a client would lose', () => {
  it.each([
    ['v1', MemoryV1, () => new ClientV1({ name: 'c', version: '1' })],
    ['v2', MemoryV2, () => new ClientV2({ name: 'c', version: '1' })],
  ] as const)('are kept when they come before initialize (%s)', async (_, Pair, newClient) => {
    const { near, far, log } = byHand(Pair)
    await far.start()
    await log({ level: 'warning', data: 'early' })
    const { records, logs } = capture(near)
    await connect(newClient(), near)
    expect(logs().map(({ message }) => message)).toEqual(['early'])
    const handshake = records.find(({ attributes }) => attributes.event === 'handshake')
    expect(logs()[0]?.seq).toBeLessThan(handshake?.seq ?? 0)
  })

  it.each(['v1', 'v2 legacy'] as const)(
    'are kept over stdio also where they lack what makes them messages, and others are not disturbed (%s)',
    async (line) => {
      const script = `
        const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n')
        const params = { level: 'error', data: 'bare' }
        say({ method: 'notifications/message', params })
        process.stdout.write('not JSON at all\\n')
        say({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'whole' }, extra: 1 })
        say({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'plain' } })
        await import(${JSON.stringify(fixture('v1-server'))})`
      const Transport = line === 'v1' ? StdioV1 : StdioV2
      for (const wants of [true, false]) {
        const transport = new Transport({
          command: process.execPath,
          args: ['--input-type=module', '-e', script],
          stderr: 'pipe',
        })
        const { logs, records, watching } = capture(transport, { clientWantsLogs: () => wants })
        const client = newClient(line)
        const seen: unknown[] = []
        client.fallbackNotificationHandler = async (message: { params?: unknown }) =>
          void seen.push(message.params)
        await connect(client, transport)
        await client.callTool({ name: 'levels', arguments: {} })
        await client.close()
        await watching.close()
        expect(
          logs()
            .map(({ message }) => message)
            .slice(0, 4),
        ).toEqual(['bare', 'whole', 'plain', 'at debug'])
        expect(logs()).toHaveLength(11)
        const strays = records.filter(({ source }) => source === 'stdout')
        expect(strays.map(({ message }) => message)).toEqual(['not JSON at all'])
        expect(seen).toHaveLength(wants ? 9 : 0)
      }
    },
  )

  it('are kept over stdio when they are on stdout before initialize is read', async () => {
    const script = `
      process.stdout.write(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'notice', data: 'boot' } }) + '\\n')
      await import(${JSON.stringify(fixture('v1-server'))})`
    const transport = new StdioV1({
      command: process.execPath,
      args: ['--input-type=module', '-e', script],
      stderr: 'pipe',
    })
    const { logs, watching } = capture(transport)
    const client = newClient('v1')
    await connect(client, transport)
    await client.close()
    await watching.close()
    expect(logs().map(({ message, level }) => [level, message])).toEqual([['notice', 'boot']])
  })

  it.each([
    ['v1', MemoryV1, 'v1'],
    ['v2', MemoryV2, 'v2 legacy'],
  ] as const)('6 27 are kept with levels and fields that the schema refuses (%s)', async (_, Pair, line) => {
    const { near, log } = byHand(Pair)
    const { logs, watching } = capture(near)
    const client = newClient(line)
    await connect(client, near)
    const circular: Record<string, unknown> = { name: 'loop' }
    circular.self = circular
    for (const params of [
      { level: 'warn', data: 'alias' },
      { level: 'INFO', data: 'upper case' },
      { level: 'fancy', data: 'unknown level' },
      { level: 'error', msg: 'no data', code: 7 },
      { level: 'error', logger: 7, data: 'no text for a logger' },
      { level: 'error', data: 'with time', timestamp: '2026-01-01' },
      { level: 'info', data: circular },
      { level: 'info', data: { msg: 'big', extra: { n: 10n, at: new Date(0) } } },
      { level: 'info', data: 'plain' },
      { level: 'info', data: ['a', 1, null] },
      { level: 'info', data: 404 },
      { level: 'info', data: null },
      {},
    ])
      await log(params)
    expect(logs().map(({ level, message }) => [level, message])).toEqual([
      ['warning', 'alias'],
      ['info', 'upper case'],
      ['info', 'unknown level'],
      ['error', 'no data'],
      ['error', 'no text for a logger'],
      ['error', 'with time'],
      ['info', 'name=loop self=[circular]'],
      ['info', 'big'],
      ['info', 'plain'],
      ['info', expect.any(String)],
      ['info', expect.any(String)],
      ['info', expect.any(String)],
      ['info', expect.any(String)],
    ])
    expect(logs()[2]?.attributes).toEqual({ level: 'fancy' })
    expect(logs()[4]?.attributes).toEqual({ logger: 7 })
    expect(logs()[5]?.attributes).toEqual({ timestamp: '2026-01-01' })
    expect(logs()[7]?.attributes).toEqual({ n: '10', at: '1970-01-01T00:00:00.000Z' })
    expect(logs()[9]?.attributes).toEqual({ data: ['a', 1, null] })
    expect(watching.facts().failures).toBe(0)
    await client.callTool({ name: 'any', arguments: {} })
    await client.close()
  })
})

describe('a watched client', () => {
  /** Everything that either end of a connection gets to see. */
  const play = async (way: WayName, watched: boolean) => {
    const { transport, end } = await (WAYS[way] as () => Promise<Way>)()
    const [sent, received]: [unknown[], unknown[]] = [[], []]
    const tapped = transport as unknown as {
      send(message: unknown, ...rest: unknown[]): Promise<void>
      onmessage?: (message: unknown) => void
    }
    const { send } = tapped
    tapped.send = (message, ...rest) => {
      sent.push(structuredClone(message))
      return send.call(tapped, message, ...rest)
    }
    tapped.onmessage = (message) => received.push(structuredClone(message))
    if (watched)
      captureTransport(transport, { server: 's', onRecord: () => undefined, trace: false, level: false })
    const client = newClient(lineOf(way))
    await connect(client, transport)
    const args = way.includes('stdio')
      ? { plan: { mark: 'a', logs: 2, everyMs: 0 } }
      : { mark: 'a', parties: 1 }
    const results = [
      await client.listTools(),
      await client.callTool({ name: 'work', arguments: args }),
      await client.callTool({ name: 'absent', arguments: {} }).catch((error: unknown) => String(error)),
      await client.ping().catch((error: unknown) => String(error)),
    ]
    await client.close()
    await end()
    return { sent, received, results }
  }

  it.each(Object.keys(WAYS) as WayName[])(
    '24 sends and sees what it would have without us over %s',
    async (way) => {
      const [plain, watched] = [await play(way, false), await play(way, true)]
      expect(watched).toEqual(plain)
      expect(plain.received.length).toBeGreaterThan(2)
    },
  )

  it('is not disturbed by a handler of records that throws', async () => {
    const { near, log } = byHand(MemoryV1)
    const { watching } = capture(near, {
      onRecord: () => {
        throw new Error('no')
      },
    })
    const client = newClient('v1') as ClientV1
    const seen: unknown[] = []
    client.setNotificationHandler(
      LoggingMessageNotificationSchema,
      ({ params }) => void seen.push(params.data),
    )
    await connect(client, near)
    await log({ level: 'info', data: 1 })
    expect(await client.callTool({ name: 'any', arguments: {} })).toEqual({ content: [] })
    expect(seen).toEqual([1])
    expect(watching.facts().failures).toBeGreaterThan(0)
    await client.close()
  })

  it('may set its handler late, replace it, or put back what it found: each message is seen once', async () => {
    const { near, log } = byHand(MemoryV1)
    const transport = near as { onmessage?: ((message: unknown) => void) | undefined } & typeof near
    const got: string[] = []
    const { logs } = capture(near)
    expect(transport.onmessage).toBeUndefined()
    transport.onmessage = () => got.push('first')
    await near.start()
    await log({ level: 'info', data: 1 })
    const found = transport.onmessage
    transport.onmessage = (message) => {
      found?.(message)
      got.push('chained')
    }
    await log({ level: 'info', data: 2 })
    transport.onmessage = found
    await log({ level: 'info', data: 3 })
    expect(got).toEqual(['first', 'first', 'chained', 'first'])
    expect(logs()).toHaveLength(3)
  })

  it('is found again by its transport', async () => {
    const { near } = byHand(MemoryV1)
    const { watching } = capture(near)
    const client = newClient('v1')
    await connect(client, near)
    expect(captureOf(near)).toBe(watching)
    expect(captureOf(client)).toBe(watching)
    await client.close()
    expect(captureOf(newClient('v1'))).toBeUndefined()
  })

  it('gets a large answer before it is recorded, and nothing is out of order', async () => {
    const watched = await watch('v1 http stateless')
    await watched.call('work', { mark: 'x'.repeat(200_000), parties: 1 })
    const told = () =>
      watched.records
        .map(({ message }) => message)
        .filter((message) => /^tools.call|^error of/.test(message))
        .map((message) => message.slice(0, 18))
    expect(told().at(-1)).not.toBe('tools/call work ok')
    await watched.close()
    expect(told()).toEqual(['tools/call work', 'error of …', 'tools/call work ok'])
  })
})

describe('requests without an answer', () => {
  it('are told when they could not be sent', async () => {
    const { near, far } = byHand(MemoryV1)
    const { records } = capture(near)
    const client = newClient('v1')
    await connect(client, near)
    far.onmessage = () => {
      throw new Error('broken pipe')
    }
    await expect(client.callTool({ name: 'any', arguments: {} })).rejects.toThrow('broken pipe')
    expect(records.at(-1)).toMatchObject({
      call: { tool: 'any', status: 'lost' },
      attributes: { reason: 'broken pipe' },
    })
  })

  it('are told when their client gives up a modern HTTP stream, which no message tells', async () => {
    const { transport, end } = await WAYS['v2 modern http']()
    const { records } = capture(transport)
    const client = newClient('v2 modern')
    await connect(client, transport)
    const leaving = new AbortController()
    const waiting = client.callTool({ name: 'work', arguments: { mark: 'never', parties: 2 } }, {
      signal: leaving.signal,
    } as never)
    await until('the call', () => records.some(({ message }) => message === 'tools/call work'))
    leaving.abort()
    await expect(waiting).rejects.toThrow()
    await until('its end', () =>
      records.some(({ call }) => call !== undefined && 'status' in call && call.status === 'cancelled'),
    )
    await client.close()
    await end()
  })

  it('are lost with their connection', async () => {
    const { near, far, answers, heard } = byHand(MemoryV2)
    delete answers['tools/call']
    const { records, watching } = capture(near)
    const client = newClient('v2 legacy')
    await connect(client, near)
    const waiting = client.callTool({ name: 'any', arguments: {} })
    await until('the call', () => heard.some(({ method }) => method === 'tools/call'))
    await far.close()
    await expect(waiting).rejects.toThrow()
    await watching.close()
    expect(records.slice(-2).map(({ message }) => message)).toEqual([
      'tools/call any lost: the run ended before its answer',
      'hand disconnected',
    ])
  })
})
