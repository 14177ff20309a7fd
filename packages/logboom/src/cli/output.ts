/** Standard output as data: a slow reader slows the command down, a reader that has gone ends it quietly. */
import type { WriteStream } from 'node:tty'
import type { Output } from './context.ts'

/** The parts of `process.stdout` that are used. */
export type OutputStream = Pick<NodeJS.WritableStream, 'write' | 'once' | 'on' | 'removeListener'> &
  Partial<Pick<WriteStream, 'isTTY' | 'columns'>>

/** What a write to a closed pipe fails with: EOF is Windows'. */
const CLOSED = new Set(['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED'])

/**
 * Wraps a stream. `gone` is called once, when its reader has closed it (EPIPE) or it fails otherwise (with the error).
 */
export const createOutput = (stream: OutputStream, gone: (error?: Error) => void): Output => {
  let open = true
  let wake: (() => void) | undefined
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!open) return
    open = false
    wake?.()
    gone(CLOSED.has(error.code ?? '') ? undefined : error)
  })
  stream.on('drain', () => wake?.())
  return {
    isTTY: stream.isTTY === true,
    columns: () => stream.columns,
    write: async (text) => {
      if (!open || stream.write(text)) return
      await new Promise<void>((resolve) => {
        wake = resolve
        // The stream may have failed before anybody could wait.
        if (!open) resolve()
      })
      wake = undefined
    },
  }
}
