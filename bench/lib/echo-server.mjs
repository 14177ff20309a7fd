// The smallest MCP-shaped server: answers every line with an id in the same turn. It prints its start stamp on stderr
// when asked to, so that a start-up bench can compare clocks.
//   --stamp            writes {"started": <epoch ms>} as its first line on stdout
//   --flood RATE       sends RATE log notifications per second, spread over ticks of 10 ms, until stdin ends
//   --seconds N        ends the flood by itself after N seconds
import { performance } from 'node:perf_hooks'
import process from 'node:process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: { stamp: { type: 'boolean' }, flood: { type: 'string' }, seconds: { type: 'string' } },
})

if (values.stamp) {
  // The stamp is when the process began, not when its JavaScript did: performance.timeOrigin is taken by Node at boot.
  process.stdout.write(`${JSON.stringify({ started: performance.timeOrigin })}\n`)
}

const RESULT = JSON.stringify({ content: [{ type: 'text', text: 'x'.repeat(150) }] })
let rest = ''
process.stdin.setEncoding('latin1')
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop() ?? ''
  let answers = ''
  for (const line of lines) {
    const id = /"id":(\d+)/.exec(line)?.[1]
    if (id !== undefined) answers += `{"jsonrpc":"2.0","id":${id},"result":${RESULT}}\n`
  }
  if (answers !== '') process.stdout.write(answers)
})
process.stdin.on('end', () => process.exit(0))

if (values.flood !== undefined) {
  const rate = Number(values.flood)
  const until = performance.now() + Number(values.seconds ?? 5) * 1000
  const began = performance.now()
  let sent = 0
  const pad = 'x'.repeat(260)
  const timer = setInterval(() => {
    const now = performance.now()
    const due = Math.floor(((Math.min(now, until) - began) / 1000) * rate)
    let text = ''
    for (; sent < due; sent++) {
      text += `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"debug","logger":"flood","data":{"msg":"record ${sent}","n":${sent},"pad":"${pad}"}}}\n`
    }
    if (text !== '') process.stdout.write(text)
    if (now >= until) {
      clearInterval(timer)
      process.stdout.write(`{"jsonrpc":"2.0","method":"notifications/flooded","params":{"sent":${sent}}}\n`)
    }
  }, 10)
}
