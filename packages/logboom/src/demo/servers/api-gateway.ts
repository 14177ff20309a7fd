/**
 * The demo's `api-gateway` server: the app's one door. It calls the other three through the taps its configuration
 * names, continues each request's trace, and logs on stderr only: JSON lines as pino writes them, and a few plain ones.
 */
import { withTrace } from '@logboom/sdk/client'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'
import { createUpstreams, isUpstreamError, type Upstreams } from './upstreams.ts'

const LEVELS = { debug: 20, info: 30, warn: 40, error: 50 } as const

const log = (level: keyof typeof LEVELS, msg: string, fields: Record<string, unknown> = {}): void => {
  const line = { level: LEVELS[level], time: Date.now(), pid: process.pid, ...fields, msg }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}

const errorFields = (error: unknown) =>
  error instanceof Error ? { err: { type: error.name, message: error.message, stack: error.stack } } : {}

const credentials = { api_key: z.string() }

/** What came with a request besides its arguments. */
type Meta = Record<string, unknown> | undefined
const traceparentOf = (meta: Meta): string | undefined =>
  typeof meta?.traceparent === 'string' ? meta.traceparent : undefined

const seen = new Set<string>()

/** The leaks every gateway has had once: the key in plain text, and the headers it is about to send. */
const leak = (route: string, apiKey: string): void => {
  if (!seen.has(apiKey)) process.stderr.write(`new client, its key is ${apiKey}\n`)
  seen.add(apiKey)
  log('debug', 'outgoing headers', { route, headers: { authorization: `Bearer ${apiKey}` } })
}

/** The last of what an upstream logged for a call that failed, as one line each: the loop of a replica that is down is long. */
const LAST_LOGS = 3
const tellFailure = (error: unknown): Record<string, unknown> => {
  if (!isUpstreamError(error)) return errorFields(error)
  const said = error.logs.slice(-LAST_LOGS).map(({ level, message }) => `${level}: ${message.split('\n')[0]}`)
  return { upstream: error.server, said, ...(error.name === 'ToolError' ? {} : errorFields(error)) }
}

/** One request of the app: logged, passed on, and answered even when a server behind it dies. */
const handle = async (
  { route, apiKey, meta }: { route: string; apiKey: string; meta: Meta },
  work: () => Promise<unknown>,
) => {
  leak(route, apiKey)
  const started = performance.now()
  try {
    const body = await withTrace(traceparentOf(meta), work)
    log('info', 'request completed', { route, status: 200, ms: Math.round(performance.now() - started) })
    return { content: [{ type: 'text' as const, text: JSON.stringify(body) }] }
  } catch (error) {
    const status = isUpstreamError(error) && error.name === 'ToolError' ? 422 : 503
    log(status === 422 ? 'warn' : 'error', 'request failed', { route, status, ...tellFailure(error) })
    const message = error instanceof Error ? error.message : String(error)
    return { content: [{ type: 'text' as const, text: JSON.stringify({ status, message }) }], isError: true }
  }
}

const register = (server: McpServer, { call }: Upstreams): void => {
  server.registerTool(
    'forecast',
    {
      description: 'Analyse, predict and store one region.',
      inputSchema: { ...credentials, region: z.string(), revenue: z.array(z.number()), quarters: z.number() },
    },
    ({ api_key: apiKey, region, revenue, quarters }, { _meta: meta }) =>
      handle({ route: 'POST /forecast', apiKey, meta }, async () => {
        await call('analytics', 'analyze_data', { region, revenue })
        const prediction = await call('model', 'predict', { region, revenue, quarters })
        const { forecast } = z.object({ forecast: z.array(z.number()) }).parse(prediction)
        await call('database', 'store_forecast', { region, forecast })
        return { region, forecast }
      }),
  )
  server.registerTool(
    'tune',
    { description: 'Tunes the model.', inputSchema: { ...credentials, revenue: z.array(z.number()) } },
    ({ api_key: apiKey, revenue }, { _meta: meta }) =>
      handle({ route: 'POST /tune', apiKey, meta }, () => call('model', 'tune', { revenue, budget_ms: 900 })),
  )
  server.registerTool(
    'maintain',
    {
      description: 'Runs a maintenance task of the database.',
      inputSchema: { ...credentials, task: z.enum(['replicate', 'compact']) },
    },
    ({ api_key: apiKey, task }, { _meta: meta }) =>
      handle({ route: `POST /maintenance/${task}`, apiKey, meta }, () => call('database', task, {})),
  )
}

const upstreams = createUpstreams(process.argv[2] ?? '', (name, what) => log('info', `${name}: ${what}`))
const server = new McpServer({ name: 'ApiGateway', version: '3.0.1' })
register(server, upstreams)
process.stderr.write('api-gateway listening on stdio\n')
process.stdin.once('end', () => void upstreams.close().finally(() => process.exit(0)))
await server.connect(new StdioServerTransport())
