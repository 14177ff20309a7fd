/**
 * Records as lines in files, one file or many: daily, by size, old ones compressed and in the end deleted.
 *
 * A file is opened for each batch and closed after it, so it may be deleted, moved or rotated by others at any time. A batch
 * counts as taken when the file system has it; there is no fsync. Nothing is buffered, so a flush has nothing to do; closing
 * waits for a compression under way. One process to a file: put `{pid}` into the name where several write.
 */
import { rename } from 'node:fs/promises'
import { SinkError } from '../errors.ts'
import { lineEncoder } from '../line/index.ts'
import type { Sink } from '../types.ts'
import { within } from '../within.ts'
import { openLog } from './append.ts'
import { highestNumber, keepHouse } from './keep.ts'
import { type LogName, logPath, parseNamePattern } from './names.ts'
import { type FileSinkOptions, readOptions } from './options.ts'

interface Line {
  index: number
  bytes: Uint8Array
}

/**
 * Appends to files named by a pattern with `{server}`, `{date}` (local day of writing) and `{pid}`. Directories are made
 * (0700), files too (0600). A server's name is made plain first: it can never leave the directory.
 * @throws LogboomError LB_SINK_OPTIONS for a pattern or an option that makes no sense
 * @throws SinkError (in an attempt) that names what was not written; retryable
 * @example fileSink('logs/{server}-{date}.log', { compress: 'gzip', keep: { days: 14 } })
 */
export const fileSink = (pattern: string, options: FileSinkOptions = {}): Sink => {
  const { format, maxBytes, codec, keep, onError, now } = readOptions(options)
  const names = parseNamePattern(pattern)
  const encode = lineEncoder(format, { time: 'date' })
  /** All servers' records in one file, in their order. */
  const shared = !pattern.includes('{server}')
  /** The last number given for each path: a directory that is just being tidied might not show it. */
  const numbers = new Map<string, number>()
  /** The file each server's records go to; when it changes, there is something to tidy. */
  const current = new Map<string, string>()
  let tidying: Promise<void> = Promise.resolve()
  let closed = false

  const freeNumber = async (server: string, name: LogName): Promise<number> => {
    const path = logPath(name)
    const last = numbers.get(path) ?? (await highestNumber(names.family(server), name))
    numbers.set(path, last + 1)
    return last + 1
  }

  /** One after the other, behind the writing. */
  const tidy = (server: string): void => {
    tidying = tidying
      .then(() =>
        keepHouse({
          family: names.family(server),
          isActive: (path) => current.get(server) === path,
          codec,
          keep,
          now: now(),
          freeNumber: (name) => freeNumber(server, name),
        }),
      )
      .catch((error: unknown) => {
        try {
          onError?.(error)
        } catch {
          // Whoever listens has no say in what is written.
        }
      })
  }

  const rotate = async (server: string, name: LogName): Promise<void> => {
    await rename(logPath(name), logPath(name, await freeNumber(server, name)))
    tidy(server)
  }

  /** Writes the lines of one server; tells how many, and why not more. */
  const writeServer = async (
    server: string,
    lines: readonly Line[],
  ): Promise<{ done: number; error?: unknown }> => {
    let done = 0
    try {
      const name = names.active(server, now())
      const path = logPath(name)
      const before = current.get(server)
      if (before !== path) {
        current.set(server, path)
        if (before !== undefined) numbers.delete(before)
        tidy(server)
      }
      while (done < lines.length) {
        const log = await openLog(path)
        let full: boolean
        try {
          const room = lines.slice(done)
          const count = fitting(room, maxBytes - log.size, log.size === 0)
          full = count < room.length
          if (count > 0) {
            const answer = await log.append(room.slice(0, count).map(({ bytes }) => bytes))
            done += answer.lines
            if (answer.error !== undefined) return { done, error: answer.error }
          }
        } finally {
          await log.close().catch(() => undefined)
        }
        if (full) await rotate(server, name)
      }
      return { done }
    } catch (error) {
      return { done, error }
    }
  }

  const sink: Sink = async (batch) => {
    if (closed) throw new SinkError('the file sink is closed')
    const servers = new Map<string, Line[]>()
    for (const [index, record] of batch.entries()) {
      const server = shared ? '' : record.server
      const line = { index, bytes: Buffer.from(encode(record)) }
      const lines = servers.get(server)
      if (lines === undefined) servers.set(server, [line])
      else lines.push(line)
    }
    const failures: { index: number; reason: string; retryable: boolean }[] = []
    let cause: unknown
    for (const [server, lines] of servers) {
      const { done, error } = await writeServer(server, lines)
      if (done === lines.length) continue
      cause = error
      const reason = error instanceof Error ? error.message : 'not written'
      for (const { index } of lines.slice(done)) failures.push({ index, reason, retryable: true })
    }
    if (failures.length > 0)
      throw new SinkError(`a log file could not be written: ${failures[0]?.reason}`, {
        cause,
        rejects: failures,
        retryable: true,
      })
  }
  return Object.assign(sink, {
    close: async (timeoutMs: number) => {
      closed = true
      await within(tidying, timeoutMs)
    },
  })
}

/** How many of the lines fit in the room; an empty file takes at least one. */
const fitting = (lines: readonly Line[], room: number, empty: boolean): number => {
  let count = 0
  for (const { bytes } of lines) {
    room -= bytes.length
    if (room < 0 && !(empty && count === 0)) break
    count += 1
  }
  return count
}
