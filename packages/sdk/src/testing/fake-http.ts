/** A receiver over HTTP in this process, which holds each request to what its vendor takes, and answers as it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface HttpReceived {
  /** With what is behind the question mark. */
  path: string
  headers: IncomingHttpHeaders
  /** Decompressed. */
  text: string
}

export interface HttpReply {
  /** @default 200 */
  status?: number
  headers?: Readonly<Record<string, string>>
  body?: string
}

/** Instead of the receiver's own reply; then it has taken nothing. `delayMs`: the receiver's own, but later. */
export interface HttpScripted extends HttpReply {
  delayMs?: number
  /** No answer at all; `cut`: the connection is closed instead. */
  silent?: boolean | 'cut'
}

export interface FakeHttp {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly requests: readonly HttpReceived[]
  /** Why requests were not what the vendor takes; none, unless the sink is wrong. */
  readonly problems: readonly string[]
  /** The answers to the next requests; afterwards, or without any, `otherwise`. Undefined: the receiver's own. */
  script(...answers: (HttpScripted | undefined)[]): void
  otherwise(answer: HttpScripted | undefined): void
  close(): Promise<void>
}

/** @param receive takes a request, or throws for one that the vendor would refuse */
export const fakeHttp = async (receive: (request: HttpReceived) => HttpReply): Promise<FakeHttp> => {
  const requests: HttpReceived[] = []
  const problems: string[] = []
  let script: (HttpScripted | undefined)[] = []
  let otherwise: HttpScripted | undefined
  const timers = new Set<NodeJS.Timeout>()

  const reply = (response: ServerResponse, { status = 200, headers = {}, body = '' }: HttpReply): void => {
    if (response.destroyed) return
    response.writeHead(status, { ...headers })
    response.end(body)
  }

  const own = (request: HttpReceived): HttpReply => {
    try {
      return receive(request)
    } catch (error) {
      problems.push(String(error))
      return { status: 422 }
    }
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString()
      const received = { path: request.url ?? '', headers: request.headers, text }
      requests.push(received)
      const answer = script.length > 0 ? script.shift() : otherwise
      if (answer?.silent === 'cut') request.socket.destroy()
      if (answer?.silent) return
      if (answer?.delayMs === undefined) return reply(response, answer ?? own(received))
      const timer = setTimeout(() => {
        timers.delete(timer)
        reply(response, own(received))
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
    url: `http://127.0.0.1:${port}`,
    requests,
    problems,
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
