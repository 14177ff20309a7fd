// A server behind a real tap that logs when it is told to.
import { spawn } from 'node:child_process'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../packages/logboom/dist/cli/main.js', import.meta.url))
const SERVER = fileURLToPath(new URL('ui-server.mjs', import.meta.url))

/**
 * Starts it in a home.
 * @example const flow = await startFlow(home); const { first, times } = await flow.run(1000, 60)
 */
export const startFlow = async (home) => {
  const args = ['tap', '--home', home, '--server', 'steady', '--', process.execPath, SERVER]
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'ignore'] })
  const waiting = new Map()
  createInterface({ input: child.stdout }).on('line', (line) => {
    const id = /"id":(\d+)/.exec(line.slice(0, 40))?.[1]
    if (id === undefined) return
    waiting.get(id)?.(JSON.parse(line).result)
    waiting.delete(id)
  })
  let last = 0
  const ask = (method, params) =>
    new Promise((resolve) => {
      const id = ++last
      waiting.set(String(id), resolve)
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
    })
  await ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1.0.0' },
  })
  return {
    /** So many records a second, for so many seconds: the number of the first, and when each was written. */
    run: async (rate, seconds) => {
      const { structuredContent } = await ask('tools/call', { name: 'flow', arguments: { rate, seconds } })
      return structuredContent
    },
    close: () =>
      new Promise((resolve) => {
        child.once('exit', resolve)
        child.stdin.end()
      }),
  }
}
