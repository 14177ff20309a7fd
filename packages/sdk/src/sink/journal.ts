/**
 * Records into the home's journals, where the command line and the hub find them.
 *
 * Has a queue of its own: the journal writer's, one for each run. A record counts as taken when its writer has it; an
 * attempt waits up to a second for the disk, so that what follows waits in the delivery. What a writer had to give up is told
 * by `onDrops`. Secrets must have been masked before: the journal writes what it is given.
 */
import { join } from 'node:path'
import process from 'node:process'
import {
  createJournalWriter,
  isExit,
  type JournalWriter,
  ownStart,
  parseSegmentName,
  segmentName,
  type WriterDrops,
} from '../journal/index.ts'
import type { LogRecord } from '../record/index.ts'
import { SinkError } from './errors.ts'
import type { Sink } from './types.ts'
import { countdown } from './within.ts'

export interface JournalSinkOptions {
  /** The home directory; journals are in `journal/` in it. Made (0700) with the first record. */
  home: string
  /** Name of the server in the journals' headers. @default that of the run's first record */
  server?: string
  /** Bound on the bytes waiting in memory, each run. @default 8 MiB */
  queueBytes?: number
  /** Bound on the bytes of all journals of the home. @default 512 MiB */
  budgetBytes?: number
  /** Told at the next good write what a run's journal gave up. */
  onDrops?: (drops: WriterDrops, run: string) => void
}

/** Milliseconds an attempt waits for the disk. */
const BACK_PRESSURE_MS = 1000
/** Runs with an open file at most; the one longest silent is closed, and begins a new segment when it speaks again. */
const MAX_WRITERS = 64

/**
 * Appends each record to the journal of its run.
 * @throws SinkError (in an attempt) that names the records whose `run` is no UUIDv7: they could never be found again
 * @example journalSink({ home: process.env.LOGBOOM_HOME ?? '.logboom' })
 */
export const journalSink = (options: JournalSinkOptions): Sink => {
  const { home, server, queueBytes, budgetBytes, onDrops } = options
  const pidStart = ownStart()
  /** In the order of last use. */
  const writers = new Map<string, JournalWriter>()
  let closed = false

  const create = (record: LogRecord): JournalWriter => {
    const { run } = record
    return createJournalWriter({
      dir: join(home, 'journal'),
      header: { run, server: server ?? record.server, pid: process.pid, pidStart },
      ...(queueBytes === undefined ? {} : { queueBytes }),
      ...(budgetBytes === undefined ? {} : { budgetBytes }),
      onDrops: (drops) => onDrops?.(drops, run),
    })
  }

  /** The writer of a record's run, now the one used last. */
  const writerFor = (record: LogRecord): JournalWriter => {
    const writer = writers.get(record.run) ?? create(record)
    writers.delete(record.run)
    writers.set(record.run, writer)
    return writer
  }

  /** Closes the writers of runs that have ended, and the longest silent ones of too many. */
  const release = async (ended: ReadonlySet<string>): Promise<void> => {
    const surplus = [...writers.keys()].slice(0, Math.max(0, writers.size - MAX_WRITERS))
    for (const run of new Set([...ended, ...surplus])) {
      const writer = writers.get(run)
      if (writer === undefined) continue
      const { left } = await writer.flush(BACK_PRESSURE_MS)
      if (left > 0) continue
      writers.delete(run)
      await writer.close(BACK_PRESSURE_MS)
    }
  }

  const sink: Sink = async (batch) => {
    if (closed) throw new SinkError('the journal sink is closed')
    const rejects: { index: number; reason: string; retryable: boolean }[] = []
    const used = new Set<JournalWriter>()
    const ended = new Set<string>()
    for (const [index, record] of batch.entries()) {
      if (parseSegmentName(segmentName(record.run, 0)) === undefined) {
        rejects.push({ index, reason: `run ${JSON.stringify(record.run)} is no UUIDv7`, retryable: false })
        continue
      }
      const writer = writerFor(record)
      writer.append(record)
      used.add(writer)
      if (isExit(record)) ended.add(record.run)
    }
    await Promise.all([...used].map((writer) => writer.flush(BACK_PRESSURE_MS)))
    await release(ended)
    if (rejects.length > 0) throw new SinkError(rejects[0]?.reason ?? '', { rejects })
  }

  return Object.assign(sink, {
    flush: async (timeoutMs: number) => {
      await Promise.all([...writers.values()].map((writer) => writer.flush(timeoutMs)))
    },
    close: async (timeoutMs: number) => {
      closed = true
      const rest = countdown(timeoutMs)
      const left = await Promise.all([...writers.values()].map((writer) => writer.close(rest())))
      const lost = left.reduce((sum, one) => sum + one.left, 0)
      if (lost > 0) throw new SinkError(`${lost} records were not written to the journal in time`)
    },
  })
}
