/** Servers for the tests of connecting: both lines of the SDK, over HTTP, HTTP+SSE, in memory, and as scripts. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { McpServer as McpServerV1 } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { McpServer as McpServerV2 } from '@modelcontextprotocol/server'
import { onTestFinished } from 'vitest'

const at = (name: string): string => fileURLToPath(new URL(`../../../../../${name}`, import.meta.url))

export const fixture = (line: 'v1' | 'v2'): string => at(`test/kit/fixtures/${line}-server.mjs`)
export const tsxLoader = (): string => at('node_modules/tsx/dist/loader.mjs')
export const clientEntry = (): string => at('packages/sdk/src/client/index.ts')

/** A folder that is gone after the test, in which the installed packages can be imported. */
export const project = (files: Readonly<Record<string, string>> = {}) => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'logboom-connect-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(at('node_modules'), path.join(folder, 'node_modules'))
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text)
  return {
    path: (name: string): string => path.join(folder, name),
    read: (name: string): string => readFileSync(path.join(folder, name), 'utf8'),
  }
}

/** An SDK v1 server with one tool, `hi`, which logs "hi from NAME" and answers. */
export const serverV1 = (name = 'one'): McpServerV1 => {
  const server = new McpServerV1({ name, version: '1.0.0' }, { capabilities: { logging: {} } })
  server.registerTool('hi', {}, async (extra) => {
    const params = { level: 'info' as const, logger: 'greeter', data: { msg: `hi from ${name}`, extra: {} } }
    await extra.sendNotification({ method: 'notifications/message', params })
    return { content: [{ type: 'text', text: 'hi' }] }
  })
  return server
}

/** The same on SDK v2. */
export const serverV2 = (name = 'two'): McpServerV2 => {
  const server = new McpServerV2({ name, version: '2.0.0' }, { capabilities: { logging: {}, tools: {} } })
  server.registerTool('hi', {}, async (ctx) => {
    await ctx.mcpReq.log('info', { msg: `hi from ${name}`, extra: {} }, 'greeter')
    return { content: [{ type: 'text', text: 'hi' }] }
  })
  return server
}

const listen = async (handle: RequestListener): Promise<string> => {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Streamable HTTP, one session a connection; notes the `x-key` header of every request. */
export const serveHttp = async (keys: unknown[]): Promise<string> => {
  const sessions = new Map<string, StreamableHTTPServerTransport>()
  const url = await listen(async (request, response) => {
    keys.push(request.headers['x-key'])
    const known = sessions.get(String(request.headers['mcp-session-id']))
    if (known !== undefined) return known.handleRequest(request, response)
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
    })
    await serverV1().connect(transport as Parameters<McpServerV1['connect']>[0])
    return transport.handleRequest(request, response)
  })
  return `${url}/mcp`
}

/** HTTP+SSE of 2024; notes the `x-key` header of every request. */
export const serveSse = async (keys: unknown[]): Promise<string> => {
  const sessions = new Map<string, SSEServerTransport>()
  const url = await listen(async (request, response) => {
    keys.push(request.headers['x-key'])
    if (request.method === 'GET') {
      const transport = new SSEServerTransport('/messages', response)
      sessions.set(transport.sessionId, transport)
      await serverV1().connect(transport)
      return
    }
    const id = new URL(request.url ?? '', 'http://x').searchParams.get('sessionId') ?? ''
    await sessions.get(id)?.handlePostMessage(request, response)
  })
  return `${url}/sse`
}

/** True while a process of this id lives. */
export const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
