import { Client as ClientV2 } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { expect, it, describe as suite } from 'vitest'
import { fakeServer, NO_ANSWER } from './fake-server.ts'

const script = () =>
  fakeServer({
    name: 'analytics',
    tools: {
      add: ({ a }, call) => {
        call.log('notice', { msg: 'adding', extra: { a } }, 'math')
        return `got ${String(a)}`
      },
      fails: () => {
        throw new Error('no such table')
      },
    },
    onRequest: ({ method }) => (method === 'prompts/list' ? NO_ANSWER : undefined),
  })

suite('fakeServer', () => {
  it('serves a client of SDK v1', async () => {
    const server = script()
    const client = new ClientV1({ name: 'test', version: '1' })
    const logs: unknown[] = []
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logs.push(params))
    await client.connect(server.transport)
    expect(await client.callTool({ name: 'add', arguments: { a: 1 } })).toMatchObject({
      content: [{ type: 'text', text: 'got 1' }],
    })
    expect(logs).toEqual([{ level: 'notice', logger: 'math', data: { msg: 'adding', extra: { a: 1 } } }])
    expect(await client.callTool({ name: 'fails', arguments: {} })).toMatchObject({ isError: true })
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['add', 'fails'])
    await client.setLoggingLevel('error')
    expect(server.received.map(({ method }) => method)).toContain('logging/setLevel')
    await client.close()
  })

  it('serves a client of SDK v2, and says what it is told to', async () => {
    const server = script()
    const client = new ClientV2({ name: 'test', version: '1' })
    const logs: unknown[] = []
    const errors: Error[] = []
    client.setNotificationHandler('notifications/message', ({ params }) => void logs.push(params.data))
    client.onerror = (error) => errors.push(error)
    server.log('info', 'before hello')
    await client.connect(server.transport)
    server.log('LOUD', 'no level of MCP')
    await client.ping()
    expect(logs).toEqual(['before hello'])
    expect(errors).toHaveLength(1)
    let ended = false
    client.onclose = () => {
      ended = true
    }
    server.close()
    expect(ended).toBe(true)
  })
})
