import { connect } from '@logboom/sdk/client'
import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'

const shop = () => {
  const server = withLogging(new McpServer({ name: 'shop', version: '1.0.0' }), { stderr: false })
  server.registerTool('sync', {}, async ({ log }) => {
    log.info('row copied')
    log.error('row refused')
    return { content: [{ type: 'text', text: 'done' }] }
  })
  return server
}

for (const era of ['auto', 'legacy'] as const) {
  const client = await connect(shop, {
    era,
    level: 'warning',
    onLog: ({ level, message }) => console.log(era, level, message),
  })
  await client.callTool({ name: 'sync' })
  await client.close()
}
