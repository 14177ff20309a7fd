/**
 * The capture side of a tap: observer -> finisher (redact, describe, cut) -> journal. Loaded only after the server has
 * been started. Whatever fails here costs records, which are counted, never traffic.
 */
import { join } from 'node:path'
import process from 'node:process'
import { createJournalWriter } from '@logboom/sdk/journal'
import { createObserver, type RunEnd, type RunStart } from '@logboom/sdk/observe'
import { createIds } from '@logboom/sdk/record'
import { createFinisher } from '@logboom/sdk/transform'
import { hostName, isAlive, makePrivateDirectory, processStart } from '../../platform/index.ts'
import type { Watcher } from './intake.ts'

export interface CaptureSettings {
  server: string
  home: string
  /** Unix epoch milliseconds, fractional, never going back. */
  now: () => number
  /** Told what the user should know; each call is one line of text. */
  warn: (text: string) => void
}

export interface Capture {
  watcher: Watcher
  started(at: number, start: RunStart): void
  /** Ends the run: its last records, then the journal, which may take `timeoutMs`. Never throws. */
  end(at: number, end: RunEnd, timeoutMs: number): Promise<void>
}

/** How often a journal that cannot be written is looked for, in milliseconds. */
const HEALTH_MS = 2000

/**
 * Opens a run of `server` in the journals under `home`. Throws only what nothing could be captured after.
 */
export const openCapture = ({ server, home, now, warn }: CaptureSettings): Capture => {
  try {
    makePrivateDirectory(home)
  } catch (error) {
    // The journal tries again later: the place may become usable while the server runs.
    warn(`${textOf(error)}; the server runs on, its records wait in memory`)
  }
  const newId = createIds()
  const run = newId(now())
  const finish = createFinisher()
  let unfinished = 0
  let over = false

  const journal = createJournalWriter({
    dir: join(home, 'journal'),
    header: { run, server, pid: process.pid, pidStart: processStart(process.pid) },
    isAlive,
    onDrops: (drops) => {
      if (!over) observer.dropped(now(), drops)
    },
  })
  const observer = createObserver({
    server,
    run,
    host: hostName(),
    newId,
    emit: (record, stream) => {
      try {
        journal.append(finish(record, stream))
      } catch (error) {
        // What could not be made safe is not written.
        if (unfinished++ === 0) warn(`a record could not be kept: ${textOf(error)}`)
      }
    },
  })

  const tellUnfinished = () => {
    if (unfinished === 0) return
    observer.dropped(now(), { reason: 'write', records: unfinished })
    unfinished = 0
  }
  const health = setInterval(() => {
    if (journal.stats().failing) warn(`cannot write to ${join(home, 'journal')}; the server runs on`)
    tellUnfinished()
  }, HEALTH_MS)
  health.unref()

  return {
    watcher: observer,
    started: (at, start) => observer.started(at, start),
    end: async (at, end, timeoutMs) => {
      clearInterval(health)
      try {
        tellUnfinished()
        observer.ended(at, end)
        over = true
        const { left } = await journal.close(timeoutMs)
        if (left > 0) warn(`${left} records could not be written to ${join(home, 'journal')}`)
      } catch (error) {
        warn(`the end of the run could not be recorded: ${textOf(error)}`)
      }
    },
  }
}

export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
