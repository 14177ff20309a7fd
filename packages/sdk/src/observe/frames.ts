/**
 * Bytes of one pipe -> lines, whatever the chunking.
 *
 * A line ends at `\n`; a `\r` before it and a byte order mark at the start of the stream are not part of it. Up to `limit`
 * bytes of a line are kept. Of a longer one the head (`limit` bytes) and the tail (`TAIL` bytes) are kept and the middle
 * passes by uncopied, so that a line of any length costs bounded memory.
 */

/** One line as it was read. Times are Unix epoch milliseconds. */
export interface Frame {
  /** Without its line ending; of a cut line, its head. */
  bytes: Buffer
  /** The last bytes of a cut line. */
  tail?: Buffer
  /** Size of the whole line in bytes, without its line ending. */
  size: number
  /** When its first and its last byte were read. */
  from: number
  to: number
}

export interface Framer {
  feed(bytes: Uint8Array, at: number): void
  /** Forgets the unfinished line and everything up to the next line ending: bytes are missing here. */
  skip(): void
  /** The stream has ended: an unfinished line is a line. */
  close(at: number): void
}

const TAIL = 65_536
const NEWLINE = 0x0a
const RETURN = 0x0d
const NOTHING: Buffer = Buffer.alloc(0)

export const createFramer = (limit: number, onFrame: (frame: Frame) => void): Framer => {
  let head: Buffer[] = []
  let tail: Buffer[] = []
  let headBytes = 0
  let tailBytes = 0
  let size = 0
  let from = 0
  let atStart = true
  let skipping = false

  const reset = (): void => {
    head = []
    tail = []
    headBytes = 0
    tailBytes = 0
    size = 0
  }

  const keep = (piece: Buffer): void => {
    const room = limit - headBytes
    if (room > 0) head.push(piece.length <= room ? piece : piece.subarray(0, room))
    headBytes += Math.min(room, piece.length)
    if (piece.length > room) {
      tail.push(piece.subarray(Math.max(0, room)))
      tailBytes += piece.length - Math.max(0, room)
      while (tailBytes - (tail[0]?.length ?? 0) >= TAIL) tailBytes -= tail.shift()?.length ?? 0
    }
    size += piece.length
  }

  const finish = (to: number): void => {
    const cut = size > limit
    let bytes = head.length === 1 ? (head[0] ?? NOTHING) : Buffer.concat(head, headBytes)
    let end = cut ? Buffer.concat(tail, tailBytes) : undefined
    if (end !== undefined) {
      if (end.at(-1) === RETURN) end = end.subarray(0, -1)
    } else if (bytes.at(-1) === RETURN) {
      bytes = bytes.subarray(0, -1)
      size -= 1
    }
    if (atStart && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3)
    atStart = false
    const frame: Frame = { bytes, size, from, to }
    if (end !== undefined) frame.tail = end.subarray(Math.max(0, end.length - TAIL))
    reset()
    onFrame(frame)
  }

  return {
    feed(input, at) {
      const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength)
      let start = 0
      while (start < bytes.length) {
        const newline = bytes.indexOf(NEWLINE, start)
        const end = newline === -1 ? bytes.length : newline
        if (!skipping) {
          if (size === 0) from = at
          keep(bytes.subarray(start, end))
          if (newline !== -1) finish(at)
        } else if (newline !== -1) {
          skipping = false
        }
        start = end + 1
      }
    },
    skip() {
      reset()
      skipping = true
      atStart = false
    },
    close(at) {
      if (size > 0 && !skipping) finish(at)
    },
  }
}
