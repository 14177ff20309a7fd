/** The official MCP clients, behind one face: SDK v1, SDK v2 in the legacy era, SDK v2 in the modern era. */
import { Client as ClientV2, LOG_LEVEL_META_KEY } from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js'
import { onTestFinished } from 'vitest'
import type { Command } from './process.ts'
import { within } from './wait.ts'

/** `v2-auto` asks first and takes what the server speaks; `v2-modern` accepts 2026-07-28 only. */
export type ClientKind = 'v1' | 'v2-legacy' | 'v2-auto' | 'v2-modern'

export interface CallSettings {
  /** More `_meta` of the request. */
  meta?: Record<string, unknown>
  /** Asks for progress. */
  progress?: boolean
  /** Asks a modern server for logs from this level on; `debug` unless told otherwise, `none` for no logs. */
  logLevel?: string
  signal?: AbortSignal
}

export interface TestClient {
  kind: ClientKind
  /** True when it speaks 2026-07-28. */
  modern: boolean
  /** Calls a tool; answers `ok`, `tool_error` or `rpc_error: MESSAGE`. */
  call(tool: string, args?: Record<string, unknown>, settings?: CallSettings): Promise<string>
  /** Log notifications that reached the client, in order. */
  logs: { level: string; logger?: string | undefined; data?: unknown }[]
  stderr(): Buffer
  setLevel(level: 'debug' | 'warning' | 'error'): Promise<void>
  close(): Promise<void>
}

const info = { name: 'logboom-test', version: '9.9.9' }
const CALL_TIMEOUT = 30_000

export const connectClient = async (
  kind: ClientKind,
  [command, ...args]: Command,
  env: Record<string, string> = {},
): Promise<TestClient> => {
  const logs: TestClient['logs'] = []
  const chunks: Buffer[] = []
  const stdio = { command, args, env, stderr: 'pipe' as const }
  const shared = { kind, logs, stderr: () => Buffer.concat(chunks) }
  const collect = (transport: StdioV1 | StdioV2): void => {
    transport.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
  }
  if (kind === 'v1') {
    const client = new ClientV1(info)
    client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logs.push(params))
    const transport = new StdioV1(stdio)
    collect(transport)
    onTestFinished(() => client.close())
    await within('the v1 client', client.connect(transport), 20_000)
    return {
      ...shared,
      modern: false,
      call: async (name, args = {}, { meta, progress, signal } = {}) =>
        outcome(
          client.callTool({ name, arguments: args, ...(meta ? { _meta: meta } : {}) }, undefined, {
            timeout: CALL_TIMEOUT,
            ...(progress ? { onprogress: () => {} } : {}),
            ...(signal ? { signal } : {}),
          }),
        ),
      setLevel: async (level) => void (await client.setLoggingLevel(level)),
      close: () => client.close(),
    }
  }
  const mode =
    kind === 'v2-legacy' ? 'legacy' : kind === 'v2-auto' ? 'auto' : ({ pin: '2026-07-28' } as const)
  const client = new ClientV2(info, { versionNegotiation: { mode } })
  client.setNotificationHandler('notifications/message', ({ params }) => void logs.push(params))
  const transport = new StdioV2(stdio)
  collect(transport)
  onTestFinished(() => client.close())
  await within('the v2 client', client.connect(transport), 20_000)
  const modern = client.getProtocolEra() === 'modern'
  return {
    ...shared,
    modern,
    call: async (name, args = {}, { meta, progress, logLevel = 'debug', signal } = {}) => {
      const _meta = { ...meta, ...(modern && logLevel !== 'none' ? { [LOG_LEVEL_META_KEY]: logLevel } : {}) }
      return outcome(
        client.callTool(
          { name, arguments: args, ...(Object.keys(_meta).length > 0 ? { _meta } : {}) },
          {
            timeout: CALL_TIMEOUT,
            ...(progress ? { onprogress: () => {} } : {}),
            ...(signal ? { signal } : {}),
          },
        ),
      )
    },
    setLevel: async (level) => void (await client.setLoggingLevel(level)),
    close: () => client.close(),
  }
}

const outcome = async (answer: Promise<object>): Promise<string> => {
  try {
    const result = await answer
    return 'isError' in result && result.isError === true ? 'tool_error' : 'ok'
  } catch (error) {
    return `rpc_error: ${error instanceof Error ? error.message : String(error)}`
  }
}
