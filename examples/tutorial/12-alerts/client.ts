import { connect } from '@logboom/sdk/client'
import { alert, slackSink } from '@logboom/sdk/sink'
import { startReceiver } from './receiver.ts'

const slack = await startReceiver()
const refused = alert({
  name: 'refused cards',
  when: 'level:>=error',
  threshold: 5,
  window: '5m',
  cooldown: '30m',
  to: [slackSink({ url: slack.url })],
})
const client = await connect(new URL('./server.ts', import.meta.url), { server: 'billing', sinks: [refused] })
try {
  await client.callTool({ name: 'bill' })
} finally {
  await client.close()
}
console.log(`${slack.bodies.length} message for 30 errors`)
for (const word of ['refused cards', 'billing', 'card refused'])
  console.log(word, slack.bodies[0]?.includes(word) ? 'is in it' : 'is missing')
slack.stop()
