/**
 * The demo's `api-gateway` server: the app's one door. It calls the other three through the taps its configuration
 * names, with both official clients, and logs on stderr only: JSON lines as pino writes them, and a few plain ones.
 */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'
import { createUpstreams, type Upstreams } from './upstreams.ts'

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const

const log = (level: keyof typeof LEVELS, msg: string, fields: Record<string, unknown> = {}): void => {
  const line = { level: LEVELS[level], time: Date.now(), pid: process.pid, ...fields, msg }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

const errorFields = (error: unknown) =>
  error instanceof Error ? { err: { type: error.name, message: error.message, stack: error.stack } } : {}

const credentials = { api_key: z.string() }
type Trace = Record<string, unknown> | undefined

const seen = new Set<string>()

/** The leaks every gateway has had once: the key in plain text, and the headers it is about to send. */
const leak = (route: string, apiKey: string): void => {
  if (!seen.has(apiKey)) process.stderr.write(`new client, its key is ${apiKey}\n`)
  seen.add(apiKey)
  log('debug', 'outgoing headers', { route, headers: { authorization: `Bearer ${apiKey}` } })
}

/** One request of the app: logged, passed on, and answered even when a server behind it dies. */
const handle = async (route: string, apiKey: string, work: () => Promise<unknown>) => {
  leak(route, apiKey)
  const started = performance.now()
  try {
    const body = await work()
    log('info', 'request completed', { route, status: 200, ms: Math.round(performance.now() - started) })
    return { content: [{ type: 'text' as const, text: JSON.stringify(body) }] }
  } catch (error) {
    const status = error instanceof Error && error.name === 'UpstreamError' ? 422 : 503
    const level = status === 422 ? 'warn' : 'error'
    log(level, 'request failed', { route, status, ...(status === 422 ? {} : errorFields(error)) })
    const message = error instanceof Error ? error.message : String(error)
    return { content: [{ type: 'text' as const, text: JSON.stringify({ status, message }) }], isError: true }
  }
}

const register = (server: McpServer, upstreams: Upstreams): void => {
  server.registerTool(
    'forecast',
    {
      description: 'Analyse, predict and store one region.',
      inputSchema: { ...credentials, region: z.string(), revenue: z.array(z.number()), quarters: z.number() },
    },
    ({ api_key, region, revenue, quarters }, { _meta: meta }) =>
      handle('POST /forecast', api_key, async () => {
        await upstreams.call('analytics', 'analyze_data', { region, revenue }, meta as Trace)
        const prediction = await upstreams.call(
          'model',
          'predict',
          { region, revenue, quarters },
          meta as Trace,
        )
        const { forecast } = z.object({ forecast: z.array(z.number()) }).parse(prediction)
        await upstreams.call('database', 'store_forecast', { region, forecast }, meta as Trace)
        return { region, forecast }
      }),
  )
  server.registerTool(
    'tune',
    { description: 'Tunes the model.', inputSchema: { ...credentials, revenue: z.array(z.number()) } },
    ({ api_key, revenue }, { _meta: meta }) =>
      handle('POST /tune', api_key, () =>
        upstreams.call('model', 'tune', { revenue, budget_ms: 900 }, meta as Trace),
      ),
  )
  server.registerTool(
    'maintain',
    {
      description: 'Runs a maintenance task of the database.',
      inputSchema: { ...credentials, task: z.enum(['replicate', 'compact']) },
    },
    ({ api_key, task }, { _meta: meta }) =>
      handle(`POST /maintenance/${task}`, api_key, () => upstreams.call('database', task, {}, meta as Trace)),
  )
}

const upstreams = createUpstreams(process.argv[2] ?? '', (name, what) => log('info', `${name}: ${what}`))
const server = new McpServer({ name: 'ApiGateway', version: '3.0.1' })
register(server, upstreams)
process.stderr.write('api-gateway listening on stdio\n')
process.stdin.once('end', () => void upstreams.close().finally(() => process.exit(0)))
await server.connect(new StdioServerTransport())
