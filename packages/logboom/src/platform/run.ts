/** Runs small system tools (ps, taskkill, powershell) and gives their output; passed in, so that tests need no Mac. */
import { execFileSync } from 'node:child_process'

/** Output of a command, or undefined when it could not be run, failed, or took longer than 5 seconds. */
export type Run = (command: string, args: readonly string[]) => string | undefined

export const run: Run = (command, args) => {
  try {
    return execFileSync(command, [...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
      windowsHide: true,
      // ps prints dates and numbers the way the user reads them, unless told otherwise.
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    })
  } catch {
    return undefined
  }
}
