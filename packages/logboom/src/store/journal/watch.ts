/**
 * When to look at a directory again: soon after the system has told of a change, and every now and then without, because
 * not every system tells, and none tells all.
 */
import { watch } from 'node:fs'

/** The longest that something new waits to be looked for, in milliseconds. */
const POLL_MS = 100
/** After an event, what comes in this time is read together. */
const GATHER_MS = 10

export interface Changes {
  /** Resolves when something may have changed, after `POLL_MS` at the latest. */
  next(): Promise<void>
  close(): void
}

export const watchDirectory = (dir: string, signal: AbortSignal): Changes => {
  let watcher: ReturnType<typeof watch> | undefined
  let changed = false
  let wake: (() => void) | undefined

  const onChange = (): void => {
    changed = true
    wake?.()
  }
  const begin = (): void => {
    try {
      watcher = watch(dir, { persistent: false }, onChange)
      watcher.on('error', () => {
        watcher?.close()
        watcher = undefined
      })
    } catch {
      // The directory does not exist yet, or the system has no watches left: polling does.
    }
  }
  signal.addEventListener('abort', onChange)

  return {
    async next() {
      if (watcher === undefined) begin()
      if (!changed) await pause(POLL_MS, (done) => (wake = done))
      wake = undefined
      if (!signal.aborted) await pause(GATHER_MS)
      changed = false
    },
    close() {
      signal.removeEventListener('abort', onChange)
      watcher?.close()
    },
  }
}

const pause = (ms: number, early?: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    early?.(() => {
      clearTimeout(timer)
      resolve()
    })
  })
