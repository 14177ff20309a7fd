/** Opens an address in the user's browser. */
import { spawn } from 'node:child_process'
import { currentOs, type Os } from './os.ts'

/** The program that opens an address, with its arguments. */
export const openerOf = (url: string, os: Os): [string, string[]] => {
  switch (os) {
    case 'darwin':
      return ['open', [url]]
    case 'win32':
      // The first quoted argument of `start` is a title.
      return ['cmd', ['/c', 'start', '""', url]]
    case 'linux':
      return ['xdg-open', [url]]
  }
}

/** Tries to; where there is no browser, nothing happens. */
export const openBrowser = (url: string, os: Os = currentOs()): void => {
  const [command, args] = openerOf(url, os)
  try {
    const child = spawn(command, args, { stdio: 'ignore', detached: true, windowsHide: true })
    child.on('error', () => undefined)
    child.unref()
  } catch {
    // No room for another process: the address was printed.
  }
}
