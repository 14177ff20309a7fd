/**
 * Messages over one TCP (RFC 6587) or TLS (RFC 5425) connection, which is kept and opened again when it broke.
 *
 * Neither protocol has an answer. A batch counts as taken when the operating system has all of it. What was under way when a
 * connection broke is not known to have arrived: of a batch that had not been handed over whole, all is sent again, so parts of it may
 * arrive twice (the same `id`); of one that had, what the receiver had not read is lost.
 */
import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { SinkError } from '../errors.ts'
import { countdown, within } from '../within.ts'
import type { SyslogSettings } from './options.ts'
import { bounded, codeOf, describe, type Wire } from './wire.ts'

const KEEP_ALIVE_MS = 30_000
/** What a receiver may take longer to refuse a certificate than it took to greet. */
const REFUSAL_MS = 50
const MAX_REFUSAL_MS = 1000
const NEWLINE = Buffer.from('\n')

export const frame = (messages: readonly Buffer[], framing: SyslogSettings['framing']): Buffer =>
  Buffer.concat(
    messages.flatMap((message) =>
      framing === 'newline' ? [message, NEWLINE] : [Buffer.from(`${message.length} `), message],
    ),
  )

const open = ({ protocol, host, port, tls }: SyslogSettings): Socket => {
  if (protocol !== 'tls') return connectTcp({ host, port })
  const servername = tls.servername ?? (isIP(host) === 0 ? host : undefined)
  return connectTls({
    ...tls.files,
    host,
    port,
    rejectUnauthorized: tls.verify,
    ...(servername === undefined ? {} : { servername }),
  })
}

/** A receiver that is not who it should be, or that wants another certificate: trying again is no use. */
const isRefusal = (socket: Socket, error: unknown): boolean =>
  (socket instanceof TLSSocket && Boolean(socket.authorizationError)) || /ALERT/.test(codeOf(error))

/** Resolves when the socket can be written to; for TLS, when the receiver has had the time to refuse this side. */
const established = (socket: Socket, protocol: SyslogSettings['protocol']): Promise<void> =>
  new Promise((resolve, reject) => {
    const started = performance.now()
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('closed')))
    socket.once(protocol === 'tls' ? 'secureConnect' : 'connect', () => {
      if (protocol !== 'tls') return resolve()
      // In TLS 1.3 the handshake ends here before the receiver has looked at the certificate of this side, and what was
      // written by then would be lost without a word.
      const wait = Math.min(MAX_REFUSAL_MS, performance.now() - started + REFUSAL_MS)
      setTimeout(resolve, wait)
    })
  })

export const createStream = (settings: SyslogSettings): Wire => {
  const to = describe(settings)
  let current: Socket | undefined
  let usable = false
  let closed = false
  let busy: Promise<unknown> = Promise.resolve()

  const failure = (error: unknown, socket: Socket): SinkError =>
    new SinkError(`${to}: the connection failed (${codeOf(error)})`, {
      retryable: !isRefusal(socket, error),
      cause: error,
    })

  const drop = (socket: Socket): void => {
    socket.destroy()
    if (current !== socket) return
    current = undefined
    usable = false
  }

  const ready = async (): Promise<Socket> => {
    if (current !== undefined && usable) return current
    const socket = open(settings)
    current = socket
    usable = false
    socket.on('error', () => drop(socket))
    // Who closed its side reads nothing more. Nothing is expected from there; reading is how the end is noticed.
    socket.on('end', () => drop(socket))
    socket.on('close', () => drop(socket))
    socket.resume()
    try {
      await established(socket, settings.protocol)
    } catch (error) {
      drop(socket)
      throw failure(error, socket)
    }
    socket.setNoDelay(true)
    socket.setKeepAlive(true, KEEP_ALIVE_MS)
    usable = true
    return socket
  }

  const attempt = async (bytes: Buffer, wanted: () => boolean): Promise<void> => {
    if (!wanted()) return
    const socket = await ready()
    if (!wanted()) return
    socket.ref()
    let gone: (() => void) | undefined
    try {
      await new Promise<void>((resolve, reject) => {
        gone = () => reject(new Error('closed'))
        socket.once('close', gone)
        socket.write(bytes, (error) => (error ? reject(error) : resolve()))
      })
    } catch (error) {
      drop(socket)
      throw failure(error, socket)
    } finally {
      if (gone !== undefined) socket.off('close', gone)
      // A connection that is only kept holds no process.
      socket.unref()
    }
  }

  return {
    send: (messages, signal) => {
      if (closed) return Promise.reject(new SinkError(`${to}: the sink is closed`))
      const bytes = frame(messages, settings.framing)
      let wanted = true
      const task = busy.then(() => attempt(bytes, () => wanted))
      busy = task.catch(() => undefined)
      return bounded(settings, signal, task, () => {
        wanted = false
        if (current !== undefined) drop(current)
      })
    },
    close: async (timeoutMs) => {
      closed = true
      const left = countdown(timeoutMs)
      await within(busy, left())
      const socket = current
      if (socket === undefined) return
      const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
      socket.ref()
      socket.end()
      if (!(await within(ended, left()))) socket.destroy()
    },
  }
}
