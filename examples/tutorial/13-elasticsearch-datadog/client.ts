import { connect } from '@logboom/sdk/client'
import { datadogSink, elasticsearchSink, through } from '@logboom/sdk/sink'
import { filter } from '@logboom/sdk/transform'
import { startReceivers } from './receivers.ts'

const receivers = await startReceivers()
const lines = filter('source:message')
const client = await connect(new URL('./server.ts', import.meta.url), {
  server: 'audit',
  sinks: [
    through([lines], elasticsearchSink({ url: receivers.url, index: 'mcp-logs-{date}', apiKey: 'secret' })),
    through([lines], datadogSink({ url: `${receivers.url}/api/v2/logs`, apiKey: 'secret' })),
  ],
})
try {
  await client.callTool({ name: 'audit' })
} finally {
  await client.close()
}
console.log(`Elasticsearch has ${receivers.elasticsearch.size} of 40, though it was busy at first`)
console.log(`Datadog has ${receivers.datadog.length} of 40`)
receivers.stop()
