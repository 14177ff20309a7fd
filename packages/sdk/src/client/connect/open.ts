/** From a target to a transport that can be connected. */
import { fileURLToPath } from 'node:url'
import { LogboomError } from '../../errors/index.ts'
import type { MessageTransport } from '../capture/types.ts'
import { serverEnv } from './env.ts'
import { isScript, scriptCommand } from './script.ts'
import type { Sdk } from './sdk.ts'
import type { CommandTarget, InMemoryServer, Target, UrlTarget } from './types.ts'

/** A target understood: nothing has been started yet. */
export type Plan =
  | { kind: 'command'; target: CommandTarget }
  | { kind: 'url'; url: URL; headers: Readonly<Record<string, string>>; transport: 'http' | 'sse' }
  | { kind: 'transport'; transport: MessageTransport }
  | { kind: 'server'; server: InMemoryServer }
  | { kind: 'factory'; make: () => InMemoryServer | Promise<InMemoryServer> }

type Fields = Record<string, unknown>

const isFunction = (value: unknown): boolean => typeof value === 'function'

const isCommand = (target: object): target is CommandTarget => typeof (target as Fields).command === 'string'

const isUrl = (target: object): target is UrlTarget => {
  const { url, start } = target as Fields
  return (typeof url === 'string' || url instanceof URL) && !isFunction(start)
}

const isTransport = (target: object): target is MessageTransport => {
  const { start, send, close } = target as Fields
  return isFunction(start) && isFunction(send) && isFunction(close)
}

const isServer = (target: object): target is InMemoryServer => {
  const { connect, callTool } = target as Fields
  return isFunction(connect) && !isFunction(callTool)
}

/** As FastMCP has it: a segment of the path is `sse`. */
const isSse = (url: URL): boolean => /\/sse(?:\/|$)/.test(url.pathname)

const planUrl = ({ url, headers = {}, transport }: UrlTarget): Plan => {
  const parsed = URL.canParse(String(url)) ? new URL(url) : undefined
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
    throw new LogboomError('LB_TARGET_INVALID', `${JSON.stringify(String(url))} is no http or https URL`)
  return { kind: 'url', url: parsed, headers, transport: transport ?? (isSse(parsed) ? 'sse' : 'http') }
}

const isFile = (target: Target): target is URL => target instanceof URL && target.protocol === 'file:'

/**
 * Understands a target.
 * @throws LogboomError `LB_TARGET_INVALID`, `LB_RUNTIME_MISSING`
 */
export const planTarget = (target: Target): Plan => {
  if (typeof target === 'string') {
    if (/^https?:\/\//i.test(target)) return planUrl({ url: target })
    if (isScript(target)) return { kind: 'command', target: scriptCommand(target) }
    throw new LogboomError('LB_TARGET_INVALID', `${JSON.stringify(target)} is neither a script nor a URL`, {
      hint: /\.jsonc?$/i.test(target)
        ? 'connectAll reads configurations.'
        : 'Give a path that ends in .js, .mjs, .cjs, .ts or .py, an http(s) URL, or { command, args }.',
    })
  }
  if (isFile(target)) return planTarget(fileURLToPath(target))
  if (target instanceof URL) return planUrl({ url: target })
  if (typeof target === 'function') return { kind: 'factory', make: target }
  if (typeof target === 'object' && target !== null) {
    if (isCommand(target)) return { kind: 'command', target }
    if (isUrl(target)) return planUrl(target)
    if (isTransport(target)) return { kind: 'transport', transport: target }
    if (isServer(target)) return { kind: 'server', server: target }
  }
  throw new LogboomError('LB_TARGET_INVALID', 'This cannot be connected to', {
    hint: 'Give a script, a URL, { command, args }, { url, headers }, a transport, or an McpServer of an official SDK.',
  })
}

/**
 * An HTTP transport of SDK v1. It speaks the legacy era only: a client of v2 that asks through it for the modern one takes the
 * refusal for an error of the network, and gives up.
 */
export const isHttpV1 = (transport: object): boolean => '_hasCompletedAuthFlow' in transport

/** A transport that has not been started, and what to undo when connecting fails. */
export interface Opened {
  transport: MessageTransport
  /** A modern protocol is worth asking for. */
  legacyOnly: boolean
  /** How long the question for the modern protocol may go unanswered, in milliseconds; then the server is a legacy one. */
  probeMs?: number
  /** Ends what was begun for the client besides its transport. */
  undo?: () => Promise<void>
}

/** Servers from before the modern era may ignore a question they do not know. */
const PROBE_MS = 10_000

const openFactory = async (
  make: () => InMemoryServer | Promise<InMemoryServer>,
  [transport, far]: [MessageTransport, MessageTransport],
): Promise<Opened> => {
  try {
    const { serveStdio } = await import('@modelcontextprotocol/server/stdio')
    const handle = serveStdio(make as unknown as Parameters<typeof serveStdio>[0], {
      transport: far as unknown as import('@modelcontextprotocol/server').Transport,
    })
    return { transport, legacyOnly: false, undo: () => handle.close() }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')) throw error
    const server = await make()
    await server.connect(far as never)
    return { transport, legacyOnly: true }
  }
}

/** Opens what was planned: the transport exists, a server in this process waits at its other end. */
export const openPlan = async (plan: Plan, loaded: () => Promise<Sdk>): Promise<Opened> => {
  if (plan.kind === 'transport') {
    const { transport } = plan
    return { transport, legacyOnly: isHttpV1(transport), probeMs: PROBE_MS }
  }
  const sdk = await loaded()
  switch (plan.kind) {
    case 'command': {
      const { command, args = [], env, cwd } = plan.target
      const transport = sdk.stdio({
        command,
        args: [...args],
        env: serverEnv(env, process.env),
        stderr: 'pipe',
        ...(cwd === undefined ? {} : { cwd }),
      })
      return { transport, legacyOnly: false, probeMs: PROBE_MS }
    }
    case 'url': {
      const { url, headers } = plan
      const sse = plan.transport === 'sse'
      return { transport: sse ? sdk.sse(url, headers) : sdk.http(url, headers), legacyOnly: sse }
    }
    case 'server': {
      const [transport, far] = sdk.pair()
      await plan.server.connect(far as never)
      return { transport, legacyOnly: true }
    }
    case 'factory':
      return openFactory(plan.make, sdk.pair())
  }
}
