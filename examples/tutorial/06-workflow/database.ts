import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { Prediction, Stored } from './results.ts'

const rows: { next: number; confidence: number }[] = []

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'DatabaseServer', version: '1.0.0' }))
  server.registerTool('store', { inputSchema: Prediction, outputSchema: Stored }, async (row, ctx) => {
    ctx.log.debug('transaction opened', { rows: rows.length })
    if (row.next < 0) {
      ctx.log.error('constraint violated', { column: 'next', value: row.next })
      throw new Error('next must not be negative')
    }
    const id = rows.push(row)
    ctx.log.info('row stored', { id })
    return { structuredContent: { id }, content: [{ type: 'text', text: `row ${id}` }] }
  })
  return server
})
