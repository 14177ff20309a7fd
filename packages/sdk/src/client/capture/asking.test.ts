import type { Client as ClientV2 } from '@modelcontextprotocol/client'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { describe, expect, it } from 'vitest'
import { setLevel } from '../level.ts'
import { captureTransport } from './capture.ts'
import { connect, createV1, newClient, until, type WayName, watch } from './testing.ts'

const MODERN = ['v2 modern http', 'v2 modern stdio'] as const satisfies WayName[]
const LOG_LEVEL = 'io.modelcontextprotocol/logLevel'

/** A watched modern client and the log messages that reached it. */
const modern = async (way: (typeof MODERN)[number], settings: Parameters<typeof watch>[1] = {}) => {
  const seen: string[] = []
  const watched = await watch(way, settings, (client) =>
    (client as ClientV2).setNotificationHandler(
      'notifications/message',
      ({ params }) => void seen.push(params.level),
    ),
  )
  const levels = () => watched.records.filter(({ source }) => source === 'message').map(({ level }) => level)
  const leveled = (meta?: Record<string, unknown>) =>
    way.includes('stdio') ? watched.call('levels', {}, meta) : watched.call('leveled', {}, meta)
  const all = way.includes('stdio')
    ? ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']
    : ['debug', 'warning']
  return { ...watched, seen, levels, leveled, all }
}

describe.each(MODERN)('11 a modern server over %s', (way) => {
  it('is asked for logs on each request, and what its client did not ask for is withheld from it', async () => {
    const { leveled, levels, seen, all, capture, close } = await modern(way)
    await leveled()
    await close()
    expect(levels()).toEqual(all)
    expect(seen).toEqual([])
    expect(capture.facts().withheld).toBe(all.length)
  })

  it('gives its client what that asked for itself', async () => {
    const { leveled, levels, seen, all, close } = await modern(way)
    await leveled({ [LOG_LEVEL]: 'warning' })
    await close()
    const asked = all.slice(all.indexOf('warning'))
    expect(levels()).toEqual(asked)
    expect(seen).toEqual(asked)
  })

  it('is asked for nothing where that is wished', async () => {
    const { leveled, levels, seen, close } = await modern(way, { level: false })
    await leveled()
    await close()
    expect([...levels(), ...seen]).toEqual([])
  })

  it('12 refuses a level that is none, whoever asked for it', async () => {
    const { leveled, levels, close } = await modern(way)
    await expect(leveled({ [LOG_LEVEL]: 'verbose' })).rejects.toMatchObject({ code: -32602 })
    await leveled()
    await close()
    expect(levels().length).toBeGreaterThan(0)
  })

  it('is asked for another level from now on', async () => {
    const { leveled, levels, seen, all, client, close } = await modern(way)
    expect(await setLevel(client, 'warning')).toEqual({ ok: true, era: 'modern', level: 'warning' })
    await leveled()
    await close()
    expect(levels()).toEqual(all.slice(all.indexOf('warning')))
    expect(seen).toEqual([])
  })

  it('13 has no level to be set by the official client, which still says so and still works', async () => {
    const { client, leveled, levels, close } = await modern(way)
    await expect(client.setLoggingLevel('debug')).rejects.toMatchObject({
      code: 'METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION',
    })
    await leveled()
    await close()
    expect(levels().length).toBeGreaterThan(0)
  })
})

describe('two modern requests at once on one stream', () => {
  it('of which one asked: its client gets what that one may have caused', async () => {
    const { call, seen, levels, close } = await modern('v2 modern stdio')
    const plan = (mark: string) => ({ plan: { mark, logs: 1, everyMs: 30 } })
    await Promise.all([call('work', plan('a'), { [LOG_LEVEL]: 'error' }), call('work', plan('b'))])
    await close()
    expect(levels()).toEqual(['info'])
    expect(seen).toEqual([])
  })
})

const LEGACY = [
  'v1 in-memory',
  'v1 http stateful',
  'v1 sse',
  'v2 legacy in-memory',
] as const satisfies WayName[]

