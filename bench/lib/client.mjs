// A raw JSON-RPC client: as little as can be between the pipe and the clock, so that what is measured is the way
// between client and server.
import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'

const CALL = (id) =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"echo","arguments":{"text":"${'y'.repeat(100)}"}}}\n`

/** Starts a command and gives what the benches do with it. Lines without an id go to `onLine`, unparsed. */
export const start = (command, args, { env = process.env, onLine, stderr = 'ignore' } = {}) => {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', stderr], env })
  const waiting = new Map()
  let rest = ''
  let nextId = 1
  child.stdout.setEncoding('latin1')
  child.stdout.on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const id = /^\{"jsonrpc":"2\.0","id":(\d+)/.exec(line)?.[1]
      if (id === undefined) onLine?.(line)
      else {
        waiting.get(id)?.()
        waiting.delete(id)
      }
    }
  })
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  const call = () =>
    new Promise((resolve) => {
      const id = nextId++
      waiting.set(String(id), resolve)
      child.stdin.write(CALL(id))
    })

  return {
    pid: child.pid,
    exited,
    call,
    /** Latencies in microseconds of `count` calls, one after the other. */
    sequential: async (count) => {
      const times = new Float64Array(count)
      for (let i = 0; i < count; i++) {
        const from = performance.now()
        await call()
        times[i] = (performance.now() - from) * 1000
      }
      return times
    },
    /** Calls per second with `inFlight` always open. */
    throughput: async (count, inFlight) => {
      const from = performance.now()
      let left = count
      const lane = async () => {
        while (left-- > 0) await call()
      }
      await Promise.all(Array.from({ length: inFlight }, lane))
      return count / ((performance.now() - from) / 1000)
    },
    /** Ends the server as a host does: end of input, then waits. */
    close: async () => {
      child.stdin.end()
      return exited
    },
    child,
  }
}
