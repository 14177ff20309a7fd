import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'GatewayServer', version: '1.0.0' }))
  server.registerTool('fetch', { inputSchema: z.object({ url: z.url() }) }, async ({ url }, ctx) => {
    const response = await fetch(url)
    ctx.log.info('fetched', { url, status: response.status })
    return { isError: !response.ok, content: [{ type: 'text', text: await response.text() }] }
  })
  return server
})
