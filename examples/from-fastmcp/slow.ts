import { setTimeout as wait } from 'node:timers/promises'
import { connect } from '@logboom/sdk/client'
import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'

const shop = () => {
  const server = withLogging(new McpServer({ name: 'shop', version: '1.0.0' }), { stderr: false })
  server.registerTool('audit', {}, async ({ log }) => {
    for (let number = 0; number < 40; number++) log.info(`line ${number}`)
    return { content: [{ type: 'text', text: 'done' }] }
  })
  return server
}

const written: string[] = []
const client = await connect(shop, {
  onLog: async ({ message }) => {
    await wait(20) // A database that takes its time.
    written.push(message)
  },
})
await client.callTool({ name: 'audit' })
await client.close()
const inOrder = written.every((message, number) => message === `line ${number}`)
console.log(`${written.length} of 40`, inOrder ? 'in order' : 'out of order')
