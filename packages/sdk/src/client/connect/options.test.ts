/** Transports and clients of different lines of the SDK, and what options change. */
import { fileURLToPath } from 'node:url'
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { LogRecord } from '../../record/index.ts'
import { connect, loggingOf } from './index.ts'
import { project, serveHttp } from './testing.ts'

describe.each([
  ['v1', HttpV1],
  ['v2', HttpV2],
] as const)('a ready-made HTTP transport of SDK %s', (_line, Transport) => {
  it('to a stateful server of SDK v1 is connected as its URL is', async () => {
    const messages: string[] = []
    const client = await connect(new Transport(new URL(await serveHttp([]))), {
      onLog: ({ message }) => void messages.push(message),
    })
    onTestFinished(() => client.close())
    await client.callTool({ name: 'hi', arguments: {} })
    expect(client.getProtocolEra()).toBe('legacy')
    expect(messages).toEqual(['hi from one'])
  })
})

it('a transport of SDK v1 below a client of v2 that negotiates is an error that says what to give instead', async () => {
  const client = new ClientV2({ name: 'own', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  const connecting = connect(new HttpV1(new URL(await serveHttp([]))), { client })
  await expect(connecting).rejects.toMatchObject({
    code: 'LB_CONNECT_FAILED',
    hint: expect.stringContaining('give the URL'),
  })
})

it('a server that ignores the question for its era is a legacy one after the time that is given', async () => {
  const app = project({
    // Answers `initialize`, and nothing that it does not know.
    'mute.mjs': `
import { createInterface } from 'node:readline'
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method } = JSON.parse(line)
  if (method !== 'initialize') continue
  const result = { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'mute', version: '1' } }
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
}
`,
  })
  // Less in all than the ten seconds that it would wait otherwise.
  const client = await connect(app.path('mute.mjs'), { probeTimeoutMs: 100, timeoutMs: 9_000 })
  onTestFinished(() => client.close())
  expect(client.getProtocolEra()).toBe('legacy')
}, 20_000)

it('`level` is set on a legacy server before the first call, without being waited for', async () => {
  const app = project({
    // Never answers `logging/setLevel`; tells which level it was given.
    'levelled.mjs': `
import { createInterface } from 'node:readline'
let level = 'none'
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  const answer = (result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
  if (method === 'initialize')
    answer({ protocolVersion: '2025-06-18', capabilities: { logging: {}, tools: {} }, serverInfo: { name: 'levelled', version: '1' } })
  if (method === 'logging/setLevel') level = params.level
  if (method === 'tools/call') answer({ content: [{ type: 'text', text: level }] })
}
`,
  })
  const client = await connect(app.path('levelled.mjs'), { era: 'legacy', level: 'error' })
  onTestFinished(() => client.close())
  const { content } = await client.callTool({ name: 'level', arguments: {} })
  expect(content).toEqual([{ type: 'text', text: 'error' }])
}, 20_000)

it('`level` leaves out what our own servers say below it on stderr, and counts it as no drop', async () => {
  const script = fileURLToPath(new URL('../../server/testing-server.ts', import.meta.url))
  const args = ['--import', 'tsx', '--conditions=@logboom/source', script, 'v2', '5']
  const logs: LogRecord[] = []
  const client = await connect(
    { command: process.execPath, args },
    { server: 'noisy', level: 'warning', onLog: (record) => void logs.push(record) },
  )
  onTestFinished(() => client.close())
  await client.callTool({ name: 'burst', arguments: {} })
  await client.callTool({ name: 'speak', arguments: {} })
  await client.close()
  const { skipped, dropped } = loggingOf(client).stats()
  expect(logs.map(({ message }) => message)).toEqual(['spoken'])
  // Five of the burst, the info line of `speak`, and the notice at its start.
  expect({ skipped, dropped }).toEqual({ skipped: { below_level: 7 }, dropped: {} })
}, 20_000)
