import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { expect, it, onTestFinished } from 'vitest'
import { waitFor } from '../../../../test/kit/wait.ts'
import { isObject, type LogRecord } from '../record/index.ts'
import { alert, type Sink } from '../sink/index.ts'
import { fixture } from './connect/testing.ts'
import { connectAll } from './index.ts'

/** A server in this process whose one tool logs an error and fails. */
const payments = (): McpServer => {
  const server = new McpServer({ name: 'payments', version: '1.0.0' }, { capabilities: { logging: {} } })
  server.registerTool('charge', {}, async (extra) => {
    const params = { level: 'error' as const, logger: 'bank', data: 'card declined' }
    await extra.sendNotification({ method: 'notifications/message', params })
    return { isError: true, content: [{ type: 'text', text: 'not charged' }] }
  })
  return server
}

/** Takes notices over HTTP, as a chat's webhook does. */
const receiver = async () => {
  const notices: LogRecord[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      notices.push(...(JSON.parse(body) as LogRecord[]))
      response.end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const sink: Sink = async (batch, context) => {
    const body = JSON.stringify(batch)
    await fetch(url, { method: 'POST', body, signal: context?.signal ?? null })
  }
  return { notices, sink }
}

const stateOf = ({ attributes: { alert: about } }: LogRecord): unknown =>
  isObject(about) ? about.state : undefined

it('of all servers of an app, tells once who failed and in which call, and once that it is over', {
  timeout: 60_000,
}, async () => {
  const { notices, sink } = await receiver()
  const errors = alert({ when: 'level:>=error', window: '1s', cooldown: '1h', to: [sink] })
  const all = await connectAll(
    { payments: payments(), v1: fixture('v1'), v2: fixture('v2') },
    { sinks: [errors] },
  )
  onTestFinished(() => all.close().then(() => {}))
  await all.client('v1').callTool({ name: 'work', arguments: { plan: { mark: 'm', everyMs: 0 } } })
  await all.client('v2').callTool({ name: 'work', arguments: { plan: { mark: 'm', everyMs: 0 } } })
  await all.client('payments').callTool({ name: 'charge', arguments: { cents: 4200 } })
  await waitFor('that it is over', () => notices.some((one) => stateOf(one) === 'resolved'))
  await all.close()

  expect(notices.map((one) => [one.server, one.level, stateOf(one)])).toEqual([
    ['payments', 'error', 'firing'],
    ['payments', 'notice', 'resolved'],
  ])
  const [fired, resolved] = notices
  expect(fired?.call).toMatchObject({ tool: 'charge' })
  expect(fired?.attributes).toMatchObject({
    records: [{ level: 'error', server: 'payments', message: 'card declined', call: { tool: 'charge' } }],
    story: {
      ...{ tool: 'charge', server: 'payments' },
      records: [{ arguments: '{"cents":4200}' }, { message: 'card declined' }],
    },
  })
  // The outcome is an error too: the same alert, which is why nobody was told of it before the end.
  expect(resolved?.attributes).toMatchObject({
    alert: { count: 2, firedId: expect.any(String) },
    story: { status: 'tool_error', records: [{}, {}, { level: 'error' }] },
  })
  expect(errors.stats()).toMatchObject({ fired: 1, resolved: 1, firing: 0, matched: 2 })
})
