// A hub of the built command line over a home, as a process: its address, its metrics, and what it costs.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../packages/logboom/dist/cli/main.js', import.meta.url))
const TICK_US = 10_000

/** Starts `logboom up` and waits for its address. */
export const startHub = async (home, args = []) => {
  const child = spawn(process.execPath, [MAIN, 'up', '--home', home, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const url = await new Promise((resolve, reject) => {
    const hear = (chunk) => {
      said += chunk
      const found = /http:\/\/[\d.]+:\d+/.exec(said)
      if (found) resolve(found[0])
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.once('exit', (code) => reject(new Error(`logboom up ended with ${code}: ${said}`)))
  })
  const ask = async (path) => {
    const response = await fetch(`${url}${path}`)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    return text
  }
  return {
    url,
    pid: child.pid,
    /** JSON of the API. */
    api: async (path) => JSON.parse(await ask(`/api/v1/${path}`)),
    /** The value of a metric without labels; the sum over its labels otherwise. */
    metric: async (name) =>
      (await ask('/metrics'))
        .split('\n')
        .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0),
    /** CPU microseconds and MB resident, now and at most. */
    cost: () => {
      // utime and stime are the 14th and 15th fields; the name before may hold spaces.
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      const mb = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1000
      return {
        cpuUs: (Number(fields[11]) + Number(fields[12])) * TICK_US,
        rss: mb('VmRSS'),
        peak: mb('VmHWM'),
      }
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', resolve)
        child.kill('SIGTERM')
      }),
  }
}
