/** What a command gets from the process it runs in, so that it runs the same in a test. */
import type { Store } from '../store/contract.ts'
import type { Progress } from './progress.ts'

/** Data for the user or the next program. */
export interface Output {
  /** Resolves when the stream takes more. After the reader has gone, does nothing. */
  write(text: string): Promise<void>
  isTTY: boolean
  /** Cells of the terminal, as it is now. */
  columns(): number | undefined
}

/** Why a command is to end early. `pipe`: nobody reads its output any more. */
export type StopReason = 'interrupt' | 'pipe'

export interface Context {
  out: Output
  /** Prints lines on stderr: everything that is not data. */
  note(text: string): void
  /** How far long work has come; must have ended before anything is printed. */
  progress: Progress
  /** A person at a terminal: types there, and reads there. */
  interactive: boolean
  env: Readonly<Record<string, string | undefined>>
  /** Unix epoch milliseconds. */
  now(): number
  /** Aborted with a `StopReason`. */
  signal: AbortSignal
  /** Opens the store over the journals of a home. */
  openStore(home: string): Promise<Store>
  /** Opens a store over log files: names, or patterns. */
  openFiles(files: readonly string[]): Promise<Store>
}
