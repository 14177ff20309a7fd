/** Signals: which a stand-in passes on, which the terminal has delivered already, and ending as another process ended. */
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import process from 'node:process'
import { currentOs, type Os } from './os.ts'
import { type ProcessSettings, readStat } from './processes.ts'
import { run } from './run.ts'

/** How a process ended. */
export type Ending = { code: number } | { signal: NodeJS.Signals }

/** Signals to pass on to the process one stands in for. */
export const forwardedSignals = (os: Os = currentOs()): readonly NodeJS.Signals[] =>
  os === 'win32'
    ? ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGBREAK']
    : ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']

/**
 * Whether this signal was typed at the terminal (Ctrl-C, Ctrl-\), so that every process of the foreground group, the
 * child too, has had it already. The kernel does not say who sent a signal; being in the terminal's foreground group
 * is the best there is. On Windows the console always tells all its processes.
 */
export const typedAtTerminal = (signal: NodeJS.Signals, settings: ProcessSettings = {}): boolean => {
  const os = settings.os ?? currentOs()
  if (os === 'win32') return signal === 'SIGINT' || signal === 'SIGBREAK' || signal === 'SIGHUP'
  if (signal !== 'SIGINT' && signal !== 'SIGQUIT') return false
  if (os === 'darwin') {
    const text = (settings.run ?? run)('ps', ['-o', 'pgid=,tpgid=', '-p', String(process.pid)])
    const [, group, foreground] = /^\s*(\d+)\s+(\d+)\s*$/.exec(text ?? '') ?? []
    return group !== undefined && group === foreground
  }
  const text = (settings.read ?? readOwnStat)('/proc/self/stat')
  if (text === undefined) return false
  const { group, foreground } = readStat(text)
  return group === foreground
}

const readOwnStat = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

/** What `endLike` needs of this process; tests pass their own. */
export interface Ender {
  exit(code: number): void
  raise(signal: NodeJS.Signals): void
  /** Makes the signal do what it does when nobody listens. */
  toDefault(signal: NodeJS.Signals): void
  /** Runs later, in case the raised signal did not end the process. */
  later(action: () => void): void
}

const thisProcess: Ender = {
  exit: (code) => process.exit(code),
  raise: (signal) => process.kill(process.pid, signal),
  toDefault: (signal) => {
    // Node ignores SIGPIPE from its start on; when its last listener goes, a signal's own action comes back.
    process.on(signal, () => undefined)
    process.removeAllListeners(signal)
  },
  later: (action) => setTimeout(action, 200),
}

/** Signals that Node or a sandbox may keep from ending this process: exit with the shell's number for it instead. */
const exitCodeOf = (signal: NodeJS.Signals): number => 128 + (constants.signals[signal] ?? 0)

/** Ends this process as another one ended: with its code, or by the same signal. */
export const endLike = (ending: Ending, ender: Ender = thisProcess, os: Os = currentOs()): void => {
  if ('code' in ending) {
    ender.exit(ending.code)
    return
  }
  const { signal } = ending
  if (os === 'win32') {
    ender.exit(exitCodeOf(signal))
    return
  }
  try {
    // SIGKILL needs no such thing, and refuses it.
    if (signal !== 'SIGKILL') ender.toDefault(signal)
    ender.raise(signal)
  } catch {
    ender.exit(exitCodeOf(signal))
    return
  }
  ender.later(() => ender.exit(exitCodeOf(signal)))
}
