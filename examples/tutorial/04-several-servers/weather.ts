import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

const DEGREES: Record<string, number> = { Beijing: 21, Oslo: -3 }

serveStdio(() => {
  const server = withLogging(new McpServer({ name: 'WeatherServer', version: '1.0.0' }))
  server.registerTool('forecast', { inputSchema: z.object({ city: z.string() }) }, async ({ city }, ctx) => {
    const degrees = DEGREES[city]
    if (degrees === undefined) ctx.log.warning('unknown city', { city })
    else ctx.log.info('forecast made', { city, degrees })
    return { content: [{ type: 'text', text: degrees === undefined ? 'unknown' : `${degrees} degrees` }] }
  })
  return server
})
