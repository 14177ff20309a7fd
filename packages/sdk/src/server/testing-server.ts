/** A noisy stdio server of either SDK line, run as a child process by `stdio.test.ts`: `testing-server.ts v1|v2 BURST`. */
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { guardStdout, type Logger, type LoggingStats, log, withLogging } from './index.ts'

const [, , line, burst] = process.argv
const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] })

type Tool = (own: Logger, stats: () => LoggingStats) => unknown

const tools: Readonly<Record<string, Tool>> = {
  speak(own) {
    own.child({ logger: 'db' }).warning('spoken', { a: 1, password: 'hunter2' })
    log.info('two\nlines \u001b[31mred k=v')
  },
  noise() {
    console.log('a stray line')
    process.stdout.write('half a ')
    process.stdout.write('line\nand {"jsonrpc":"2.0"} inside\n')
    process.stdout.write('{"jsonrpc":"2.0" is no message}\n')
  },
  burst(own) {
    for (let i = 0; i < Number(burst); i++) own.info('burst', { i })
  },
  stats: (_own, stats) => stats(),
  crash(own) {
    own.error('last words')
    process.exit(3)
  },
}

const info = { name: 'noisy', version: '1.0.0' }

const makeV1 = () => {
  const server = withLogging(new McpServerV1(info))
  for (const [name, run] of Object.entries(tools))
    server.registerTool(name, {}, (extra) => text(run(extra.log, server.logging.stats) ?? 'done'))
  return server
}

const makeV2 = () => {
  const server = withLogging(new McpServerV2(info))
  for (const [name, run] of Object.entries(tools))
    server.registerTool(name, {}, (ctx) => text(run(ctx.log, server.logging.stats) ?? 'done'))
  return server
}

guardStdout()
log.notice('starting')
if (line === 'v2') serveStdio(makeV2)
else await makeV1().connect(new StdioServerTransport())
