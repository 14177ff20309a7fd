/**
 * The three standard pipes of this process, for forwarding. Nothing here blocks on a pipe or a socket.
 *
 * An outlet first tries a plain write on the (non-blocking) descriptor and falls back to Node's stream for what the
 * pipe does not take at once: the stream keeps order, waits for the reader and tells when it has gone.
 */
import { fstatSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import process from 'node:process'
import type { Readable, Writable } from 'node:stream'
import { currentOs, type Os } from './os.ts'

/** Takes bytes towards one reader. */
export interface Outlet {
  /** False when bytes wait: the caller should rest until `onDrain`. Never throws. */
  write(bytes: Uint8Array): boolean
  /** Bytes taken but not yet given to the system. */
  waiting(): number
  /** No more bytes: the reader sees the end once it has read what waits. */
  end(): void
  onDrain(listener: () => void): void
  /** The reader has gone: nothing written arrives any more. Told once. */
  onBroken(listener: () => void): void
}

export interface OutletSettings {
  /** Descriptor for the direct way; absent: the stream only. */
  fd?: number
  write?: (fd: number, bytes: Uint8Array) => number
}

/** An outlet over a stream. */
export const createOutlet = (stream: Writable, settings: OutletSettings = {}): Outlet => {
  const { fd, write = writeSync } = settings
  let open = true
  const broken: (() => void)[] = []
  const breakOff = () => {
    if (!open) return
    open = false
    for (const listener of broken) listener()
  }
  stream.on('error', breakOff)
  stream.on('close', breakOff)

  const direct = (to: number, bytes: Uint8Array): number => {
    try {
      return write(to, bytes)
    } catch {
      // EAGAIN: the pipe is full. Anything else (EPIPE) the stream meets too, and tells.
      return 0
    }
  }

  return {
    write: (bytes) => {
      if (!open) return true
      if (fd === undefined || stream.writableLength > 0) return stream.write(bytes)
      const done = direct(fd, bytes)
      return done === bytes.length ? true : stream.write(done === 0 ? bytes : bytes.subarray(done))
    },
    waiting: () => (open ? stream.writableLength : 0),
    end: () => {
      if (open) stream.end()
    },
    onDrain: (listener) => stream.on('drain', listener),
    onBroken: (listener) => {
      broken.push(listener)
    },
  }
}

/** What a descriptor is, as far as reading and writing without blocking goes. */
const isPipe = (fd: number): boolean => {
  try {
    const stat = fstatSync(fd)
    return stat.isFIFO() || stat.isSocket()
  } catch {
    return false
  }
}

/** Standard input as a stream: a pipe or socket is read as such, anything else (a terminal, a file) by Node's own. */
export const standardInput = (): Readable => {
  if (!isPipe(0)) return process.stdin
  try {
    return new Socket({ fd: 0, readable: true, writable: false, allowHalfOpen: true })
  } catch {
    return process.stdin
  }
}

/** Standard output (1) or standard error (2). */
export const standardOutlet = (fd: 1 | 2, os: Os = currentOs()): Outlet => {
  const own = fd === 1 ? process.stdout : process.stderr
  // On Windows descriptors of pipes block: the stream is the way that does not.
  if (os === 'win32' || !isPipe(fd)) return createOutlet(own)
  // Node's stream for the descriptor has set it to non-blocking: from here on a direct write never waits.
  return createOutlet(own, { fd })
}
