/**
 * Messages as UDP datagrams (RFC 5426): one each, nobody answers. The socket is connected to the receiver, so that a machine which
 * says that nobody listens there is heard, though only with the next message.
 */
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { type Reject, SinkError } from '../errors.ts'
import { within } from '../within.ts'
import type { SyslogSettings } from './options.ts'
import { bounded, codeOf, describe, type Wire } from './wire.ts'

const connect = async ({ host, port }: SyslogSettings): Promise<Socket> => {
  const { address, family } = await lookup(host)
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  socket.unref()
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject)
      socket.connect(port, address, resolve)
    })
  } catch (error) {
    socket.close()
    throw error
  }
  return socket
}

const sendOne = (socket: Socket, message: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.send(message, (error) => (error === null ? resolve() : reject(error)))
  })

/** Datagrams in one turn of the event loop: more at once would fill the buffer of a receiver that has no time to read. */
const TURN = 32

export const createDatagrams = (settings: SyslogSettings): Wire => {
  let current: Socket | undefined
  let closed = false
  let busy: Promise<unknown> = Promise.resolve()

  const drop = (socket: Socket): void => {
    if (current === socket) current = undefined
    try {
      socket.close()
    } catch {
      // It is closed already.
    }
  }

  const ready = async (): Promise<Socket> => {
    if (current !== undefined) return current
    const socket = await connect(settings)
    if (closed) {
      drop(socket)
      throw new Error('closed')
    }
    socket.removeAllListeners('error')
    socket.on('error', () => drop(socket))
    current = socket
    return socket
  }

  const attempt = async (messages: readonly Buffer[], wanted: () => boolean): Promise<void> => {
    if (!wanted()) return
    const to = describe(settings)
    let socket: Socket
    try {
      socket = await ready()
    } catch (error) {
      throw new SinkError(`${to}: ${codeOf(error)}`, { retryable: !closed, cause: error })
    }
    if (!wanted()) return
    const rejects: Reject[] = []
    for (const [index, message] of messages.entries()) {
      if (index % TURN === TURN - 1) await new Promise((resolve) => setImmediate(resolve))
      try {
        await sendOne(socket, message)
      } catch (error) {
        const reason = codeOf(error)
        const tooLong = reason === 'EMSGSIZE'
        rejects.push({ index, reason, retryable: !tooLong })
        if (tooLong) continue
        // The rest would go the same way, and order is kept.
        drop(socket)
        for (let rest = index + 1; rest < messages.length; rest++)
          rejects.push({ index: rest, reason, retryable: true })
        break
      }
    }
    if (rejects.length > 0)
      throw new SinkError(`${to}: ${rejects.length} not sent (${rejects[0]?.reason})`, { rejects })
  }

  return {
    send: (messages, signal) => {
      if (closed) return Promise.reject(new SinkError(`${describe(settings)}: the sink is closed`))
      let wanted = true
      const task = busy.then(() => attempt(messages, () => wanted))
      busy = task.catch(() => undefined)
      return bounded(settings, signal, task, () => {
        wanted = false
        if (current !== undefined) drop(current)
      })
    },
    close: async (timeoutMs) => {
      closed = true
      await within(busy, timeoutMs)
      if (current !== undefined) drop(current)
    },
  }
}
