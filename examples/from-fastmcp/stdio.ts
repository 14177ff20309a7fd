import { fileURLToPath } from 'node:url'
import { connect } from '@logboom/sdk/client'
import { guardStdout, withLogging } from '@logboom/sdk/server'
import { fileSink } from '@logboom/sdk/sink'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'

const serve = (): void => {
  guardStdout()
  serveStdio(() => {
    const server = withLogging(new McpServer({ name: 'shop', version: '1.0.0' }))
    server.registerTool('convert', {}, async () => {
      console.log('half way')
      console.error('ERROR: ink is low')
      return { content: [{ type: 'text', text: 'done' }] }
    })
    return server
  })
}

const use = async (): Promise<void> => {
  const args = ['--import', 'tsx', fileURLToPath(import.meta.url), 'serve']
  const client = await connect(
    { command: process.execPath, args },
    {
      server: 'shop',
      onLog: ({ source, level, message }) => console.log(source, level, message),
      sinks: [fileSink('{server}.log')],
    },
  )
  await client.callTool({ name: 'convert' })
  await client.close()
}

if (process.argv.includes('serve')) serve()
else await use()
