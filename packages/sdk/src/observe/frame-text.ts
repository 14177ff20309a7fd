/** A frame of stdin or stdout as JSON-RPC messages: parsed whole, or scanned where it is too long for that. */
import type { Json } from '../record/index.ts'
import type { Frame } from './frames.ts'
import { type Rpc, readMessages, readRpc } from './rpc.ts'
import { scanLongLine } from './scan.ts'

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const SPACE = 0x20

/** The messages of a line; undefined when it is not JSON-RPC. */
export const parseFrame = (frame: Frame): { messages: Rpc[]; scanned: boolean } | undefined => {
  const first = firstByte(frame.bytes)
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET) return undefined
  if (frame.tail !== undefined) {
    const message = readRpc(scanLongLine(frame.bytes.toString('utf8'), frame.tail.toString('utf8')))
    return message === undefined ? undefined : { messages: [message], scanned: true }
  }
  const messages = parse(frame.bytes.toString('utf8'))
  return messages === undefined ? undefined : { messages, scanned: false }
}

const firstByte = (bytes: Buffer): number | undefined => {
  let at = 0
  while (at < bytes.length && (bytes[at] ?? 0) <= SPACE) at++
  return bytes[at]
}

const parse = (text: string): Rpc[] | undefined => {
  try {
    return readMessages(JSON.parse(text) as Json)
  } catch {
    return undefined
  }
}
