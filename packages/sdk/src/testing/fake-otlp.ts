/** An OTLP/HTTP receiver of logs in this process, which answers as it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { isObject } from '../record/index.ts'

/** One answer. */
export interface OtlpAnswer {
  /** @default 200 */
  status?: number
  headers?: Readonly<Record<string, string>>
  /** JSON. @default {} */
  body?: unknown
  /** Milliseconds before the answer; the records count as taken then. */
  delayMs?: number
  /** No answer at all; `cut`: the connection is closed instead. */
  silent?: boolean | 'cut'
  /** Records taken of this request, from its front. @default all for a 2xx, else none */
  take?: number
}

export interface OtlpReceived {
  path: string
  headers: IncomingHttpHeaders
  /** The request as JSON, decompressed. */
  body: unknown
}

/** One log record of a request, with what is around it. */
export interface OtlpReceivedLog {
  resource: unknown
  scope: unknown
  record: Record<string, unknown>
}

export interface FakeOtlp {
  /** `http://127.0.0.1:PORT/v1/logs` */
  readonly url: string
  readonly requests: readonly OtlpReceived[]
  /** The log records taken, in order. */
  readonly logs: readonly OtlpReceivedLog[]
  /** The answers to the next requests; afterwards, or without any, `otherwise`. */
  script(...answers: OtlpAnswer[]): void
  /** The answer to every request that has none in the script. @default 200 */
  otherwise(answer: OtlpAnswer): void
  close(): Promise<void>
}

const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isObject) : []

const logsOf = (body: unknown): OtlpReceivedLog[] =>
  list(isObject(body) ? body.resourceLogs : undefined).flatMap(({ resource, scopeLogs }) =>
    list(scopeLogs).flatMap(({ scope, logRecords }) =>
      list(logRecords).map((record) => ({ resource, scope, record })),
    ),
  )

/**
 * Starts a receiver on a free port of the loopback.
 * @example
 * const otlp = await fakeOtlp()
 * otlp.script({ status: 503, headers: { 'retry-after': '1' } })
 * const sink = otlpSink({ url: otlp.url })
 */
export const fakeOtlp = async (): Promise<FakeOtlp> => {
  const requests: OtlpReceived[] = []
  const logs: OtlpReceivedLog[] = []
  let script: OtlpAnswer[] = []
  let otherwise: OtlpAnswer = {}
  const timers = new Set<NodeJS.Timeout>()

  const reply = (response: ServerResponse, answer: OtlpAnswer, received: OtlpReceivedLog[]): void => {
    const { status = 200, headers = {}, body = {} } = answer
    if (response.destroyed) return
    logs.push(...received.slice(0, answer.take ?? (status < 300 ? received.length : 0)))
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(JSON.stringify(body))
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
      const body: unknown = JSON.parse(text)
      requests.push({ path: request.url ?? '', headers: request.headers, body })
      const answer = script.shift() ?? otherwise
      if (answer.silent === 'cut') request.socket.destroy()
      if (answer.silent) return
      const received = logsOf(body)
      if (answer.delayMs === undefined) return reply(response, answer, received)
      const timer = setTimeout(() => {
        timers.delete(timer)
        reply(response, answer, received)
      }, answer.delayMs)
      timers.add(timer)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo

  return {
    url: `http://127.0.0.1:${port}/v1/logs`,
    requests,
    logs,
    script: (...answers) => {
      script = answers
    },
    otherwise: (answer) => {
      otherwise = answer
    },
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearTimeout(timer)
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
