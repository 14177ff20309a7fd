import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'AuditServer', version: '1.0.0' }), { stderr: false })
  server.registerTool('audit', {}, async ({ log }) => {
    for (let number = 0; number < 40; number++) log.info(`line ${number}`)
    return { content: [{ type: 'text', text: 'done' }] }
  })
  return server
})
