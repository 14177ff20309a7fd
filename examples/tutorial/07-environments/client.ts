import { connect } from '@logboom/sdk/client'

for (const ENVIRONMENT of ['development', 'production']) {
  const heard: string[] = []
  const client = await connect(
    { script: new URL('./server.ts', import.meta.url), env: { ENVIRONMENT } },
    { onLog: (record) => heard.push(record.level) },
  )
  try {
    await client.callTool({ name: 'analyze_data', arguments: { data: [4, 8] } })
  } finally {
    await client.close()
  }
  console.log(`${ENVIRONMENT}: ${heard.join(' ')}`)
}
