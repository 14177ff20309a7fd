/**
 * Records as lines on file descriptor 2, without ever stopping the process. Node writes to a stderr that is a pipe
 * synchronously: when the host does not read it, `process.stderr.write` and `console.error` hang for ever. Here the
 * system's threads wait, and the records behind them are the delivery's to keep or drop.
 */
import { write } from 'node:fs'
import process from 'node:process'
import { setTimeout as wait } from 'node:timers/promises'
import { errorCode } from '../../journal/fs.ts'
import { SinkError } from '../errors.ts'
import { type LineFormat, lineEncoder } from '../line/index.ts'
import type { Sink } from '../types.ts'
import { wantsColor } from './color.ts'

export interface StderrSinkOptions {
  /** @default 'pretty' on a terminal, else 'json' */
  format?: LineFormat
  /** ANSI colours. @default on a terminal; `NO_COLOR` and `FORCE_COLOR` decide before that */
  color?: boolean
  /** The file descriptor. @default 2 */
  fd?: number
}

/** Milliseconds before a full pipe in non-blocking mode is tried again. */
const FULL_PIPE_MS = 5

/**
 * Writes each record as one line to stderr.
 * @throws SinkError (in an attempt) when nobody will ever read it (EPIPE, EBADF); names the records not yet written
 * @example stderrSink({ format: 'json' })
 */
export const stderrSink = (options: StderrSinkOptions = {}): Sink => {
  const { fd = 2 } = options
  const terminal = fd === 2 && process.stderr.isTTY === true
  const encode = lineEncoder(options.format ?? (terminal ? 'pretty' : 'json'), {
    color: options.color ?? wantsColor({ isTTY: terminal }, process.env),
  })
  return async (batch, context) => {
    const lines = batch.map((record) => Buffer.from(encode(record)))
    const bytes = Buffer.concat(lines)
    let written = 0
    while (written < bytes.length) {
      try {
        written += await writeSome(fd, bytes.subarray(written))
      } catch (error) {
        if (errorCode(error) === 'EAGAIN' && context?.signal?.aborted !== true) {
          await wait(FULL_PIPE_MS)
          continue
        }
        throw new SinkError('stderr cannot be written', { cause: error, rejects: notWritten(lines, written) })
      }
    }
  }
}

const writeSome = (fd: number, bytes: Uint8Array): Promise<number> =>
  new Promise((resolve, reject) => {
    write(fd, bytes, (error, count) => (error ? reject(error) : resolve(count)))
  })

const notWritten = (lines: readonly Uint8Array[], written: number) => {
  let end = 0
  return lines.flatMap((line, index) => {
    end += line.length
    return end > written ? [{ index, reason: 'not written', retryable: false }] : []
  })
}
