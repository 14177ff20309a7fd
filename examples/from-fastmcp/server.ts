import { connect } from '@logboom/sdk/client'
import { withLogging } from '@logboom/sdk/server'
import { McpServer } from '@modelcontextprotocol/server'

class Order {
  number: number
  constructor(number: number) {
    this.number = number
  }
}

const shop = () => {
  const server = withLogging(new McpServer({ name: 'shop', version: '1.0.0' }), { stderr: false })
  server.registerTool('pay', {}, async ({ log }) => {
    log.debug('starting')
    log.warning('card expires soon', { days: 3 })
    log.child({ logger: 'till' }).notice('paid', { order: new Order(17) })
    return { content: [{ type: 'text', text: 'paid' }] }
  })
  return server
}

const client = await connect(shop, {
  onLog: ({ level, logger, message, attributes }) =>
    console.log(level, logger ?? '-', message, JSON.stringify(attributes)),
})
const result = await client.callTool({ name: 'pay' })
console.log(result.isError ? 'failed' : 'ok')
await client.close()
