/** npm fastmcp with `withLogging`: our logger, and its own four methods, in its tools. `httpStream PORT` serves HTTP. */
import process from 'node:process'
import { log, withLogging } from '@logboom/sdk/server'
import { FastMCP } from 'fastmcp'
import { z } from 'zod'

const quiet = { debug() {}, error() {}, info() {}, log() {}, warn() {} }
const server = withLogging(new FastMCP({ name: 'npm-logged', version: '4.2.1', logger: quiet }))

server.addTool({
  name: 'levels',
  description: 'logs at every level',
  parameters: z.object({}),
  execute: async (_args, { log }) => {
    log.debug('at debug')
    log.info('at info')
    log.notice('at notice')
    log.warn('at warn', { 列: '价格' })
    log.error('at error')
    log.critical('at critical')
    log.alert('at alert')
    log.emergency('at emergency')
    return 'ok'
  },
})
server.addTool({
  name: 'below',
  description: 'logs below its handler',
  parameters: z.object({ mark: z.string() }),
  execute: async ({ mark }) => {
    for (let n = 0; n < 3; n++) {
      log.info(`${mark}${n}`, { mark })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return mark
  },
})

const [way, port] = process.argv.slice(2)
if (way === 'httpStream')
  await server.start({ transportType: 'httpStream', httpStream: { port: Number(port), host: '127.0.0.1' } })
else await server.start({ transportType: 'stdio' })
