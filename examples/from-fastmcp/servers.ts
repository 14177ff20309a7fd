import { connectAll } from '@logboom/sdk/client'
import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'

const shop = () => {
  const server = withLogging(new McpServer({ name: 'shop', version: '1.0.0' }), { stderr: false })
  server.registerTool('check', {}, async ({ log }) => {
    log.warning('disk nearly full')
    return { content: [{ type: 'text', text: 'done' }] }
  })
  return server
}

const all = await connectAll(
  { berlin: shop, oslo: shop },
  { onLog: ({ server, message, call }) => console.log(server, call?.attribution, message) },
)
for (const server of all.servers) await all.client(server).callTool({ name: 'check' })
await all.close()
