/**
 * The lines of a stdio server's stdout, read beside the official transports' buffer.
 *
 * - A log that its client has no use for is taken here, and spared the two schemas that it would be dropped after: they cost
 *   more than everything else that is done with a log. Whatever is not exactly such a message goes the official way.
 * - A line that the transport refuses or passes over is seen here and nowhere else.
 *
 * Both official lines keep what they have read in `_readBuffer`; where there is none of that shape, nothing is hooked.
 */
import { isObject } from '../../record/index.ts'

export interface LineReader {
  /** A log message, and the size of its line. True when it is not for the client: then it is not handed on. */
  log(message: Record<string, unknown>, bytes: number): boolean
  /** A line that is no message to the transport. */
  refused(line: string): void
}

interface ReadBuffer {
  _buffer?: Buffer | undefined
  readMessage(): unknown
}

const isReadBuffer = (value: unknown): value is ReadBuffer =>
  isObject(value) && typeof value.readMessage === 'function'

const LOG = '"notifications/message"'
const NEWLINE = 10

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Exactly what the official schema of messages takes for a notification, of this one method. */
const readLog = (line: string): Record<string, unknown> | undefined => {
  if (!line.includes(LOG)) return undefined
  const message = parse(line)
  if (!isObject(message) || message.jsonrpc !== '2.0' || message.method !== 'notifications/message') return
  const { params } = message
  if (Object.keys(message).length !== 3 || !isObject(params)) return undefined
  return params._meta === undefined || isObject(params._meta) ? message : undefined
}

/** Hooks the buffer of a stdio transport. */
export const hookStdoutLines = (transport: object, reader: LineReader): void => {
  const { _readBuffer: buffer } = transport as { _readBuffer?: unknown }
  if (!isReadBuffer(buffer)) return
  const original = buffer.readMessage

  /** Takes logs from the front of the buffer as long as they are not for the client. */
  const takeLogs = (): void => {
    const held = buffer._buffer
    if (!Buffer.isBuffer(held)) return
    let taken = 0
    try {
      for (let end = held.indexOf(NEWLINE); end !== -1; end = held.indexOf(NEWLINE, taken)) {
        const message = readLog(held.toString('utf8', taken, end))
        if (message === undefined || !reader.log(message, end - taken)) return
        taken = end + 1
      }
    } finally {
      if (taken > 0) buffer._buffer = held.subarray(taken)
    }
  }

  /** Of what was just read, the last line is the message, unless it was refused; what came before it was passed over. */
  const tellRefused = (before: Buffer | undefined, all: boolean): void => {
    if (!Buffer.isBuffer(before)) return
    const read = before.length - (buffer._buffer?.length ?? 0)
    if (read <= 0 || (!all && before.indexOf(NEWLINE) === read - 1)) return
    const lines = before.toString('utf8', 0, read - 1).split('\n')
    if (!all) lines.pop()
    for (const line of lines) reader.refused(line)
  }

  const readMessage = (): unknown => {
    takeLogs()
    const before = buffer._buffer
    let thrown = true
    try {
      const message = original.call(buffer)
      thrown = message === null
      return message
    } finally {
      tellRefused(before, thrown)
    }
  }
  Object.defineProperty(buffer, 'readMessage', { value: readMessage, writable: true, configurable: true })
}
