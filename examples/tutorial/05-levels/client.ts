import { connect } from '@logboom/sdk/client'
import { LEVELS } from '@logboom/sdk/record'

for (const level of LEVELS) {
  const heard: string[] = []
  const client = await connect(new URL('./server.ts', import.meta.url), {
    // What reaches us, by whichever way; `setLevel` and `all.setLevel` change it later.
    level,
    onLog: (record) => void heard.push(record.level),
  })
  try {
    await client.callTool({ name: 'backup' })
  } finally {
    await client.close()
  }
  console.log(`${level} and above: ${heard.join(' ')}`)
}
