import { connect } from '@logboom/sdk/client'

const client = await connect(new URL('./server.ts', import.meta.url), {
  onLog: (record) => console.log(`${record.level}: ${record.message}`),
})
try {
  for (const data of [[4, 8, 15], [16, 23], []])
    await client.callTool({ name: 'analyze_data', arguments: { data } })
} finally {
  await client.close()
}
