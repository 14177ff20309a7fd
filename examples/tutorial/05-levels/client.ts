import { connect } from '@logboom/sdk/client'
import { LEVELS } from '@logboom/sdk/record'

for (const level of LEVELS) {
  // Level variables of this process reach the servers it starts.
  process.env.LOG_LEVEL = level
  const heard: string[] = []
  const client = await connect(new URL('./server.ts', import.meta.url), {
    onLog: (record) => void heard.push(record.level),
  })
  try {
    await client.callTool({ name: 'backup' })
  } finally {
    await client.close()
  }
  console.log(`${level} and above: ${heard.join(' ')}`)
}
