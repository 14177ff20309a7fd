/**
 * A server of either official SDK line, with `withLogging`, whose one tool does what the call's steps say. Runs in the test's
 * process, or as a child: `node play.mjs LINE OPTIONS-AS-JSON`, where the option `guard` sets the stdout guard, and
 * `brokenSerializer` gives `calls` one that throws. The tool `stats` answers with the server's own.
 */
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { guardStdout, log, withLogging } from '@logboom/sdk/server'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import { z } from 'zod'

export const INFO = { name: 'PlayServer', version: '1.2.3' }

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

const circular = () => {
  const value = { name: 'loop' }
  value.self = value
  return value
}

class Point {
  constructor(x) {
    this.x = x
  }
}

/** What breaks loggers that are less careful. */
const ODD = {
  circular,
  bigint: () => ({ big: 12345678901234567890n }),
  date: () => ({ at: new Date(0), broken: new Date(Number.NaN) }),
  class: () => ({ point: new Point(3), map: new Map([['k', 1]]), set: new Set([1]) }),
  error: () => ({ error: new TypeError('bad input') }),
  throws: () => ({
    get boom() {
      throw new Error('getter')
    },
  }),
  function: () => ({ run: () => {}, symbol: Symbol('s'), nothing: undefined }),
  reserved: () => ({
    name: 'n',
    level: 'l',
    message: 'm',
    time: 't',
    msg: 'x',
    logger: 'g',
    extra: { a: 1 },
  }),
}

/** What servers of a name are to log when a later call says so: each with the logger of its own call. */
const waiting = new Map()
const waitingOf = (name) => {
  if (!waiting.has(name)) waiting.set(name, [])
  return waiting.get(name)
}

const step = async (one, ctx, notify, later) => {
  if ('level' in one) {
    const logger = one.logger === undefined ? ctx.log : ctx.log.child({ logger: one.logger })
    logger[one.level](one.message, ...(one.extra === undefined ? [] : [one.extra]))
  } else if ('unnamed' in one) ctx.log.log(one.as, one.unnamed)
  else if ('below' in one) log.info(one.below)
  else if ('odd' in one) ctx.log.info(`odd ${one.odd}`, ODD[one.odd]())
  else if ('foreign' in one)
    await notify({ method: 'notifications/message', params: { level: one.at ?? 'info', data: one.foreign } })
  else if ('many' in one) for (let n = 0; n < one.many; n++) ctx.log.info(`m${n}`, { n })
  else if ('pause' in one) await sleep(one.pause)
  else if ('stderr' in one) process.stderr.write(one.stderr)
  else if ('stray' in one) console.log(one.stray)
  else if ('later' in one) later.push(() => ctx.log.info(one.later))
  else if ('now' in one) for (const say of later.splice(0)) say()
  else if ('fail' in one) throw new Error(one.fail)
}

/** A serializer of payloads that fails. */
export const breaks = () => {
  throw new Error('no serializer today')
}

/**
 * @param line 'v1' or 'v2'
 * @param options those of `withLogging`
 * @param seen told of every call's steps before they run
 */
export const createPlayServer = (line, options = {}, seen = () => {}) => {
  const settings = { capabilities: { logging: {}, tools: {} } }
  const inner = line === 'v1' ? new McpServerV1(INFO, settings) : new McpServerV2(INFO, settings)
  const server = withLogging(inner, options)
  const shape = { steps: z.array(z.record(z.string(), z.any())) }
  const config = {
    description: 'does what the steps say',
    inputSchema: line === 'v1' ? shape : z.object(shape),
  }
  const play = async ({ steps }, ctx) => {
    seen(steps)
    const notify = ctx.mcpReq === undefined ? ctx.sendNotification : (each) => ctx.mcpReq.notify(each)
    for (const one of steps) await step(one, ctx, notify, waitingOf(options.name))
    return { content: [{ type: 'text', text: 'played' }] }
  }
  server.registerTool('play', config, play)
  server.registerTool('play_too', config, play)
  server.registerTool('stats', {}, () => ({
    content: [{ type: 'text', text: JSON.stringify(server.logging.stats()) }],
  }))
  return server
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const line = process.argv[2]
  const { guard, brokenSerializer, ...options } = JSON.parse(process.argv[3] ?? '{}')
  if (guard) guardStdout()
  if (brokenSerializer) options.calls = { ...options.calls, payloadSerializer: breaks }
  const factory = () => createPlayServer(line === 'v1' ? 'v1' : 'v2', options)
  if (line === 'v2 modern') {
    const { serveStdio } = await import('@modelcontextprotocol/server/stdio')
    serveStdio(factory)
  } else if (line === 'v2 legacy') {
    const { StdioServerTransport } = await import('@modelcontextprotocol/server/stdio')
    await factory().connect(new StdioServerTransport())
  } else {
    const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js')
    await factory().connect(new StdioServerTransport())
  }
}
