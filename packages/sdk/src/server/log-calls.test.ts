/** Lines about calls: rows 21 and 22. */
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { expect, onTestFinished, test } from 'vitest'
import type { LogRecord, NamedCall } from '../record/index.ts'
import { connectV1, quiet } from './testing.ts'
import type { CallsOptions } from './types.ts'
import { withLogging } from './with-logging.ts'

const open = async (calls: CallsOptions | true) => {
  const records: LogRecord[] = []
  const server = withLogging(new McpServer({ name: 's', version: '1' }), { ...quiet(records), calls })
  server.registerTool('works', {}, () => ({ content: [{ type: 'text', text: 'done' }] }))
  server.registerTool('fails', {}, () => {
    throw new Error('no such row\nevent=forged password=hunter2')
  })
  server.registerPrompt('breaks', {}, () => {
    throw new Error('broken')
  })
  const [near, far] = InMemoryTransport.createLinkedPair()
  await server.connect(far)
  const peer = await connectV1(near)
  onTestFinished(() => void peer.close())
  const told = async () => {
    await server.logging.flush()
    return records.filter(({ logger }) => logger === (calls === true ? 'calls' : (calls.logger ?? 'calls')))
  }
  return { peer, told, records }
}

test('row 21: start, then success or error with its duration; what was thrown is thrown on; nothing goes to the client', async () => {
  const { peer, told } = await open(true)
  await peer.call('works')
  const failed = await peer.call('fails')
  const broken: unknown = await peer.request('prompts/get', { name: 'breaks' }).catch((error) => error)
  const lines = await told()
  expect(failed.isError).toBe(true)
  expect(broken).toMatchObject({ message: expect.stringContaining('broken') })
  expect(lines.map(({ level, attributes: { event, method } }) => [level, event, method])).toEqual([
    ['info', 'request_start', 'tools/call'],
    ['info', 'request_success', 'tools/call'],
    ['info', 'request_start', 'tools/call'],
    ['error', 'request_error', 'tools/call'],
    ['info', 'request_start', 'prompts/get'],
    ['error', 'request_error', 'prompts/get'],
  ])
  for (const { attributes } of lines.filter(({ attributes: { event } }) => event !== 'request_start'))
    expect(attributes.durationMs).toEqual(expect.any(Number))
  const [start, success, , error] = lines
  const call = start?.call as NamedCall
  expect(start?.attributes).toMatchObject({ tool: 'works', requestId: call.requestId, callId: call.id })
  expect((success?.call as NamedCall | undefined)?.id).toBe(call.id)
  expect(error?.message.split('\n')).toHaveLength(1)
  expect(JSON.stringify(error)).not.toContain('hunter2')
  expect(peer.seen).toEqual([])
})

test('row 21: structured lines are one JSON object each', async () => {
  const { peer, told } = await open({ structured: true, logger: 'audit', level: 'debug' })
  await peer.call('works')
  const lines = await told()
  expect(lines.map(({ level }) => level)).toEqual(['debug', 'debug'])
  expect(lines.map(({ message }) => JSON.parse(message) as unknown)).toEqual([
    expect.objectContaining({ event: 'request_start', method: 'tools/call', tool: 'works' }),
    expect.objectContaining({ event: 'request_success', durationMs: expect.any(Number) }),
  ])
})

test('row 22: payloads, cut, with their length before that and their tokens', async () => {
  const { peer, told } = await open({
    includePayloads: true,
    maxPayloadLength: 10,
    includePayloadLength: true,
    estimatePayloadTokens: true,
    payloadSerializer: () => 'abcdefghijklmnopqrs',
  })
  await peer.call('works')
  const [start] = await told()
  expect(start?.attributes).toMatchObject({ payload: 'abcdefghij...', payloadLength: 19, payloadTokens: 4 })
})

test('row 22: a serializer that throws falls back to JSON, and says so once', async () => {
  const { peer, told, records } = await open({
    includePayloads: true,
    payloadSerializer: () => {
      throw new Error('cannot')
    },
  })
  await peer.call('works')
  await peer.call('works')
  const [start] = await told()
  expect(JSON.parse(String(start?.attributes.payload))).toEqual({ name: 'works', arguments: {} })
  expect(records.filter(({ logger, level }) => logger === 'logboom' && level === 'warning')).toHaveLength(1)
})

test('row 34: a payload is masked before it is cut', async () => {
  const { peer, told } = await open({
    includePayloads: true,
    maxPayloadLength: 24,
    payloadSerializer: () => '{"password":"correct horse battery staple"}',
  })
  await peer.call('works')
  const [start] = await told()
  expect(start?.attributes.payload).not.toContain('correct')
})

test('row 22: only the methods asked for', async () => {
  const { peer, told } = await open({ methods: ['prompts/get'] })
  await peer.call('works')
  expect(await told()).toEqual([])
})
