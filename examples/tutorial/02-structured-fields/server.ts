import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'OrderServer', version: '1.0.0' }))
  const inputSchema = z.object({ order: z.string(), items: z.array(z.string()) })
  server.registerTool('process_order', { inputSchema }, async ({ order, items }, ctx) => {
    // Every line of the child carries its logger's name and the order.
    const log = ctx.log.child({ logger: 'orders', order })
    log.info('order received', { items: items.length })
    for (const [index, item] of items.entries())
      log.debug('item packed', { item, progress: `${index + 1}/${items.length}` })
    log.info('payment taken', { amount: 9.5 * items.length, api_key: 'sk-test-4242424242424242' })
    return { content: [{ type: 'text', text: `${items.length} items sent` }] }
  })
  return server
})
