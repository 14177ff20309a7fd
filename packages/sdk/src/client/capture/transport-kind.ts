/** What a transport is, by its shape: nothing of any SDK is loaded to know it. */
import type { Readable } from 'node:stream'
import type { ProcessStart, RunStart } from '../../observe/index.ts'
import { isObject } from '../../record/index.ts'

export interface TransportKind {
  name: 'stdio' | 'http' | 'sse' | 'in-memory' | 'other'
  /** Messages arrive parsed from JSON and belong to nobody else. */
  parsed: boolean
  /**
   * The answer to each request, and what comes before it, is read by the very `send` that made the request. Whatever is
   * delivered in that asynchronous context came on that request's own stream.
   */
  streamPerRequest: boolean
}

type Shape = Record<string, unknown>

const kindName = (transport: Shape): TransportKind['name'] => {
  const name = Object.getPrototypeOf(transport)?.constructor?.name
  const className = typeof name === 'string' ? name : ''
  if ('_otherTransport' in transport || /^InMemory/.test(className)) return 'in-memory'
  if ('stderr' in transport && 'pid' in transport) return 'stdio'
  if (/stdio/i.test(className)) return 'stdio'
  if ('_eventSource' in transport || /^SSE|^Sse/.test(className)) return 'sse'
  if (/http/i.test(className)) return 'http'
  return 'other'
}

/** Reads a transport's kind. */
export const transportKind = (transport: object): TransportKind => {
  const name = kindName(transport as Shape)
  return {
    name,
    parsed: name === 'stdio' || name === 'http' || name === 'sse',
    streamPerRequest: name === 'http',
  }
}

/** How the run began: the process behind a stdio transport, or the address of the peer. */
export const runStart = (transport: object, kind: TransportKind): RunStart => {
  const { _serverParams: params, pid, _url, url } = transport as Shape
  if (kind.name === 'stdio' && isObject(params) && typeof params.command === 'string') {
    const start: ProcessStart = {
      command: params.command,
      args: Array.isArray(params.args) ? params.args.map(String) : [],
    }
    if (typeof pid === 'number') start.pid = pid
    if (typeof params.cwd === 'string') start.cwd = params.cwd
    return start
  }
  const address = [_url, url].find((value) => value instanceof URL || typeof value === 'string')
  return address === undefined ? { transport: kind.name } : { transport: kind.name, url: String(address) }
}

/** The stderr a transport holds, if it does and as soon as it does. */
export const stderrOf = (transport: object): Readable | undefined => {
  const { stderr } = transport as Shape
  return isObject(stderr) && typeof stderr.on === 'function' ? (stderr as unknown as Readable) : undefined
}

/** The protocol's session of a transport that has one. */
export const sessionOf = (transport: object): string | undefined => {
  const { sessionId } = transport as Shape
  return typeof sessionId === 'string' ? sessionId : undefined
}

/** Calls back when the process behind a stdio transport ends. */
export const onExit = (
  transport: object,
  told: (code: number | null, signal: string | null) => void,
): void => {
  const { _process: child } = transport as Shape
  if (isObject(child) && typeof child.once === 'function') child.once('exit', told)
}
