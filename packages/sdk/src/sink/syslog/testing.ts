/** A syslog receiver for tests: UDP, TCP or TLS on a free port of the loopback, and a reader of RFC 5424. */
import { createSocket } from 'node:dgram'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer, type TlsOptions } from 'node:tls'
import type { SyslogSinkOptions } from './options.ts'

export interface Message {
  pri: number
  time: string
  hostname: string
  appName: string
  procId: string
  msgId: string
  sdId: string
  data: Record<string, string>
  /** Whether the byte order mark stood before the text. */
  bom: boolean
  text: string
}

const LINE =
  /^<(\d{1,3})>1 (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) \[([!-~]+?)((?: [!-~]+?="(?:[^"\\\]]|\\["\\\]])*")*)\](?: (.*))?$/su

/** Reads one message by the grammar of RFC 5424, or throws. */
export const readMessage = (bytes: Buffer): Message => {
  const line = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  const [, pri, time, hostname, appName, procId, msgId, sdId, elements, rest = ''] = LINE.exec(line) ?? []
  if (pri === undefined) throw new Error(`no RFC 5424 message: ${line}`)
  const data: Record<string, string> = {}
  for (const [, name, value] of (elements ?? '').matchAll(/ ([^=]+)="((?:[^"\\]|\\.)*)"/gsu))
    data[String(name)] = String(value).replace(/\\(["\\\]])/g, '$1')
  const bom = rest.startsWith('\ufeff')
  return {
    pri: Number(pri),
    ...{ time: String(time), hostname: String(hostname), appName: String(appName) },
    ...{ procId: String(procId), msgId: String(msgId), sdId: String(sdId), data, bom },
    text: bom ? rest.slice(1) : rest,
  }
}

/** Whole messages of a stream, and what is left. */
const split = (bytes: Buffer, framing: 'octet-counting' | 'newline'): { whole: Buffer[]; rest: Buffer } => {
  const whole: Buffer[] = []
  for (let rest = bytes; ; ) {
    const at = rest.indexOf(framing === 'newline' ? '\n' : ' ')
    if (at === -1) return { whole, rest }
    const start = framing === 'newline' ? 0 : at + 1
    const end = framing === 'newline' ? at : start + Number(rest.toString('latin1', 0, at))
    if (Number.isNaN(end)) throw new Error(`no length: ${rest.toString('latin1', 0, 40)}`)
    if (rest.length < end) return { whole, rest }
    whole.push(rest.subarray(start, end))
    rest = rest.subarray(framing === 'newline' ? end + 1 : end)
  }
}

export interface FakeSyslog {
  port: number
  /** All that came whole, as bytes. */
  raw: readonly Buffer[]
  messages(): Message[]
  /** `seq` of what came, once nothing more is under way. */
  taken(): Promise<number[]>
  /** Connections made so far. */
  connections(): number
  /** Ends every connection. */
  cut(): void
  /** Stops listening, and ends every connection. */
  stop(): Promise<void>
  /** Listens again on the same port. */
  start(): Promise<void>
  /** Reads nothing any more. */
  stall(): void
  close(): Promise<void>
}

const TURNS = 20

/** What was sent on the loopback is in the receiver's buffers already: it is read within turns of the event loop. */
const settle = async (count: () => number): Promise<void> => {
  let seen = -1
  for (let still = 0; still < TURNS; still++) {
    if (count() !== seen) still = 0
    seen = count()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const seqOf = (message: Buffer): number => Number(readMessage(message).data.seq)

export const fakeSyslog = async (
  protocol: 'udp' | 'tcp' | 'tls',
  framing: NonNullable<SyslogSinkOptions['framing']> = 'octet-counting',
  tls: TlsOptions = {},
): Promise<FakeSyslog> => {
  const raw: Buffer[] = []
  const sockets = new Set<Socket>()
  let bytes = 0
  let made = 0
  let stalled = false
  let port = 0

  const accept = (socket: Socket): void => {
    made += 1
    let waiting: Buffer = Buffer.alloc(0)
    socket.on('error', () => undefined)
    if (stalled) return void socket.pause()
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      const { whole, rest } = split(Buffer.concat([waiting, chunk]), framing)
      raw.push(...whole)
      waiting = rest
    })
  }

  const open = async (): Promise<() => Promise<void>> => {
    if (protocol === 'udp') {
      const socket = createSocket('udp4')
      socket.on('message', (message) => {
        bytes += message.length
        raw.push(message)
      })
      await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve))
      port = socket.address().port
      return () => new Promise((resolve) => socket.close(() => resolve()))
    }
    const server = protocol === 'tls' ? createTlsServer(tls, accept) : createServer(accept)
    server.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    port = (server.address() as AddressInfo).port
    return () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
  }

  let end: (() => Promise<void>) | undefined = await open()
  const stop = async (): Promise<void> => {
    const ending = end
    end = undefined
    await ending?.()
  }
  return {
    port,
    raw,
    messages: () => raw.map(readMessage),
    taken: async () => {
      await settle(() => bytes + made)
      return raw.map(seqOf)
    },
    connections: () => made,
    cut: () => {
      for (const socket of sockets) socket.destroy()
    },
    stop,
    start: async () => {
      end ??= await open()
    },
    stall: () => {
      stalled = true
      for (const socket of sockets) socket.pause()
    },
    close: stop,
  }
}
