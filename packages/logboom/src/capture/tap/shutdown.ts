/**
 * Ending: signals go on to the server; 1.5 seconds after SIGTERM its whole tree is killed, because hosts kill the tap
 * 2 to 4 seconds after theirs and nobody else knows the server.
 */
import type { ProcessEntry } from '../../platform/index.ts'

export const KILL_AFTER_MS = 1500
const LOOK_MS = 50

export interface ShutdownSettings {
  pid: number
  /** Sends a signal to the server. */
  send: (signal: NodeJS.Signals) => void
  signals: readonly NodeJS.Signals[]
  listen: (signal: NodeJS.Signals, listener: () => void) => void
  /** The terminal has delivered this signal to the server already. */
  typed: (signal: NodeJS.Signals) => boolean
  tree: (pid: number) => ProcessEntry[]
  survivors: (tree: readonly ProcessEntry[]) => ProcessEntry[]
  kill: (pid: number, signal: NodeJS.Signals, remembered: readonly ProcessEntry[]) => void
  /** Milliseconds, from any zero. */
  now: () => number
  after: (ms: number, action: () => void) => unknown
}

export interface Shutdown {
  /** Whether SIGTERM came. */
  asked(): boolean
  /**
   * After the server's own end: resolves when nothing that it started is left, at the latest when that has been
   * killed. At once unless SIGTERM came: what outlives a server that ended by itself is meant to.
   */
  treeGone(): Promise<void>
}

export const watchSignals = (settings: ShutdownSettings): Shutdown => {
  const { pid, send, signals, listen, typed, tree, survivors, kill, now, after } = settings
  let remembered: ProcessEntry[] = []
  let killAt: number | undefined
  let killed = false

  const killAll = () => {
    if (killed) return
    killed = true
    kill(pid, 'SIGKILL', remembered)
  }

  const onTerm = () => {
    // The tree is looked at before the server can end and leave its children to nobody.
    if (killAt === undefined) {
      remembered = tree(pid)
      killAt = now() + KILL_AFTER_MS
      after(KILL_AFTER_MS, killAll)
    }
    send('SIGTERM')
  }

  for (const signal of signals) {
    listen(signal, () => {
      if (signal === 'SIGTERM') onTerm()
      else if (!typed(signal)) send(signal)
    })
  }

  return {
    asked: () => killAt !== undefined,
    treeGone: async () => {
      if (killAt === undefined) return
      while (now() < killAt && survivors(remembered).length > 0) {
        await new Promise<void>((resolve) => after(LOOK_MS, resolve))
      }
      killAll()
    },
  }
}
