import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'AnalyticsServer', version: '1.0.0' }))
  const inputSchema = z.object({ data: z.array(z.number()) })
  server.registerTool('analyze_data', { inputSchema }, async ({ data }, ctx) => {
    ctx.log.debug('starting the analysis')
    ctx.log.info(`analysing ${data.length} values`)
    if (data.length === 0) {
      ctx.log.error('nothing to analyse')
      return { isError: true, content: [{ type: 'text', text: 'no data' }] }
    }
    if (data.length < 3) ctx.log.warning('fewer than three values: the mean says little')
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length
    return { content: [{ type: 'text', text: `mean ${mean}` }] }
  })
  return server
})
