import { connect } from '@logboom/sdk/client'

for (const environment of ['development', 'production']) {
  // LOG_LEVEL wins, then ENVIRONMENT, then NODE_ENV: for this process, and for the server it starts.
  process.env.ENVIRONMENT = environment
  const heard: string[] = []
  const client = await connect(new URL('./server.ts', import.meta.url), {
    onLog: (record) => void heard.push(record.level),
  })
  try {
    await client.callTool({ name: 'analyze_data', arguments: { data: [4, 8] } })
  } finally {
    await client.close()
  }
  console.log(`${environment}: ${heard.join(' ')}`)
}
