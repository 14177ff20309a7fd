import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'BillingServer', version: '1.0.0' }))
  server.registerTool('bill', {}, async ({ log }) => {
    log.info('billing 30 cards')
    for (let number = 0; number < 30; number++) log.error('card refused', { number })
    return { content: [{ type: 'text', text: 'done' }] }
  })
  return server
})
