/** A server of the official SDK, legacy: its tool logs, and says one thing on stderr. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const server = new McpServer({ name: 'tools', version: '1.0.0' }, { capabilities: { logging: {} } })
server.registerTool('forecast', { inputSchema: { city: z.string() } }, async ({ city }) => {
  await server.sendLoggingMessage({
    level: 'warning',
    logger: 'weather',
    data: { msg: `no sun in ${city}`, extra: { city } },
  })
  process.stderr.write(`asked about ${city}\n`)
  return { content: [{ type: 'text', text: 'rain' }] }
})
await server.connect(new StdioServerTransport())
