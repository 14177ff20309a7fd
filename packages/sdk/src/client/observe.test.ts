import { Client } from '@modelcontextprotocol/client'
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { connect, lineOf, newClient, WAYS, type Way, type WayName } from './capture/testing.ts'
import { observe } from './observe.ts'

const play = async (way: WayName) => {
  const { transport, end } = await (WAYS[way] as () => Promise<Way>)()
  const [logs, records, batched]: [LogRecord[], LogRecord[], LogRecord[]] = [[], [], []]
  let closed = 0
  const sink = Object.assign((batch: readonly LogRecord[]) => void batched.push(...batch), {
    close: async () => {
      closed += 1
    },
  })
  const observation = observe(transport, {
    server: 'alpha',
    onLog: (record) => void logs.push(record),
    onRecord: (record) => void records.push(record),
    sinks: [sink],
  })
  const client = newClient(lineOf(way))
  await connect(client, observation.transport)
  return { observation, client, end, logs, records, batched, closed: () => closed }
}

describe.each(['v1 in-memory', 'v1 http stateful', 'v1 sse', 'v2 modern http'] as const)(
  'observe over %s',
  (way) => {
    it('gives logs and records to handlers and sinks, and ends with its transport', async () => {
      const { observation, client, end, logs, records, batched, closed } = await play(way)
      await client.callTool({ name: 'work', arguments: { mark: 'a', parties: 1 } })
      expect(await observation.flush()).toEqual({ left: 0 })
      expect(logs.map(({ message }) => message)).toEqual(['debug of a', 'error of a'])
      await client.close()
      expect(await observation.close()).toEqual({ left: 0 })
      await end()
      expect(records.at(-1)?.attributes.event).toBe('exit')
      expect(batched).toEqual(records)
      expect(closed()).toBe(1)
      expect(observation.facts()).toMatchObject({ server: 'alpha', ended: true, failures: 0 })
    })
  },
)

it('a client whose observation is closed goes on, unobserved', async () => {
  const { observation, client, end, records } = await play('v2 legacy in-memory')
  await observation.close()
  const before = records.length
  const args = { mark: 'a', parties: 1 }
  expect(await client.callTool({ name: 'work', arguments: args })).toMatchObject({ content: [{ text: 'a' }] })
  expect(records).toHaveLength(before)
  await client.close()
  await end()
})

it('a transport of no SDK at all is observed too', async () => {
  const sent: unknown[] = []
  const transport = {
    onmessage: undefined as ((message: unknown) => void) | undefined,
    start: async () => undefined,
    close: async () => undefined,
    async send(message: { id?: number; method?: string }) {
      sent.push(message)
      const result = {
        protocolVersion: '2025-06-18',
        capabilities: {},
        serverInfo: { name: 'own', version: '1' },
        content: [],
      }
      if (message.id !== undefined) this.onmessage?.({ jsonrpc: '2.0', id: message.id, result })
    },
  }
  const records: LogRecord[] = []
  await using observation = observe(transport, {
    server: 'own',
    onRecord: (record) => void records.push(record),
  })
  const client = new Client({ name: 'c', version: '1' })
  await client.connect(transport as never)
  await client.callTool({ name: 'any', arguments: {} })
  await observation.flush()
  const calls = records.filter(({ source }) => source === 'call').map(({ message }) => message)
  expect(calls).toEqual(['initialize', 'initialize ok', 'tools/call any', 'tools/call any ok'])
  expect(sent).toHaveLength(3)
})
