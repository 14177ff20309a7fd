import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { Analysis, Prediction } from './results.ts'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'ModelServer', version: '1.0.0' }))
  const config = { inputSchema: Analysis, outputSchema: Prediction }
  server.registerTool('predict', config, async ({ rows, mean, trend }, ctx) => {
    ctx.log.debug('features', { rows, mean, trend })
    const confidence = rows / (rows + 4)
    if (confidence < 0.6) ctx.log.warning('low confidence', { confidence })
    const structuredContent = { next: mean + trend, confidence }
    ctx.log.info('prediction done', structuredContent)
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
  })
  return server
})
