/** The pages of the SDK have every option there is, and no other: held against the types in the sources. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { METRICS } from '../../packages/sdk/src/metrics/definitions.ts'
import { repositoryPath } from './markdown.ts'

const read = (file: string): string => readFileSync(repositoryPath(file), 'utf8')
const source = (file: string): string => read(`packages/sdk/src/${file}`)

/** What stands below the heading that begins so. */
const section = (page: string, heading: string): string =>
  read(`docs/${page}.md`).split(`\n## ${heading}`)[1]?.split('\n## ')[0] ?? ''

/** What the first cells of its table name. */
const listed = (page: string, heading: string): string[] =>
  [...section(page, heading).matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name)

/** The fields of an interface. */
const fieldsOf = (file: string, name: string): string[] => {
  const body =
    new RegExp(`export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source(file))?.[1] ?? ''
  return [...body.matchAll(/^ {2}(\w+)\??: /gm)].map(([, field = '']) => field)
}

/** The members of a union of texts. */
const membersOf = (file: string, name: string): string[] => {
  const body = source(file).split(`export type ${name} =\n`)[1]?.split('\n\n')[0] ?? ''
  return [...body.matchAll(/^ {2}\| '(\w+)'/gm)].map(([, member = '']) => member)
}

test.each([
  ['alerts', 'Options', ['sink/alert/options.ts AlertOptions']],
  [
    'client',
    'Options',
    [
      'client/connect/types.ts ConnectionSettings',
      'client/connect/types.ts ConnectOptions',
      'client/connect/connect-all.ts ConnectAllOptions',
    ],
  ],
  ['server', 'Options', ['server/types.ts LoggingOptions']],
  ['server', 'Lines about calls', ['server/types.ts CallsOptions']],
  ['sinks', '`consoleSink', ['sink/console/console.ts ConsoleSinkOptions']],
  ['sinks', '`stderrSink', ['sink/console/stderr.ts StderrSinkOptions']],
  ['sinks', '`fileSink', ['sink/file/options.ts FileSinkOptions']],
  ['sinks', '`otlpSink', ['sink/otlp/options.ts OtlpSinkOptions']],
  ['sinks', 'Sinks over HTTP', ['sink/http/options.ts HttpSinkOptions']],
  ['sinks', '`webhookSink', ['sink/webhook/options.ts WebhookSinkOptions']],
  ['sinks', '`slackSink', ['sink/slack/options.ts SlackSinkOptions']],
  ['sinks', '`elasticsearchSink', ['sink/elasticsearch/options.ts ElasticsearchSinkOptions']],
  ['sinks', '`datadogSink', ['sink/datadog/options.ts DatadogSinkOptions']],
  ['sinks', '`lokiSink', ['sink/loki/options.ts LokiSinkOptions']],
  ['sinks', '`splunkSink', ['sink/splunk/options.ts SplunkSinkOptions']],
  ['sinks', '`journalSink', ['sink/journal.ts JournalSinkOptions']],
  [
    'metrics',
    '`prometheusMetrics',
    ['metrics/prometheus.ts PrometheusOptions', 'metrics/labels.ts LabelLimits'],
  ],
  ['metrics', '`otelMetrics', ['metrics/otel.ts OtelOptions', 'metrics/labels.ts LabelLimits']],
  ['sinks', '`emailSink', ['sink/email/options.ts EmailSinkOptions']],
  ['sinks', '`syslogSink', ['sink/syslog/options.ts SyslogSinkOptions']],
  ['sinks', '`workerSink', ['sink/worker/options.ts WorkerSinkOptions']],
  ['sinks', 'The queue', ['sink/types.ts DeliverySettings']],
  ['transforms', '`filter', ['transform/filter.ts FilterOptions']],
  ['transforms', '`sample', ['transform/sample/options.ts SampleOptions']],
  ['transforms', 'Bursts', ['transform/sample/options.ts AdaptiveOptions']],
  ['transforms', '`dedupe', ['transform/dedupe.ts DedupeOptions']],
  ['transforms', '`throttle', ['transform/throttle.ts ThrottleOptions']],
  ['transforms', '`enrich', ['transform/enrich.ts EnrichOptions']],
  ['transforms', '`route', ['sink/route/options.ts RouteOptions']],
])('docs/%s.md lists every option under “%s”', (page, heading, types) => {
  const fields = types.map((type) => {
    const [file = '', name = ''] = type.split(' ')
    return fieldsOf(file, name)
  })
  for (const of of fields) expect(of).not.toEqual([])
  expect(listed(page, heading).sort()).toEqual(fields.flat().sort())
})

test('docs/client.md names every option of handlers', () => {
  const fields = fieldsOf('client/handlers.ts', 'HandlerOptions')
  expect(fields.length).toBeGreaterThan(5)
  expect(fields.filter((field) => !section('client', 'Handlers').includes(`\`${field}`))).toEqual([])
})

test('docs/server.md lists every reason why a record does not reach a client', () => {
  const reasons = membersOf('server/types.ts', 'UndeliveredReason')
  expect(reasons.length).toBeGreaterThan(3)
  expect(listed('server', 'Ways out')).toEqual(reasons)
})

test('docs/metrics.md lists every metric with its type and labels', () => {
  const rows = [...section('metrics', 'What is counted').matchAll(/^\| `(\w+)` \| (\w+) \| ([^|]+) \|/gm)]
  const found = rows.map(([, name, kind, labels = '']) => [name, kind, labels.match(/\w+/g) ?? []])
  expect(found).toEqual(Object.entries(METRICS).map(([name, { kind, labels }]) => [name, kind, labels]))
})
