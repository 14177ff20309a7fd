/** Reads a server's stderr and never stops reading: a pipe that nobody empties stops its server. */
import type { Readable } from 'node:stream'

export interface StderrReader {
  readonly reading: boolean
  /** Reads this stream, if it is not read already. */
  read(stream: Readable | undefined): void
  /** Resolves when everything has been read, or the time is over (milliseconds). */
  ended(timeoutMs: number): Promise<void>
}

export const createStderrReader = (onBytes: (bytes: Uint8Array) => void): StderrReader => {
  let stream: Readable | undefined
  let done = true
  const waiting = new Set<() => void>()

  const finish = (): void => {
    done = true
    for (const resolve of waiting) resolve()
    waiting.clear()
  }

  return {
    get reading() {
      return stream !== undefined
    },
    read(next) {
      if (next === undefined || next === stream) return
      stream = next
      done = next.readableEnded || next.destroyed
      next.on('data', (chunk: Uint8Array | string) =>
        onBytes(typeof chunk === 'string' ? Buffer.from(chunk) : chunk),
      )
      next.once('end', finish)
      next.once('close', finish)
      next.on('error', finish)
    },
    ended(timeoutMs) {
      if (done) return Promise.resolve()
      return new Promise((resolve) => {
        const timer = setTimeout(settle, timeoutMs)
        function settle(): void {
          clearTimeout(timer)
          waiting.delete(settle)
          resolve()
        }
        waiting.add(settle)
      })
    },
  }
}
