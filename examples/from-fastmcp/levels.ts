import { connect } from '@logboom/sdk/client'
import { LEVELS } from '@logboom/sdk/record'
import { withLogging } from '@logboom/sdk/server'
import { pinoSink } from '@logboom/sdk/sink'
import { McpServer } from '@modelcontextprotocol/server'
import pino from 'pino'

const shop = () => {
  const server = withLogging(new McpServer({ name: 'shop', version: '1.0.0' }), { stderr: false })
  server.registerTool('all_levels', {}, async ({ log }) => {
    for (const level of LEVELS) log.log(level, level)
    return { content: [{ type: 'text', text: 'done' }] }
  })
  return server
}

const write = (line: string): void => {
  const { level, severity, source } = JSON.parse(line)
  if (source === 'message') console.log(pino.levels.labels[level], severity)
}
const client = await connect(shop, { sinks: [pinoSink(pino({ level: 'trace' }, { write }))] })
await client.callTool({ name: 'all_levels' })
await client.close()
