/**
 * Lines to stderr that cannot stall the server. Writing to a pipe that nobody reads blocks a process for good, and hosts
 * exist that never read: to a pipe, lines are written off the main thread, one write at a time, and what does not fit the
 * bound meanwhile is dropped and counted. To a terminal or a file they are written at once.
 */
import { fstatSync, write as fsWrite, writeSync } from 'node:fs'

/** Waiting at most: 8 MiB. */
const MAX_BYTES = 8 * 1024 * 1024
/** Milliseconds before a pipe that is full for now is tried again. */
const RETRY_MS = 10

export interface LineWriter {
  /** Takes one line, with its end. Never throws. */
  write(line: string): void
  /** Resolves when everything written before has left, or the time is over. */
  flush(timeoutMs: number): Promise<void>
  /** Lines given up, by reason: `overflow`, `failed`. */
  dropped(): Record<string, number>
}

/** Writes some of the bytes from an offset on; tells how many, or the error. */
export type WriteSome = (
  bytes: Buffer,
  offset: number,
  done: (error: unknown, written: number) => void,
) => void

export interface LineWriterSettings {
  /** @default a write to file descriptor 2 */
  writeSome?: WriteSome
  /** For what is written when the process exits, and at once to terminals and files. */
  writeNow?: (text: string) => void
  /** Write every line at once. @default whether stderr is a terminal or a file */
  immediate?: boolean
  maxBytes?: number
}

const STDERR = 2

const isImmediate = (): boolean => {
  try {
    const stat = fstatSync(STDERR)
    return stat.isFile() || stat.isCharacterDevice()
  } catch {
    return false
  }
}

const isBusy = (error: unknown): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).code === 'EAGAIN'

/**
 * A writer of lines.
 * @example createLineWriter().write('ready\n')
 */
export const createLineWriter = (settings: LineWriterSettings = {}): LineWriter => {
  const { immediate = isImmediate(), maxBytes = MAX_BYTES } = settings
  const writeNow = settings.writeNow ?? ((text) => void writeSync(STDERR, text))
  const writeSome =
    settings.writeSome ??
    ((bytes, offset, done) => fsWrite(STDERR, bytes, offset, bytes.length - offset, null, done))

  const dropped: Record<string, number> = {}
  let waiting: string[] = []
  let bytes = 0
  let isWriting = false
  const idle = new Set<() => void>()

  const drop = (reason: string, lines: number): void => {
    dropped[reason] = (dropped[reason] ?? 0) + lines
  }

  const finish = (): void => {
    isWriting = false
    if (waiting.length > 0) pump()
    else for (const done of idle) done()
  }

  const writeRest = (chunk: Buffer, offset: number, lines: number): void => {
    writeSome(chunk, offset, (error, written) => {
      if (isBusy(error)) {
        setTimeout(() => writeRest(chunk, offset, lines), RETRY_MS)
      } else if (error) {
        drop('failed', lines)
        finish()
      } else if (offset + written < chunk.length) {
        writeRest(chunk, offset + written, lines)
      } else {
        finish()
      }
    })
  }

  const pump = (): void => {
    if (isWriting || waiting.length === 0) return
    isWriting = true
    const lines = waiting.length
    const chunk = Buffer.from(waiting.join(''))
    waiting = []
    bytes = 0
    writeRest(chunk, 0, lines)
  }

  const now = (text: string, lines: number): void => {
    try {
      writeNow(text)
    } catch {
      drop('failed', lines)
    }
  }

  if (!immediate) {
    process.once('exit', () => {
      if (waiting.length > 0) now(waiting.join(''), waiting.length)
      waiting = []
    })
  }

  return {
    write(line) {
      if (immediate) {
        now(line, 1)
        return
      }
      if (bytes + line.length > maxBytes) {
        drop('overflow', 1)
        return
      }
      waiting.push(line)
      bytes += line.length
      pump()
    },
    flush(timeoutMs) {
      if (!isWriting) return Promise.resolve()
      return new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer)
          idle.delete(done)
          resolve()
        }
        const timer = setTimeout(done, timeoutMs)
        idle.add(done)
      })
    },
    dropped: () => dropped,
  }
}
