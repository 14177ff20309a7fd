import { connect } from '@logboom/sdk/client'

const client = await connect(new URL('./server.ts', import.meta.url), {
  onLog: ({ level, logger, message, attributes }) =>
    console.log(level, `[${logger}]`, message, JSON.stringify(attributes)),
})
try {
  await client.callTool({ name: 'process_order', arguments: { order: 'A-17', items: ['tea', 'cup'] } })
} finally {
  await client.close()
}
