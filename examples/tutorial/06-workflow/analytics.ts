import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'
import { Analysis } from './results.ts'

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'AnalyticsServer', version: '1.0.0' }))
  const inputSchema = z.object({ sales: z.array(z.number()).min(2) })
  server.registerTool('analyze', { inputSchema, outputSchema: Analysis }, async ({ sales }, ctx) => {
    ctx.log.info('analysis started', { rows: sales.length })
    const mean = sales.reduce((sum, value) => sum + value, 0) / sales.length
    const odd = sales.filter((value) => value > 3 * mean)
    if (odd.length > 0) ctx.log.warning('outliers kept', { odd })
    const trend = ((sales.at(-1) ?? 0) - (sales[0] ?? 0)) / (sales.length - 1)
    ctx.log.info('analysis done', { mean, trend })
    const structuredContent = { rows: sales.length, mean, trend }
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
  })
  return server
})
