/** Records as lines on a stream of this process: for people. */
import process from 'node:process'
import type { Writable } from 'node:stream'
import { SinkError } from '../errors.ts'
import { type LineFormat, lineEncoder } from '../line/index.ts'
import type { Sink } from '../types.ts'
import { wantsColor } from './color.ts'

export interface ConsoleSinkOptions {
  /** @default 'pretty' */
  format?: LineFormat
  /**
   * Where to; never closed by the sink.
   * @default process.stderr, because the stdout of a stdio server is the protocol
   */
  stream?: Writable
  /** ANSI colours. @default when the stream is a terminal; `NO_COLOR` and `FORCE_COLOR` decide before that */
  color?: boolean
}

/**
 * Writes each record as one line; a batch has been taken when the stream has taken it.
 * @throws SinkError (in an attempt) when the stream is closed or fails; not retryable
 * @example consoleSink({ format: 'json', stream: process.stdout })
 */
export const consoleSink = (options: ConsoleSinkOptions = {}): Sink => {
  const { format = 'pretty', stream = process.stderr } = options
  const encode = lineEncoder(format, { color: options.color ?? wantsColor(stream, process.env) })
  return (batch, context) => writeAll(stream, batch.map(encode).join(''), context?.signal)
}

/** Resolves when the stream has passed the text on. Its failure is ours to tell, not the process's to die of. */
const writeAll = (stream: Writable, text: string, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    if (!stream.writable) {
      reject(new SinkError('the stream is closed'))
      return
    }
    const ignore = (): void => undefined
    const aborted = (): void => reject(new SinkError('nobody waits for the stream any more'))
    signal?.addEventListener('abort', aborted, { once: true })
    stream.on('error', ignore)
    stream.write(text, (error) => {
      signal?.removeEventListener('abort', aborted)
      // The `error` event comes after the callback.
      setImmediate(() => stream.off('error', ignore))
      if (error) reject(new SinkError(`the stream failed: ${error.message}`, { cause: error }))
      else resolve()
    })
  })
