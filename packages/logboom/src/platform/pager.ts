/** A program that lets a person leaf through what a command prints. */
import { spawn } from 'node:child_process'
import process from 'node:process'

/** How a pager ended. */
export interface PagerEnding {
  /** False when it could not be run at all; then `unread` is everything it was given. */
  started: boolean
  unread: string
}

export interface Pager {
  /** Resolves when the pager takes more; after it has ended, does nothing. */
  write(text: string): Promise<void>
  /** Nothing more comes: it ends when the person leaves it. */
  end(): void
  ended: Promise<PagerEnding>
}

/** A shell's numbers for a command that cannot be run, or is not there. */
const NOT_STARTED: ReadonlySet<number | null> = new Set([126, 127])
/** More than a pipe holds: who took this much has been started. */
const PIPE = 256 * 1024

/**
 * Starts a pager as a shell would, for that is what `$PAGER` holds; it reads from us, and has the terminal for itself.
 * While it runs Ctrl+C is its matter: this process must not end before it, or the terminal stays as the pager set it.
 */
export const startPager = (
  command: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Pager => {
  const child = spawn(command, {
    shell: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    // What we print is UTF-8 whatever the locale; `less` would show it as codes.
    env: { LESSCHARSET: 'utf-8', ...env },
  })
  const { stdin } = child
  const stay = (): void => {}
  process.on('SIGINT', stay)
  /** What it was given, until it was given so much that it must have been started. */
  let held: string | undefined = ''
  let open = true
  let wake = (): void => {}
  const ended = new Promise<PagerEnding>((resolve) => {
    const finish = (code: number | null): void => {
      process.off('SIGINT', stay)
      open = false
      wake()
      resolve(
        NOT_STARTED.has(code) && held !== undefined
          ? { started: false, unread: held }
          : { started: true, unread: '' },
      )
    }
    child.once('error', () => finish(127))
    child.once('exit', finish)
  })
  // Its reading end is closed when it was left: `exit` tells.
  stdin.on('error', () => {})
  stdin.on('drain', () => wake())
  return {
    async write(text) {
      if (!open) return
      if (held !== undefined) held = held.length > PIPE ? undefined : held + text
      if (stdin.write(text)) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    },
    end: () => void stdin.end(),
    ended,
  }
}
