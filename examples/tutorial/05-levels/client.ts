import { connect, setLevel } from '@logboom/sdk/client'
import { LEVELS } from '@logboom/sdk/record'

for (const level of LEVELS) {
  const heard: string[] = []
  const client = await connect(new URL('./server.ts', import.meta.url), {
    level,
    onLog: (record) => heard.push(record.level),
  })
  try {
    await client.callTool({ name: 'backup' })
  } finally {
    await client.close()
  }
  console.log(`${level} and above: ${heard.join(' ')}`)
}
