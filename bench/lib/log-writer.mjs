// One logger writing COUNT records with five fields to stderr: `log-writer.mjs NAME COUNT LEVEL`. Prints on stdout, as JSON, what each
// record cost in CPU microseconds until all were handed to the operating system. LEVEL is the logger's threshold; records are `info`.
import process from 'node:process'

const [name = '', count = '50000', level = 'info'] = process.argv.slice(2)
const COUNT = Number(count)
const FIELDS = { user: 'u-123', path: '/v1/items', status: 200, ms: 12.5, ok: true }

/** Gives `use` a function that logs once, and a promise of everything being written. */
const LOGGERS = {
  pino: async (use) => {
    const { default: pino } = await import('pino')
    const logger = pino(
      { level: level === 'warning' ? 'warn' : level },
      pino.destination({ fd: 2, sync: true }),
    )
    await use(() => logger.info(FIELDS, 'request done'))
  },
  winston: async (use) => {
    const { default: winston } = await import('winston')
    const { combine, timestamp, json } = winston.format
    const logger = winston.createLogger({
      level: level === 'warning' ? 'warn' : level,
      format: combine(timestamp(), json()),
      transports: [new winston.transports.Stream({ stream: process.stderr })],
    })
    await use(() => logger.info('request done', FIELDS))
    logger.end()
    await new Promise((resolve) => logger.once('finish', resolve))
  },
  logtape: async (use) => {
    const { configure, getLogger, jsonLinesFormatter } = await import('@logtape/logtape')
    const { getFileSink } = await import('@logtape/file')
    await configure({
      sinks: { file: getFileSink('/dev/stderr', { formatter: jsonLinesFormatter }) },
      loggers: [
        { category: 'app', sinks: ['file'], lowestLevel: level },
        { category: ['logtape', 'meta'], sinks: ['file'], lowestLevel: 'error' },
      ],
    })
    const logger = getLogger('app')
    await use(() => logger.info('request done', FIELDS))
    const { dispose } = await import('@logtape/logtape')
    await dispose()
  },
  logboom: async (use) => {
    const { withLogging } = await import('@logboom/sdk/server')
    const { InMemoryTransport, McpServer } = await import('@modelcontextprotocol/server')
    const { serveStdio } = await import('@modelcontextprotocol/server/stdio')
    const [near, far] = InMemoryTransport.createLinkedPair()
    serveStdio(
      () => {
        const server = withLogging(new McpServer({ name: 'bench', version: '1.0.0' }), { level })
        server.registerTool('work', {}, async (ctx) => {
          await use(() => ctx.log.info('request done', FIELDS))
          return { content: [] }
        })
        return server
      },
      { transport: far },
    )
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    await near.start()
    const done = new Promise((resolve) => {
      near.onmessage = (message) => (message.id === 1 ? resolve(message) : undefined)
    })
    await near.send({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'work', arguments: {}, _meta },
    })
    const answer = await done
    if (answer.result === undefined || answer.result.isError) throw new Error(JSON.stringify(answer))
  },
}

let before
await LOGGERS[name](async (logOnce) => {
  for (let n = 0; n < 5000; n++) logOnce()
  await new Promise((resolve) => setTimeout(resolve, 50))
  before = process.cpuUsage()
  // In portions, as a server at work would: between them, what is queued can leave.
  for (let n = 0; n < COUNT; n++) {
    logOnce()
    if (n % 500 === 499) await new Promise((resolve) => setImmediate(resolve))
  }
  await new Promise((resolve) => setTimeout(resolve, 20))
})
const { user, system } = process.cpuUsage(before)
process.stdout.write(JSON.stringify({ us: (user + system) / COUNT }), () => process.exit(0))
