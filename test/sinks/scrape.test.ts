/** A scrape that stalls: whoever asks for the page and never reads it costs the application's calls nothing. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect as dial } from 'node:net'
import { connect, loggingOf } from '@logboom/sdk/client'
import { prometheusMetrics } from '@logboom/sdk/metrics'
import { memorySink } from '@logboom/sdk/sink'
import { makeRecord } from '@logboom/sdk/testing'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { fixtureV1 } from '../kit/servers.ts'
import { waitFor } from '../kit/wait.ts'

const CALLS = 50
const STALLED = 5

test('scrapes that never read cost no call and no record, and the next one tells all of them', async () => {
  const register = new Registry()
  const metrics = await prometheusMetrics({ register, maxTools: 5000 })
  // A page of a megabyte and more, so that no buffer of the system can swallow it.
  for (let n = 0; n < 1500; n++)
    metrics.record(
      makeRecord(n, {
        source: 'call',
        server: 'many',
        call: {
          id: `c${n}`,
          method: 'tools/call',
          tool: `tool ${n} ${'x'.repeat(80)}`,
          requestId: n,
          from: 'client',
          attribution: 'exact',
          status: 'ok',
          durationMs: 1,
        },
      }),
    )
  const answers: ServerResponse[] = []
  const page = createServer(async (_, response) => {
    answers.push(response)
    response.end(await register.metrics())
  })
  page.listen(0, '127.0.0.1')
  await once(page, 'listening')
  const { port } = page.address() as AddressInfo
  const sockets = Array.from({ length: STALLED }, () => {
    const socket = dial({ port, host: '127.0.0.1' }).pause()
    socket.on('error', () => {})
    // Asked again and again, and never read.
    socket.write('GET /metrics HTTP/1.1\r\nhost: a\r\n\r\n'.repeat(4))
    return socket
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    page.closeAllConnections()
    page.close()
  })
  const stuck = (): number =>
    answers.filter((answer) => answer.writableEnded && !answer.writableFinished).length
  await waitFor('every scrape to be stuck', () => stuck() >= STALLED)

  const kept = memorySink({ max: 10_000 })
  const [command, ...args] = fixtureV1
  const client = await connect({ command, args }, { server: 'worker', metrics, sinks: [kept] })
  onTestFinished(() => client.close())
  let answered = 0
  for (let n = 0; n < CALLS; n++) {
    const plan = { mark: `m${n}`, logs: 2, everyMs: 0 }
    const { isError } = await client.callTool({ name: 'work', arguments: { plan } })
    if (isError !== true) answered += 1
  }
  expect(answered).toBe(CALLS)
  expect(await loggingOf(client).flush()).toEqual({ left: 0 })
  expect(kept.records().filter(({ source }) => source === 'message')).toHaveLength(2 * CALLS)
  expect(loggingOf(client).stats().dropped).toEqual({})
  expect(stuck()).toBeGreaterThanOrEqual(STALLED)

  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  expect(text).toContain(`mcp_calls_total{server="worker",tool="work",outcome="ok"} ${CALLS}\n`)
  expect(text).toContain(`mcp_log_messages_total{level="info",server="worker"} ${2 * CALLS + 1}\n`)
})
