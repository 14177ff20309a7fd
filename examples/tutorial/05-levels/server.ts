import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'LevelServer', version: '1.0.0' }))
  server.registerTool('backup', {}, async ({ log }) => {
    log.debug('cache warmed')
    log.info('backup started')
    log.notice('configuration changed since the last backup')
    log.warning('disk 85 % full')
    log.error('one file could not be read')
    log.critical('backup volume is gone')
    log.alert('no backup for a week')
    log.emergency('data at risk')
    return { content: [{ type: 'text', text: 'failed' }] }
  })
  return server
})
