/** The official client SDKs, loaded when first needed: v2 where it is installed, for it speaks both eras, else v1. */
import type { Client } from '@modelcontextprotocol/client'
import { LogboomError } from '../../errors/index.ts'
import type { MessageTransport } from '../capture/types.ts'
import type { AnyClient } from './types.ts'

export interface StdioParams {
  command: string
  args: string[]
  env: Record<string, string>
  cwd?: string
  stderr: 'pipe'
}

/** What is used of one line of the SDK. */
export interface Sdk {
  line: 'v1' | 'v2'
  /** `legacyOnly`: the server is known to speak no modern protocol, so it is not asked. */
  client(
    info: { name: string; version: string },
    settings: { probeMs?: number; legacyOnly: boolean },
  ): AnyClient
  stdio(params: StdioParams): MessageTransport
  http(url: URL, headers: Readonly<Record<string, string>>): MessageTransport
  sse(url: URL, headers: Readonly<Record<string, string>>): MessageTransport
  /** Two transports in one process: the client's and the server's. */
  pair(): [MessageTransport, MessageTransport]
}

const requestInit = (headers: Readonly<Record<string, string>>) => ({
  requestInit: { headers: { ...headers } },
})

const loadV2 = async (): Promise<Sdk> => {
  const [main, stdio] = await Promise.all([
    import('@modelcontextprotocol/client'),
    import('@modelcontextprotocol/client/stdio'),
  ])
  return {
    line: 'v2',
    client(info, { probeMs, legacyOnly }): Client {
      const probe = probeMs === undefined ? {} : { probe: { timeoutMs: probeMs } }
      return new main.Client(info, {
        versionNegotiation: legacyOnly ? { mode: 'legacy' } : { mode: 'auto', ...probe },
      })
    },
    stdio: (params) => new stdio.StdioClientTransport(params),
    http: (url, headers) => new main.StreamableHTTPClientTransport(url, requestInit(headers)),
    sse: (url, headers) => new main.SSEClientTransport(url, requestInit(headers)),
    pair: () => main.InMemoryTransport.createLinkedPair(),
  }
}

const loadV1 = async (): Promise<Sdk> => {
  const [client, stdio, http, sse, memory] = await Promise.all([
    import('@modelcontextprotocol/sdk/client/index.js'),
    import('@modelcontextprotocol/sdk/client/stdio.js'),
    import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
    import('@modelcontextprotocol/sdk/client/sse.js'),
    import('@modelcontextprotocol/sdk/inMemory.js'),
  ])
  return {
    line: 'v1',
    client: (info) => new client.Client(info),
    stdio: (params) => new stdio.StdioClientTransport(params),
    http: (url, headers) => new http.StreamableHTTPClientTransport(url, requestInit(headers)),
    sse: (url, headers) => new sse.SSEClientTransport(url, requestInit(headers)),
    pair: () => memory.InMemoryTransport.createLinkedPair(),
  }
}

export type Loaders = Readonly<Record<Sdk['line'], () => Promise<Sdk>>>

const LOADERS: Loaders = { v1: loadV1, v2: loadV2 }

/** True when the SDK itself is not there, and not something within it. */
const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') &&
  error.message.includes('@modelcontextprotocol/')

/**
 * Loads the line that is wanted, or else the best that is installed.
 * @throws LogboomError `LB_SDK_MISSING`
 */
export const loadSdk = async (wanted?: Sdk['line'], loaders: Loaders = LOADERS): Promise<Sdk> => {
  const lines: Sdk['line'][] = wanted === 'v1' ? ['v1', 'v2'] : ['v2', 'v1']
  for (const line of lines) {
    try {
      return await loaders[line]()
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
  throw new LogboomError('LB_SDK_MISSING', 'No official MCP client is installed', {
    hint: 'npm i @modelcontextprotocol/client',
  })
}
