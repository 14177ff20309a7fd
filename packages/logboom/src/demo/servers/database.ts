/**
 * The demo's `database` server: SDK v2. Rows live in one file, `LENGTH:JSON` a line. It has a true bug: it counts the
 * length in characters and compaction reads it as bytes, so the first row in Chinese brings the process down.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { z } from 'zod'

const QUOTA = 6
const ATTEMPTS = 20

const file = process.argv[2] ?? ''
const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: JSON.stringify(value) }] })

const load = (): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [])

const append = (row: string): void => appendFileSync(file, `${row.length}:${row}\n`)

/** Reads every row by its stated length; throws where the file says something else. */
const compact = (): number => {
  const bytes = readFileSync(file)
  let at = 0
  let rows = 0
  while (at < bytes.length) {
    const colon = bytes.indexOf(':', at)
    const end = colon + 1 + Number(bytes.toString('latin1', at, colon))
    if (bytes[end] !== 0x0a) {
      throw new Error(`row ${rows}: expected end of row at byte ${end}, found 0x${bytes[end]?.toString(16)}`)
    }
    at = end + 1
    rows++
  }
  return rows
}

/** A port on this machine where nobody listens. */
const closedPort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 1))
    })
  })

/** The error, if the replica does not answer. */
const dial = (port: number): Promise<NodeJS.ErrnoException | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', resolve)
    socket.once('connect', () => {
      socket.destroy()
      resolve(undefined)
    })
  })

process.stderr.write(`database ready, ${load().length} rows in ${file}\n`)

const create = (): McpServer => {
  const server = withLogging(new McpServer({ name: 'DatabaseServer', version: '0.9.2' }))

  server.registerTool(
    'store_forecast',
    {
      description: 'Keeps a forecast.',
      inputSchema: z.object({ region: z.string(), forecast: z.array(z.number()) }),
    },
    async (row, ctx) => {
      append(JSON.stringify(row))
      const rows = load().length
      ctx.log.child({ logger: 'db.write' }).info('row stored', { region: row.region, rows })
      if (rows >= QUOTA) ctx.log.child({ logger: 'db.quota' }).alert('quota reached', { rows, quota: QUOTA })
      return text({ rows })
    },
  )

  server.registerTool(
    'replicate',
    { description: 'Copies all rows to the replica.', inputSchema: z.object({}) },
    async (_, ctx) => {
      const log = ctx.log.child({ logger: 'db.replica' })
      const port = await closedPort()
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const error = await dial(port)
        if (error === undefined) return text({ replicated: load().length })
        const fields = { attempt, host: '127.0.0.1', port, code: error.code }
        log.error('replica refused the connection', fields)
      }
      log.critical('replication given up', { attempts: ATTEMPTS })
      return { ...text({ error: `replica unreachable after ${ATTEMPTS} attempts` }), isError: true }
    },
  )

  server.registerTool(
    'compact',
    { description: 'Rewrites the file without gaps.', inputSchema: z.object({}) },
    async (_, ctx) => {
      const log = ctx.log.child({ logger: 'db.compact' })
      log.notice('compaction started', { rows: load().length })
      try {
        return text({ rows: compact() })
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        log.emergency('file is inconsistent, stopping', { reason })
        // Outside the handler, as a bug in background work would be: nothing catches it, Node prints it and exits.
        setImmediate(() => {
          throw error
        })
        return new Promise<never>(() => {})
      }
    },
  )
  return server
}

serveStdio(create)
