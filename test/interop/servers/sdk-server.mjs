/** Our `withLogging` on an official SDK, as an author would write it: `sdk-server.mjs v1|v2 [http]`. Over HTTP it prints its URL. */
import { createServer } from 'node:http'
import process from 'node:process'
import { LEVELS } from '@logboom/sdk/record'
import { withLogging } from '@logboom/sdk/server'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { createMcpHandler, McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

const [line, way] = process.argv.slice(2)
const info = { name: 'sdk-server', version: '7.7.7' }

const create = () => {
  const server = withLogging(line === 'v1' ? new McpServerV1(info) : new McpServerV2(info))
  server.registerTool('levels', { description: 'logs at every level' }, async ({ log }) => {
    for (const level of LEVELS) log[level](`at ${level}`)
    return { content: [{ type: 'text', text: 'ok' }] }
  })
  server.registerTool('fields', { description: 'logs with and without fields' }, async ({ log }) => {
    log.info('plain')
    log
      .child({ logger: 'orders', order: 'A-17' })
      .warning('分析 with fields', { rows: 3, nested: { list: [1, null] } })
    return { content: [{ type: 'text', text: 'ok' }] }
  })
  return server
}

const overHttp = async (incoming, outgoing) => {
  if (line === 'v1') {
    const transport = new StreamableHTTPServerTransport({})
    outgoing.on('close', () => transport.close())
    await create().connect(transport)
    return transport.handleRequest(incoming, outgoing)
  }
  const chunks = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method, headers } = incoming
  const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }
  const response = await handler.fetch(
    new Request(`http://${headers.host}${incoming.url}`, { method, headers, ...body }),
  )
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  for await (const chunk of response.body ?? []) outgoing.write(chunk)
  outgoing.end()
}

const handler = createMcpHandler(create)
if (way === 'http') {
  const server = createServer((incoming, outgoing) =>
    overHttp(incoming, outgoing).catch(() => outgoing.destroy()),
  )
  server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/mcp`))
} else if (line === 'v1') await create().connect(new StdioServerTransport())
else serveStdio(create)
