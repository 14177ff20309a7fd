/** `withLogging`: gives an MCP server's handlers a logger. */
import { LogboomError } from '../errors/index.ts'
import { isObject } from '../record/index.ts'
import { adaptFastMcp, type FastMcpServer } from './adapters/fastmcp.ts'
import { adaptOfficial, handlersOf, type LowLevelServer } from './adapters/official.ts'
import type { Core } from './core.ts'
import { coreFor, useAsDefault } from './default-core.ts'
import { createWatch } from './log-calls.ts'
import type { WithLogging } from './logged.ts'
import type { LoggingOptions, ServerLogging } from './types.ts'

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const isFastMcp = (server: unknown): server is FastMcpServer =>
  isObject(server) &&
  typeof server.addTool === 'function' &&
  typeof server.on === 'function' &&
  isObject(server.options)

const identityOf = (holder: unknown): { name: string; version?: string } => {
  const { name, version } = isObject(holder) ? holder : {}
  const identity: { name: string; version?: string } = { name: textOf(name) ?? 'server' }
  const known = textOf(version)
  if (known !== undefined) identity.version = known
  return identity
}

const watchOf = (core: Core, { calls }: LoggingOptions) =>
  calls ? createWatch(core, calls === true ? {} : calls) : undefined

const adapt = (server: unknown, options: LoggingOptions): Core => {
  if (isFastMcp(server)) {
    const isConnected = (): boolean => {
      const { sessions } = server as { sessions?: unknown }
      return Array.isArray(sessions) && sessions.length > 0
    }
    const core = coreFor({ ...identityOf(server.options), isConnected }, options)
    adaptFastMcp({ server, core, watch: watchOf(core, options) })
    return core
  }
  const low = isObject(server) && isObject(server.server) ? server.server : server
  const handlers = handlersOf(low)
  if (handlers === undefined) {
    throw new LogboomError('LB_USAGE', 'withLogging does not know this server', {
      hint: 'Pass an McpServer of @modelcontextprotocol/sdk or @modelcontextprotocol/server, or a FastMCP of fastmcp.',
    })
  }
  const lowLevel = low as LowLevelServer & { _serverInfo?: unknown }
  const isConnected = (): boolean => lowLevel.transport !== undefined
  const core = coreFor({ ...identityOf(lowLevel._serverInfo), isConnected }, options)
  adaptOfficial({ server: lowLevel, handlers, core, watch: watchOf(core, options) })
  return core
}

/**
 * Gives every handler of a server a logger, and returns the same server. Works with `McpServer` of the official SDKs v1 and v2,
 * and `FastMCP` of npm `fastmcp`, whose tools must be added afterwards; with the official ones it does not matter whether
 * tools, prompts and resources are registered before or after. Call it before `connect`.
 *
 * Logs go to the client where it asked for them, on the request's own stream and before its answer, and to stderr; options
 * and environment add the journal, OTLP and any sink. Secrets are masked first. Logging never throws into a handler.
 * @throws LogboomError `LB_USAGE` for anything that is no such server
 * @example
 * const server = withLogging(new McpServer({ name: 'AnalyticsServer', version: '1.0.0' }))
 * server.registerTool('analyze_data', { inputSchema }, async (args, ctx) => {
 *   ctx.log.info('received data', { size: args.rows.length })
 *   return { content: [{ type: 'text', text: 'done' }] }
 * })
 */
export const withLogging = <S extends object>(server: S, options: LoggingOptions = {}): WithLogging<S> => {
  const known = server as { logging?: unknown }
  if (known.logging !== undefined) return server as WithLogging<S>
  const core = adapt(server, options)
  useAsDefault(core)
  const { log, stats, flush } = core
  const logging: ServerLogging = { log, stats, flush }
  Object.defineProperty(server, 'logging', { value: logging })
  return server as WithLogging<S>
}
