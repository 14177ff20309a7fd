// A stdio server whose tool `burst` logs {count} times in one go and waits for none: `burst-server.mjs KIND`. Its tool `report` tells the
// longest time the event loop stood still since the burst began, in milliseconds.
//   v1, v2     the official SDKs, `server.sendLoggingMessage`
//   logboom    SDK v2 with our logger, `ctx.log.info`; its stderr is off: the other two write none
import { performance } from 'node:perf_hooks'
import process from 'node:process'

const [kind = ''] = process.argv.slice(2)
const INFO = { name: 'burst', version: '1.0.0' }
const CAPABILITIES = { capabilities: { logging: {}, tools: {} } }
const FIELDS = { user: 'u-123', path: '/v1/items', status: 200, ms: 12.5, ok: true }

let longest = 0
let last = 0
const watch = () => {
  const now = performance.now()
  longest = Math.max(longest, now - last)
  last = now
  setImmediate(watch)
}

const text = (value) => ({ content: [{ type: 'text', text: value }] })
/** Begins to watch, then logs. The first pause therefore holds the loop itself, as it does for every other request. */
const burst = (logOnce) => {
  last = performance.now()
  setImmediate(watch)
  const count = Number(process.env.BURST)
  for (let n = 0; n < count; n++) logOnce(n)
  return text('done')
}
const report = () => text(JSON.stringify({ longest }))
const message = (n) => ({ level: 'info', data: { msg: `request ${n} done`, extra: FIELDS } })

const SERVERS = {
  v1: async () => {
    const { McpServer } = await import('@modelcontextprotocol/sdk/server/mcp.js')
    const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
    const server = new McpServer(INFO, CAPABILITIES)
    server.registerTool('burst', {}, () => burst((n) => void server.sendLoggingMessage(message(n))))
    server.registerTool('report', {}, report)
    await server.connect(new StdioServerTransport())
  },
  v2: async () => {
    const { McpServer } = await import('@modelcontextprotocol/server')
    const { StdioServerTransport } = await import('@modelcontextprotocol/server/stdio')
    const server = new McpServer(INFO, CAPABILITIES)
    server.registerTool('burst', {}, () => burst((n) => void server.sendLoggingMessage(message(n))))
    server.registerTool('report', {}, report)
    await server.connect(new StdioServerTransport())
  },
  logboom: async () => {
    const { withLogging } = await import('@logboom/sdk/server')
    const { McpServer } = await import('@modelcontextprotocol/server')
    const { StdioServerTransport } = await import('@modelcontextprotocol/server/stdio')
    const server = withLogging(new McpServer(INFO, CAPABILITIES), { stderr: false })
    server.registerTool('burst', {}, (ctx) => burst((n) => ctx.log.info(`request ${n} done`, FIELDS)))
    server.registerTool('report', {}, report)
    await server.connect(new StdioServerTransport())
  },
}

await SERVERS[kind]()
