import { connect } from '@logboom/sdk/client'
import { McpServer } from '@modelcontextprotocol/server'

const shop = () => {
  const server = new McpServer({ name: 'shop', version: '1.0.0' }, { capabilities: { logging: {} } })
  server.registerTool('stock', {}, async ({ mcpReq }) => {
    // Any JSON, from any server, with or without our SDK.
    await mcpReq.log('info', { msg: 'counted', extra: { items: 12 } })
    await mcpReq.log('error', 'shelf is empty')
    await mcpReq.log('error', { shelf: 4 })
    return { content: [{ type: 'text', text: 'done' }] }
  })
  return server
}

const client = await connect(shop, {
  onLog: ({ level, message, attributes, call }) =>
    console.log(level, message, JSON.stringify(attributes), call?.attribution),
})
await client.callTool({ name: 'stock' })
await client.close()
