// A raw stdio server that floods: `tools/call` with {count} writes that many log notifications of about 420 bytes, as fast as the
// pipe takes them, then the result. Both eras, since it answers whatever it is asked.
import { once } from 'node:events'
import process from 'node:process'
import { createInterface } from 'node:readline'

const PAD = 'x'.repeat(220)
const log = (n) =>
  `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","logger":"flood","data":{"msg":"record ${n}","extra":{"n":${n},"user":"u-123","ok":true,"pad":"${PAD}"}}}}\n`

const answer = (id, result) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, result })}\n`)

const info = {
  protocolVersion: '2025-11-25',
  capabilities: { logging: {}, tools: {} },
  serverInfo: { name: 'flood', version: '1.0.0' },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) continue
  if (method === 'initialize') answer(id, info)
  else if (method === 'tools/list')
    answer(id, { tools: [{ name: 'flood', inputSchema: { type: 'object' } }] })
  else if (method === 'tools/call') {
    const { count } = params.arguments
    for (let from = 0; from < count; from += 64) {
      let text = ''
      for (let n = from; n < Math.min(count, from + 64); n++) text += log(n)
      if (!process.stdout.write(text)) await once(process.stdout, 'drain')
    }
    answer(id, { content: [{ type: 'text', text: 'done' }] })
  } else
    process.stdout.write(
      `${JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } })}\n`,
    )
}
