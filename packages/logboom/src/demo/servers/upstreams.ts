/**
 * The servers behind the demo's gateway, as its `mcp.json` names them: each connected when first needed, and again after it
 * died. Every call is collected, so one that fails brings what its server logged for exactly this call.
 */
import { type Connections, collect, connectAll } from '@logboom/sdk/client'
import type { LogRecord } from '@logboom/sdk/record'
import { z } from 'zod'

const resultSchema = z.object({
  content: z.array(z.object({ type: z.literal('text'), text: z.string() })).min(1),
  isError: z.boolean().optional(),
})
const errorSchema = z.object({ error: z.string() })

const clientInfo = { name: 'api-gateway', version: '3.0.1' }
/** The others are not asked for their era, which would start each of them twice. */
const MODERN = ['model']

/** Why a call failed: its tool said so, or its server is gone. */
export interface UpstreamError extends Error {
  name: 'ToolError' | 'ServerError'
  server: string
  /** What the server logged for this call. */
  logs: readonly LogRecord[]
}

export const isUpstreamError = (error: unknown): error is UpstreamError =>
  error instanceof Error && 'logs' in error

export interface Upstreams {
  /** The tool's result, parsed. Throws an `UpstreamError`. */
  call(server: string, tool: string, args: Record<string, unknown>): Promise<unknown>
  close(): Promise<void>
}

/** @param tell is told of connections that are made and lost */
export const createUpstreams = (
  configFile: string,
  tell: (server: string, what: string) => void,
): Upstreams => {
  const open = new Map<string, Promise<Connections>>()

  const connect = async (server: string): Promise<Connections> => {
    const era = MODERN.includes(server) ? 'auto' : 'legacy'
    const connections = await connectAll(configFile, { only: [server], era, clientInfo })
    connections.client(server).onclose = () => {
      if (!open.delete(server)) return
      tell(server, 'connection closed')
      void connections.close()
    }
    await connections.setLevel('debug')
    tell(server, 'connected')
    return connections
  }

  const connected = (server: string): Promise<Connections> => {
    const known = open.get(server)
    if (known !== undefined) return known
    const made = connect(server)
    open.set(server, made)
    made.catch(() => open.delete(server))
    return made
  }

  return {
    async call(server, tool, args) {
      const connections = await connected(server)
      const ask = () =>
        // Who wants progress gets it; here it is enough that the taps see it.
        connections.client(server).callTool({ name: tool, arguments: args }, { onprogress: () => {} })
      const { result, error, records } = await collect(ask)
      const fail = (name: UpstreamError['name'], reason: string): UpstreamError =>
        Object.assign(new Error(`${server}.${tool}: ${reason}`, { cause: error }), {
          name,
          server,
          logs: records,
        })
      if (error !== undefined)
        throw fail('ServerError', error instanceof Error ? error.message : String(error))
      const { content, isError } = resultSchema.parse(result)
      const value: unknown = JSON.parse(content[0]?.text ?? 'null')
      if (isError === true) throw fail('ToolError', errorSchema.safeParse(value).data?.error ?? 'failed')
      return value
    },
    async close() {
      const all = [...open.values()]
      open.clear()
      await Promise.allSettled(all.map(async (made) => (await made).close()))
    },
  }
}
