import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'SyncServer', version: '1.0.0' }), { stderr: false })
  server.registerTool('sync', {}, async ({ log }) => {
    log.debug('cursor read')
    log.info('12 rows copied')
    log.error('one row refused')
    return { content: [{ type: 'text', text: 'done' }] }
  })
  return server
})
