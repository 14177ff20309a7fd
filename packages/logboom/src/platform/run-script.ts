/** Runs a piece of JavaScript in a process of its own, which can be ended at any moment, whatever it is doing. */
import { spawn } from 'node:child_process'
import process from 'node:process'

export interface ScriptResult {
  /** What it wrote on stdout; what it wrote before it was ended, if it was. */
  stdout: string
  stderr: string
  /** It took too long, or was told to stop. */
  ended: boolean
}

/**
 * Runs CommonJS source with Node and gives it `input` on stdin.
 * @param limitMs it is killed after so many milliseconds
 */
export const runScript = (
  source: string,
  input: string,
  { limitMs, signal }: { limitMs: number; signal: AbortSignal },
): Promise<ScriptResult> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', source], {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    const texts = { stdout: '', stderr: '' }
    let ended = false
    const end = (): void => {
      ended = true
      child.kill('SIGKILL')
    }
    const timer = setTimeout(end, limitMs)
    signal.addEventListener('abort', end)
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8')
      child[name].on('data', (text: string) => {
        texts[name] += text
      })
    }
    const finish = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
    }
    child.once('error', (error) => {
      finish()
      reject(error)
    })
    child.once('close', () => {
      finish()
      resolve({ ...texts, ended })
    })
    // It may be gone before it has read.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
