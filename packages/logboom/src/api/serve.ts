/** The HTTP server of the hub: the gate first, then the app. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { LogboomError } from '@logboom/sdk/errors'
import type { Hono } from 'hono'
import { badRequest, errorBody, statusOf } from './errors.ts'
import { createGate, type GateSettings, isLoopback } from './gate.ts'

export interface ServeSettings extends GateSettings {
  /** 0 takes any free one. */
  port: number
}

export interface ApiServer {
  url: string
  port: number
  /** Takes nothing new, and ends what does not end by itself within the time. */
  close(graceMs?: number): Promise<void>
}

/** A query of ten thousand characters may take nine bytes each. */
const MAX_HEADERS = 128 * 1024
const MAX_CONNECTIONS = 1000

/** On every answer; an app's own beat them. */
const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/**
 * Serves an app, to whom the gate lets pass.
 * @throws LogboomError LB_HUB_EXPOSED for an address that others can reach, without a token; LB_HUB_RUNNING when the port is taken
 */
export const serveApi = async (app: Hono, settings: ServeSettings): Promise<ApiServer> => {
  const { host, token, port } = settings
  if (!isLoopback(host) && (token === undefined || token === '')) {
    throw new LogboomError('LB_HUB_EXPOSED', `Others can reach ${host}, and the hub has no token`, {
      hint: 'Set LOGBOOM_TOKEN, or leave --host out.',
    })
  }
  const gate = createGate(settings)
  const pass = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const server = createServer(
    { maxHeaderSize: MAX_HEADERS, headersTimeout: 10_000, requestTimeout: 30_000 },
    (request, response) => {
      for (const [name, value] of Object.entries(SAFE_HEADERS)) response.setHeader(name, value)
      const refusal = gate(request)
      if (refusal === undefined) void pass(request, response)
      else refuse(request, response, refusal)
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  server.on('clientError', refuseUnread)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, settings)))
    server.listen(port, host, resolve)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    close: (graceMs = 1000) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => server.closeAllConnections(), graceMs)
        server.close(() => {
          clearTimeout(timer)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

const refuse = (request: IncomingMessage, response: ServerResponse, error: LogboomError): void => {
  const status = statusOf(error)
  const body = errorBody(error)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    // Whatever it meant to send is not read.
    connection: 'close',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** What Node could not read as a request never gets to the gate. */
const refuseUnread = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const body = errorBody(
    tooLarge
      ? badRequest(
          `The request's address and headers have more than ${MAX_HEADERS} bytes`,
          'Make the query shorter.',
        )
      : badRequest('The request is no HTTP/1.1'),
  )
  const status = tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const head = `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`
  socket.end(`HTTP/1.1 ${status}\r\n${head}\r\n\r\n${body}`)
}

const listenError = (error: NodeJS.ErrnoException, { host, port }: ServeSettings): unknown => {
  if (error.code === 'EADDRINUSE') {
    return new LogboomError('LB_HUB_RUNNING', `Something listens at ${host}:${port} already`, {
      hint: 'Use the hub that runs, or give another --port.',
      cause: error,
    })
  }
  return new LogboomError('LB_USAGE', `The hub cannot listen at ${host}:${port}: ${error.message}`, {
    hint: 'Give another --host or --port.',
    cause: error,
  })
}
