/** The HTTP server of the hub: the gate first, then the app. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { LogboomError } from '@logboom/sdk/errors'
import type { Hono } from 'hono'
import { errorBody, statusOf } from './errors.ts'
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
