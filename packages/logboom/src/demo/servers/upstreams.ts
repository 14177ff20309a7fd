/**
 * The servers behind the demo's gateway, as its `mcp.json` names them: connected when first needed, and again after
 * one of them died. `model` is spoken to in the modern era with the v2 client, the others with the v1 client.
 */
import { readFileSync } from 'node:fs'
import { Client as ModernClient } from '@modelcontextprotocol/client'
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { z } from 'zod'

const configSchema = z.object({
  mcpServers: z.record(z.string(), z.object({ command: z.string(), args: z.array(z.string()) })),
})

const resultSchema = z.object({
  content: z.array(z.object({ type: z.literal('text'), text: z.string() })).min(1),
  isError: z.boolean().optional(),
})

/** Asks a modern server for this request's logs; legacy servers are asked once, by `logging/setLevel`. */
const ASK_FOR_LOGS = { 'io.modelcontextprotocol/logLevel': 'debug' }

const info = { name: 'api-gateway', version: '3.0.1' }

type Meta = Record<string, unknown> | undefined
type Call = (tool: string, args: Record<string, unknown>, meta: Meta) => Promise<unknown>

interface Connection {
  call: Call
  close(): Promise<void>
}

export interface Upstreams {
  /** The tool's result, parsed. Throws `UpstreamError` for a tool error, and what the SDK throws if the server is gone. */
  call(name: string, tool: string, args: Record<string, unknown>, meta: Meta): Promise<unknown>
  close(): Promise<void>
}

interface Settings {
  command: string
  args: string[]
  onClose: () => void
}

const trace = (meta: Meta): Record<string, unknown> =>
  typeof meta?.traceparent === 'string' ? { traceparent: meta.traceparent } : {}

const connectLegacy = async ({ command, args, onClose }: Settings): Promise<Connection> => {
  const client = new Client(info)
  client.onclose = onClose
  await client.connect(new StdioClientTransport({ command, args, stderr: 'ignore' }))
  await client.setLoggingLevel('debug')
  return {
    call: (name, args, meta) =>
      client.callTool({ name, arguments: args, _meta: trace(meta) }, undefined, { onprogress: () => {} }),
    close: () => client.close(),
  }
}

const connectModern = async ({ command, args, onClose }: Settings): Promise<Connection> => {
  const client = new ModernClient(info, { versionNegotiation: { mode: 'auto' } })
  client.onclose = onClose
  await client.connect(new ModernTransport({ command, args, stderr: 'ignore' }))
  return {
    call: (name, args, meta) =>
      client.callTool({ name, arguments: args, _meta: { ...trace(meta), ...ASK_FOR_LOGS } }),
    close: () => client.close(),
  }
}

export const createUpstreams = (
  configFile: string,
  tell: (server: string, what: string) => void,
): Upstreams => {
  const { mcpServers } = configSchema.parse(JSON.parse(readFileSync(configFile, 'utf8')))
  const open = new Map<string, Promise<Connection>>()

  const connection = (name: string): Promise<Connection> => {
    const known = open.get(name)
    if (known !== undefined) return known
    const settings = mcpServers[name]
    if (settings === undefined) throw new Error(`no server ${name} in ${configFile}`)
    const onClose = (): void => {
      if (open.delete(name)) tell(name, 'connection closed')
    }
    const made = (name === 'model' ? connectModern : connectLegacy)({ ...settings, onClose })
    open.set(name, made)
    made.then(
      () => tell(name, 'connected'),
      () => open.delete(name),
    )
    return made
  }

  return {
    async call(name, tool, args, meta) {
      const { call } = await connection(name)
      const { content, isError } = resultSchema.parse(await call(tool, args, meta))
      const value: unknown = JSON.parse(content[0]?.text ?? 'null')
      if (isError !== true) return value
      const message = z.object({ error: z.string() }).safeParse(value).data?.error ?? 'failed'
      throw Object.assign(new Error(`${name}.${tool}: ${message}`), { name: 'UpstreamError' })
    },
    async close() {
      const all = [...open.values()]
      open.clear()
      await Promise.allSettled(all.map(async (made) => (await made).close()))
    },
  }
}
