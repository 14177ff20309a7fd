// A raw stdio server that logs at a steady rate: `tools/call` with {rate, seconds} writes `record N` notifications, N from 0 on, and
// answers with the first N and the time at which each was written (epoch milliseconds, as the performance clock has them).
import process from 'node:process'
import { createInterface } from 'node:readline'

const LEVELS = ['info', 'info', 'info', 'debug', 'debug', 'notice', 'warning', 'error']

const now = () => performance.timeOrigin + performance.now()
const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

const log = (n) =>
  write({
    method: 'notifications/message',
    params: {
      level: LEVELS[n % LEVELS.length],
      logger: 'worker',
      data: { msg: `record ${n} handled by worker ${n % 7}`, extra: { user: `u-${n % 100}`, ms: n % 250 } },
    },
  })

let written = 0

const flow = (rate, seconds) =>
  new Promise((resolve) => {
    const total = rate * seconds
    const first = written
    const times = []
    const began = performance.now()
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate))
      while (times.length < due) {
        times.push(now())
        log(written++)
      }
      if (times.length < total) return
      clearInterval(timer)
      resolve({ first, times })
    }, 5)
  })

const info = {
  protocolVersion: '2025-11-25',
  capabilities: { logging: {}, tools: {} },
  serverInfo: { name: 'steady', version: '1.0.0' },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) continue
  if (method === 'initialize') write({ id, result: info })
  else if (method === 'tools/call') {
    const { rate, seconds } = params.arguments
    write({ id, result: { content: [], structuredContent: await flow(rate, seconds) } })
  } else write({ id, error: { code: -32601, message: 'no' } })
}
