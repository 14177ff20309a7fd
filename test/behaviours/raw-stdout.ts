/** Children and what they write: the play server, spoken to by hand and unread by any SDK; an application with a server of its own. */
import { spawn } from 'node:child_process'
import { LOG_LEVEL_META_KEY } from '@modelcontextprotocol/client'
import { waitFor, within } from '../kit/wait.ts'
import { program } from './programs.ts'
import type { Line } from './serve.ts'
import type { Step } from './servers/play.mjs'

const MODERN = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
  [LOG_LEVEL_META_KEY]: 'debug',
}

/** Plays the steps in a server with the stdout guard. */
export const rawStdout = async (line: Line, steps: Step[]): Promise<{ lines: string[]; stderr: string }> => {
  const child = spawn(process.execPath, [program('play'), line, JSON.stringify({ guard: true })], {
    stdio: 'pipe',
  })
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

/** An application whose server writes a line to its stderr, and whose sink is a file of the folder. */
export const runHost = async (
  line: Line,
  folder: string,
  text: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const server = JSON.stringify([program('play'), line])
  const child = spawn(process.execPath, [program('host'), line, folder, text, server], {
    stdio: 'pipe',
  })
  const out = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      out[name] += chunk
    })
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  try {
    return { code: await within('the end of the application', closed, 30_000), ...out }
  } finally {
    child.kill('SIGKILL')
  }
}
