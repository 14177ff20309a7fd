/**
 * Kills a process with everything it started. Children whose parent has gone belong to nobody one could find them
 * by: so the tree is remembered while it is whole, and killed later together with what is found then. A remembered
 * process is told from a stranger with the same pid by its start time.
 */
import process from 'node:process'
import { currentOs } from './os.ts'
import { isAlive, type ProcessEntry, type ProcessSettings, processTree } from './processes.ts'
import { run } from './run.ts'

export interface KillSettings extends ProcessSettings {
  kill?: (pid: number, signal: NodeJS.Signals) => void
}

/** Those of `tree` that are still there. */
export const survivors = (tree: readonly ProcessEntry[], settings: ProcessSettings = {}): ProcessEntry[] =>
  tree.filter((entry) => isAlive(entry.pid, entry.start, settings))

/** Sends `signal` to the tree under `pid` and to what is left of a tree remembered earlier. Never throws. */
export const killTree = (
  pid: number,
  signal: NodeJS.Signals,
  remembered: readonly ProcessEntry[] = [],
  settings: KillSettings = {},
): void => {
  if ((settings.os ?? currentOs()) === 'win32') {
    ;(settings.run ?? run)('taskkill', ['/PID', String(pid), '/T', '/F'])
    return
  }
  const kill = settings.kill ?? ((target, name) => process.kill(target, name))
  const now = new Map<number, ProcessEntry>()
  // The root may have ended and its pid be another's: only a tree that hangs together with the remembered one counts.
  const root = remembered[0]
  if (root === undefined || isAlive(root.pid, root.start, settings)) {
    for (const entry of processTree(pid, settings)) now.set(entry.pid, entry)
  }
  for (const entry of remembered) {
    if (now.has(entry.pid) || !isAlive(entry.pid, entry.start, settings)) continue
    for (const each of processTree(entry.pid, settings)) now.set(each.pid, each)
  }
  // Parents first: a parent that still runs could start another child.
  for (const entry of now.values()) {
    try {
      kill(entry.pid, signal)
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
