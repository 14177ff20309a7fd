/** A server on npm fastmcp as people write them: its four log levels, its own chatter on stdout, user errors. */
import { FastMCP, UserError } from 'fastmcp'
import { z } from 'zod'

const server = new FastMCP({ name: 'npm-fastmcp', version: '4.2.0' })
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

server.addTool({
  name: 'levels',
  description: 'logs at every level there is',
  parameters: z.object({}),
  execute: async (_args, { log }) => {
    log.debug('loading rows', { n: 1 })
    log.info('rows loaded')
    log.warn('nulls found', { 列: '价格', nested: { list: [1, null] } })
    log.error('column is missing')
    return 'ok'
  },
})
server.addTool({
  name: 'progress',
  description: 'reports progress',
  parameters: z.object({}),
  execute: async (_args, { reportProgress }) => {
    for (let n = 1; n <= 3; n++) {
      await reportProgress({ progress: n, total: 3 })
      await sleep(5)
    }
    return 'ok'
  },
})
server.addTool({
  name: 'refuse',
  description: 'fails as a user error',
  parameters: z.object({}),
  execute: async () => {
    throw new UserError('no such dataset')
  },
})
server.addTool({
  name: 'work',
  description: 'logs while it works',
  parameters: z.object({ mark: z.string(), logs: z.number(), ms: z.number() }),
  execute: async ({ mark, logs, ms }, { log }) => {
    for (let n = 0; n < logs; n++) {
      log.info(`working on ${mark}`, { mark, at: 'during', n })
      await sleep(ms)
    }
    return mark
  },
})

console.error('npm-fastmcp is up')
await server.start({ transportType: 'stdio' })
