import { connect } from '@logboom/sdk/client'
import { type LogRecord, severity } from '@logboom/sdk/record'
import { consoleSink, fileSink } from '@logboom/sdk/sink'

/** An output of your own is a function that takes records: here one that alerts on errors. */
const alertSink = (batch: readonly LogRecord[]): void => {
  for (const record of batch)
    if (severity(record.level) >= severity('error')) console.log(`ALERT ${record.server}: ${record.message}`)
}

const client = await connect(new URL('./server.ts', import.meta.url), {
  server: 'analytics',
  sinks: [consoleSink(), fileSink('logs/{server}-{date}.log'), alertSink],
})
try {
  for (const data of [[4, 8, 15], []]) await client.callTool({ name: 'analyze_data', arguments: { data } })
} finally {
  await client.close()
}
