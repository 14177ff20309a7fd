// An un-awaited burst: a handler logs 40,000 times in one go to its stdio client. How long the server's event
// loop stands still, the handler's own loop included, and how long the client waits for the answer and all logs, against the official SDKs'
// own `sendLoggingMessage`.
import { spawn } from 'node:child_process'
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { median, printTable, verdict } from './lib/figures.mjs'

const COUNT = 40_000
/** What all are given in every round. The official SDKs' time grows with the square: 40,000 stop v1 for half a minute, once, and v2 for longer. */
const FEWER = 10_000
const KINDS = ['v1', 'v2', 'logboom']
const SERVER = fileURLToPath(new URL('./lib/burst-server.mjs', import.meta.url))
const LOG = '"notifications/message"'
const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'bench', version: '1.0.0' },
}

const burst = async (kind, count) => {
  const child = spawn(process.execPath, [SERVER, kind], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, BURST: String(count) },
  })
  const answers = new Map()
  let logs = 0
  let rest = ''
  let allArrived = () => undefined
  const arrived = new Promise((resolve) => (allArrived = resolve))
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.includes(LOG)) logs++
      else {
        const { id, result } = JSON.parse(line)
        answers.get(id)?.(result)
      }
    }
    if (logs >= count) allArrived()
  })
  const ended = new Promise((_, reject) =>
    child.once('exit', (code) => reject(new Error(`${kind} ended with ${code} after ${logs} logs`))),
  )
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const ask = (id, method, params) => {
    const answer = new Promise((resolve) => answers.set(id, resolve))
    send({ id, method, params })
    return Promise.race([answer, ended])
  }
  await ask(1, 'initialize', INITIALIZE)
  send({ method: 'notifications/initialized' })
  const from = performance.now()
  await ask(2, 'tools/call', { name: 'burst', arguments: {} })
  await Promise.race([arrived, ended])
  const total = performance.now() - from
  const { content } = await ask(3, 'tools/call', { name: 'report', arguments: {} })
  ended.catch(() => undefined)
  child.stdin.end()
  child.kill()
  return { total, longest: JSON.parse(content[0].text).longest }
}

export const sdkBurst = async (rounds = 3) => {
  const results = []
  for (let i = 0; i < rounds; i++) {
    const round = { all: await burst('logboom', COUNT) }
    for (const kind of KINDS) round[kind] = await burst(kind, FEWER)
    results.push(round)
  }
  const v1 = await burst('v1', COUNT)
  const of = (pick) => median(results.map(pick))
  const line = (name, what, limit) => {
    const ours = of((r) => r.all[what])
    const fewer = KINDS.map((kind) => `${kind} ${of((r) => r[kind][what]).toFixed(0)}`).join(', ')
    const detail = `ms: logboom ${ours.toFixed(0)}, v1 ${v1[what].toFixed(0)}; of ${FEWER}: ${fewer}`
    return verdict(`burst of 40,000 logs: ${name}, over SDK v1`, ours / v1[what], limit, 'less', detail)
  }
  return [line('event loop blocked', 'longest', 0.1), line('all at the client', 'total', 1)]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printTable(await sdkBurst())
