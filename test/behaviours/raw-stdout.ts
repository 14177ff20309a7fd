/** The play server as a child, spoken to by hand: every line of its stdout, unread by any SDK. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { LOG_LEVEL_META_KEY } from '@modelcontextprotocol/client'
import { waitFor, within } from '../kit/wait.ts'
import type { Line } from './serve.ts'
import type { Step } from './servers/play.mjs'

const PLAY = fileURLToPath(new URL('./servers/play.mjs', import.meta.url))

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
  [LOG_LEVEL_META_KEY]: 'debug',
}

/** Plays the steps in a server with the stdout guard. */
export const rawStdout = async (line: Line, steps: Step[]): Promise<{ lines: string[]; stderr: string }> => {
  const child = spawn(process.execPath, [PLAY, line, JSON.stringify({ guard: true })], { stdio: 'pipe' })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const send = (message: object): void =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  try {
    if (line !== 'v2 modern') {
      const clientInfo = { name: 'raw', version: '1.0.0' }
      send({
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
      })
      await waitFor('the handshake', () => stdout.includes('"id":1'))
      send({ method: 'notifications/initialized' })
    }
    const meta = line === 'v2 modern' ? { _meta: MODERN } : {}
    send({ id: 2, method: 'tools/call', params: { name: 'play', arguments: { steps }, ...meta } })
    await waitFor('the answer', () => stdout.includes('"id":2'))
    child.stdin.end()
    await within('the end of the server', closed, 10_000)
  } finally {
    child.kill('SIGKILL')
  }
  return { lines: stdout.split('\n').filter((text) => text !== ''), stderr }
}
