// One client receiving logs: `log-client.mjs KIND COUNT`. Calls `flood` with a warm-up, then COUNT, and prints as JSON what each
// record cost this process in CPU microseconds. A handler counts what arrives; all must have arrived.
//   v1, v2     the official clients with a notification handler
//   logboom    connect() with onLog
//   observed   the official v2 client over observe()
//   stuck      connect() with a sink that never finishes: prints memory and counts instead
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const [kind = '', count = '20000'] = process.argv.slice(2)
const COUNT = Number(count)
const command = {
  command: process.execPath,
  args: [fileURLToPath(new URL('./log-server.mjs', import.meta.url))],
}
const INFO = { name: 'bench', version: '1.0.0' }

let received = 0
const onLog = (record) => {
  if (record.source === 'message') received++
}

const CLIENTS = {
  v1: async () => {
    const { Client } = await import('@modelcontextprotocol/sdk/client/index.js')
    const { StdioClientTransport } = await import('@modelcontextprotocol/sdk/client/stdio.js')
    const { LoggingMessageNotificationSchema } = await import('@modelcontextprotocol/sdk/types.js')
    const client = new Client(INFO)
    client.setNotificationHandler(LoggingMessageNotificationSchema, () => void received++)
    await client.connect(new StdioClientTransport(command))
    return client
  },
  v2: async () => {
    const { Client } = await import('@modelcontextprotocol/client')
    const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio')
    const client = new Client(INFO)
    client.setNotificationHandler('notifications/message', () => void received++)
    await client.connect(new StdioClientTransport(command))
    return client
  },
  logboom: async () => {
    const { connect } = await import('@logboom/sdk/client')
    return connect(command, { onLog })
  },
  stuck: async () => {
    const { connect } = await import('@logboom/sdk/client')
    return connect(command, { onLog, sinks: [() => new Promise(() => {})] })
  },
}

const client = await CLIENTS[kind]()
const flood = (n) => client.callTool({ name: 'flood', arguments: { count: n } })
const all = async (n) => {
  const until = performance.now() + 20_000
  while (received < n && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 1))
}
if (kind !== 'stuck') {
  await flood(5000)
  await all(5000)
}
received = 0
globalThis.gc?.()
const memory = process.memoryUsage().rss
const before = process.cpuUsage()
const from = performance.now()
await flood(COUNT)
const callMs = performance.now() - from
await all(COUNT)
const { user, system } = process.cpuUsage(before)
const grown = process.memoryUsage().rss - memory
console.log(JSON.stringify({ us: (user + system) / COUNT, received, callMs, grown }))
process.exit(0)
