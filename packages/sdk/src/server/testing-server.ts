/** A noisy stdio server, run as a child process by `stdio.test.ts`. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { guardStdout, log, withLogging } from './index.ts'

const BURST = 40_000
const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] })

const server = withLogging(new McpServer({ name: 'noisy', version: '1.0.0' }))
server.registerTool('speak', {}, (extra) => {
  extra.log.child({ logger: 'db' }).warning('spoken', { a: 1, password: 'hunter2' })
  log.info('two\nlines \u001b[31mred k=v')
  return text('done')
})
server.registerTool('noise', {}, () => {
  console.log('a stray line')
  process.stdout.write('half a ')
  process.stdout.write('line\nand {"jsonrpc":"2.0"} inside\n')
  process.stdout.write('{"jsonrpc":"2.0" is no message}\n')
  return text('done')
})
server.registerTool('burst', {}, (extra) => {
  for (let i = 0; i < BURST; i++) extra.log.info('burst', { i })
  return text('done')
})
server.registerTool('stats', {}, () => text(server.logging.stats()))
server.registerTool('crash', {}, (extra) => {
  extra.log.error('last words')
  process.exit(3)
})
guardStdout()
log.notice('starting')
await server.connect(new StdioServerTransport())
