/** Runs a script of ours beside this process, silently, for as long as it likes and no longer than this process lives. */
import { spawn } from 'node:child_process'
import process from 'node:process'

/**
 * Starts it with Node and waits for its end. Its stdin ends when it is to end: by the signal, or because this process is
 * gone, however that happened.
 * @throws Error when it cannot be started, or fails
 */
export const runSideScript = (file: string, args: readonly string[], signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      windowsHide: true,
    })
    let said = ''
    const end = (): void => void child.stdin.end()
    child.stdin.on('error', () => undefined)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000)
    })
    child.once('error', reject)
    child.once('close', (code) => {
      signal.removeEventListener('abort', end)
      if (code === 0 || signal.aborted) resolve()
      else reject(new Error(`${file} ended with code ${code}: ${said.trim()}`))
    })
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
