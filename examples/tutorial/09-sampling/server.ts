import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'ShopServer', version: '1.0.0' }), { stderr: false })
  server.registerTool('order', { inputSchema: z.object({ number: z.number() }) }, async ({ number }, ctx) => {
    ctx.log.debug('cache looked up')
    ctx.log.info(`order ${number} read`)
    ctx.log.info(`payment of order ${number} asked for`)
    ctx.log.warning('queue is long')
    if (number % 10 === 0) ctx.log.error(`card of order ${number} refused`)
    return { content: [{ type: 'text', text: 'done' }] }
  })
  return server
})
