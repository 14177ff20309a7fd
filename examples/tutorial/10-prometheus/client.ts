import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectAll } from '@logboom/sdk/client'
import { prometheusMetrics } from '@logboom/sdk/metrics'

const metrics = await prometheusMetrics()
const page = createServer(async (_, response) => {
  response.setHeader('content-type', metrics.register.contentType)
  response.end(await metrics.register.metrics())
}).listen(0, '127.0.0.1')

const server = new URL('./server.ts', import.meta.url)
const all = await connectAll({ berlin: server, oslo: server }, { metrics })
try {
  for (const data of [[4, 8, 15], []])
    await all.client('berlin').callTool({ name: 'analyze_data', arguments: { data } })
  await all.client('oslo').callTool({ name: 'analyze_data', arguments: { data: [16, 23] } })
} finally {
  await all.close()
}

// What Prometheus does every few seconds.
const scraped = await fetch(`http://127.0.0.1:${(page.address() as AddressInfo).port}/metrics`)
for (const line of (await scraped.text()).split('\n'))
  if (/^mcp_log_messages_total\{|^mcp_calls_total\{.*tool="analyze_data"/.test(line)) console.log(line)
page.close()