describe.each(LEGACY)('10 the level of a session over %s', (way) => {
  it('is set, and the answer stays between us and the server', async () => {
    const watched = await watch(way)
    const errors: unknown[] = []
    watched.client.onerror = (error: unknown) => void errors.push(error)
    await watched.call('leveled')
    await until('both levels', () => watched.messages().length === 2)
    expect(await setLevel(watched.client, 'warning')).toEqual({ ok: true, era: 'legacy', level: 'warning' })
    await watched.call('leveled')
    await until('one more', () => watched.messages().length === 3)
    await watched.close()
    expect(watched.messages()).toEqual(['at debug', 'at warning', 'at warning'])
    expect(errors.map(String).filter((error) => !/abort/i.test(error))).toEqual([])
  })
})

describe('a legacy server', () => {
  const legacy = async (
    script: (request: { id?: number | string; method?: string }) => object | undefined,
  ) => {
    const [near, far] = InMemoryTransport.createLinkedPair()
    const heard: unknown[] = []
    far.onmessage = (message) => {
      heard.push(message)
      const { id } = message as { id?: number }
      const answer = script(message as { method?: string })
      if (id !== undefined && answer !== undefined) void far.send({ jsonrpc: '2.0', id, ...answer } as never)
    }
    const capture = captureTransport(near, { server: 'old', onRecord: () => undefined })
    const client = newClient('v1')
    await connect(client, near)
    return { client, capture, heard }
  }
  const introduced = (capabilities: object) => ({
    result: { protocolVersion: '2025-06-18', capabilities, serverInfo: { name: 'old', version: '1' } },
  })

  it('without the capability is not asked', async () => {
    const { client, capture, heard } = await legacy(({ method }) =>
      method === 'initialize' ? introduced({ tools: {} }) : undefined,
    )
    const set = await setLevel(client, 'debug')
    expect(set).toMatchObject({ ok: false, era: 'legacy', reason: 'unsupported' })
    expect(heard).toHaveLength(2)
    await capture.close()
    expect(await setLevel(client, 'debug')).toMatchObject({ ok: false, reason: 'closed' })
  })

  it('that never answers cannot hang it, and its late answer disturbs nobody', async () => {
    const { client, capture, heard } = await legacy(({ method }) =>
      method === 'initialize' ? introduced({ logging: {} }) : undefined,
    )
    const set = await setLevel(capture, 'debug', { timeoutMs: 20 })
    expect(set).toEqual({
      ok: false,
      era: 'legacy',
      reason: 'timeout',
      message: 'old did not answer within 20 ms',
    })
    const errors: unknown[] = []
    client.onerror = (error: unknown) => void errors.push(error)
    const { id } = heard.at(-1) as { id: string }
    const transport = capture.transport as unknown as { onmessage(message: object): void }
    transport.onmessage({ jsonrpc: '2.0', id, result: {} })
    expect(errors).toEqual([])
    await client.close()
  })

  it('that refuses is told as it is', async () => {
    const { client } = await legacy(({ method }) =>
      method === 'initialize'
        ? introduced({ logging: {} })
        : { error: { code: -32602, message: 'no such level' } },
    )
    const set = await setLevel(client, 'alert')
    expect(set).toMatchObject({
      ok: false,
      reason: 'refused',
      message: expect.stringContaining('no such level'),
    })
    await client.close()
  })

  it('whose client asked for a level keeps giving it that, whatever more we ask for', async () => {
    const [near, far] = InMemoryTransport.createLinkedPair()
    await createV1().connect(far)
    const records: string[] = []
    captureTransport(near, {
      server: 'old',
      onRecord: ({ source, message }) => void (source === 'message' && records.push(message)),
    })
    const seen: unknown[] = []
    const client = newClient('v1')
    client.fallbackNotificationHandler = async ({ params }) => void seen.push(params?.data)
    await connect(client, near)
    await client.setLoggingLevel('warning')
    await setLevel(client, 'debug')
    await client.callTool({ name: 'leveled', arguments: {} })
    expect(records).toEqual(['at debug', 'at warning'])
    expect(seen).toEqual(['at warning'])
    await client.close()
  })
})

it('a client that nobody captures cannot be told', async () => {
  expect(await setLevel(newClient('v1'), 'debug')).toMatchObject({ ok: false, reason: 'not_captured' })
})
