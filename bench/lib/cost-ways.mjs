// The ways out and the transforms whose cost is measured, and the loggers beside them. A way is opened with a directory of its own and the
// receiver's ports; it takes one record at a time and, at its end, has handed everything to the operating system or the receiver.
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import {
  alert,
  consoleSink,
  createDelivery,
  datadogSink,
  elasticsearchSink,
  emailSink,
  fileSink,
  journalSink,
  lokiSink,
  memorySink,
  otlpSink,
  route,
  slackSink,
  splunkSink,
  syslogSink,
  webhookSink,
  workerSink,
} from '@logboom/sdk/sink'
import { createPipeline, dedupe, enrich, filter, sample, throttle } from '@logboom/sdk/transform'

/** A sink behind its queue, as an app has it. */
const through = (make) => async (place) => {
  const delivery = createDelivery(await make(place), { maxRecords: 1e9, maxBytes: 1e12 })
  return {
    take: (record) => delivery.push(record),
    async end() {
      await delivery.close(60_000)
      const { dropped } = delivery.stats()
      if (Object.keys(dropped).length > 0) throw new Error(`dropped: ${JSON.stringify(dropped)}`)
    },
  }
}

/** Transforms alone: no queue, no sink. */
const transforms = (make) => async () => {
  const pipeline = createPipeline(await make())
  return { take: (record) => pipeline.take(record), end: async () => void pipeline.due(true) }
}

const FIELDS = ({ server, source, call, attributes }) => ({ server, source, call, attributes })
const PINO = { notice: 'info', warning: 'warn', critical: 'fatal', alert: 'fatal', emergency: 'fatal' }
const WINSTON = { notice: 'info', warning: 'warn', critical: 'error', alert: 'error', emergency: 'error' }
const LOGTAPE = { notice: 'info', critical: 'fatal', alert: 'fatal', emergency: 'fatal' }

const withPino = (open) => async (place) => {
  const { default: pino } = await import('pino')
  const stream = open(pino, place)
  const logger = pino({ level: 'debug' }, stream)
  return {
    take: (record) => logger[PINO[record.level] ?? record.level](FIELDS(record), record.message),
    end: () =>
      new Promise((resolve, reject) => {
        stream.once('close', resolve)
        stream.once('error', reject)
        stream.end()
      }),
  }
}

const withWinston = async ({ dir }) => {
  const { default: winston } = await import('winston')
  const { combine, timestamp, json } = winston.format
  const file = new winston.transports.File({ filename: join(dir, 'winston.log') })
  const logger = winston.createLogger({
    level: 'debug',
    format: combine(timestamp(), json()),
    transports: [file],
  })
  return {
    take: (record) =>
      logger.log({
        ...FIELDS(record),
        level: WINSTON[record.level] ?? record.level,
        message: record.message,
      }),
    end: async () => {
      const finished = new Promise((resolve) => file.once('finish', resolve))
      logger.end()
      await finished
    },
  }
}

const withLogtape = async ({ dir }) => {
  const { configure, dispose, getLogger, jsonLinesFormatter } = await import('@logtape/logtape')
  const { getFileSink } = await import('@logtape/file')
  await configure({
    sinks: { file: getFileSink(join(dir, 'logtape.log'), { formatter: jsonLinesFormatter }) },
    loggers: [
      { category: 'app', sinks: ['file'], lowestLevel: 'debug' },
      { category: ['logtape', 'meta'], sinks: ['file'], lowestLevel: 'error' },
    ],
  })
  const logger = getLogger('app')
  return {
    take: (record) =>
      logger[LOGTAPE[record.level] ?? record.level](record.message.replaceAll('{', '{{'), FIELDS(record)),
    end: dispose,
  }
}

/** A handler for worker threads. */
const FORGETTING = new URL('cost-handler.mjs', import.meta.url)

/** By job: what is compared stands in one. The first of a job is ours. */
export const WAYS = {
  'the queue alone': {
    'a sink that forgets': through(() => () => {}),
    'route to one of two such sinks': through(() =>
      route(
        { 'level:>=error': [() => {}], otherwise: [() => {}] },
        { delivery: { maxRecords: 1e9, maxBytes: 1e12 } },
      ),
    ),
  },
  'a file, one JSON line a record': {
    fileSink: through(({ dir }) => fileSink(join(dir, 'ours.log'), { maxBytes: 1e12 })),
    pino: withPino((pino, { dir }) =>
      pino.destination({ dest: join(dir, 'pino.log'), sync: false, minLength: 4096 }),
    ),
    'pino, in a worker thread': withPino((pino, { dir }) =>
      pino.transport({ target: 'pino/file', options: { destination: join(dir, 'pino-transport.log') } }),
    ),
    winston: withWinston,
    LogTape: withLogtape,
  },
  'a text for people': {
    consoleSink: through(() => consoleSink({ stream: createWriteStream('/dev/null'), color: false })),
  },
  memory: { memorySink: through(() => memorySink()) },
  'a journal': { journalSink: through(({ dir }) => journalSink({ home: join(dir, 'home') })) },
  'OpenTelemetry over HTTP': {
    otlpSink: through(({ http }) =>
      otlpSink({ url: `http://127.0.0.1:${http}/v1/logs`, gzip: false, env: {} }),
    ),
    'otlpSink, gzip': through(({ http }) => otlpSink({ url: `http://127.0.0.1:${http}/v1/logs`, env: {} })),
  },
  'other receivers over HTTP, gzip': {
    elasticsearchSink: through(({ http }) => elasticsearchSink({ url: `http://127.0.0.1:${http}` })),
    datadogSink: through(({ http }) =>
      datadogSink({ url: `http://127.0.0.1:${http}/api/v2/logs`, apiKey: 'none' }),
    ),
    lokiSink: through(({ http }) => lokiSink({ url: `http://127.0.0.1:${http}` })),
    splunkSink: through(({ http }) => splunkSink({ url: `http://127.0.0.1:${http}`, token: 'none' })),
    webhookSink: through(({ http }) => webhookSink({ url: `http://127.0.0.1:${http}/hook`, gzip: true })),
  },
  'syslog over TCP': {
    syslogSink: through(({ tcp }) => syslogSink({ host: '127.0.0.1', port: tcp, protocol: 'tcp' })),
  },
  'messages for people': {
    slackSink: through(({ http }) => slackSink({ url: `http://127.0.0.1:${http}/services/a`, gapMs: 1 })),
    emailSink: through(({ smtp }) =>
      emailSink({
        to: 'a@example.com',
        from: 'b@example.com',
        smtp: `smtp://127.0.0.1:${smtp}`,
        minIntervalMs: 0,
      }),
    ),
  },
  'worker threads': {
    'workerSink, 1 thread': through(() => workerSink(FORGETTING, { threads: 1 })),
    'workerSink, 4 threads': through(() => workerSink(FORGETTING)),
  },
  alerts: {
    'alert, nothing matches': through(() => alert({ when: 'level:emergency', to: [() => {}] })),
    'alert, errors of each server': through(() => alert({ when: 'level:>=error', to: [() => {}] })),
  },
  metrics: {
    'the queue, metered by prom-client': async () => {
      const { prometheusMetrics } = await import('@logboom/sdk/metrics')
      const meter = await prometheusMetrics()
      const delivery = createDelivery(() => {}, { maxRecords: 1e9, maxBytes: 1e12, meter })
      return {
        take: (record) => {
          meter.record(record)
          delivery.push(record)
        },
        end: () => delivery.close(60_000),
      }
    },
  },
  transforms: {
    'a function that returns its record': transforms(() => [(record) => record]),
    "filter('level:>=info')": transforms(() => [filter('level:>=info')]),
    'sample({ keep: 0.1 })': transforms(() => [sample({ keep: 0.1 })]),
    'sample({ adaptive: {} })': transforms(() => [sample({ adaptive: {} })]),
    'dedupe()': transforms(() => [dedupe()]),
    "dedupe({ by: 'pattern' })": transforms(() => [dedupe({ by: 'pattern' })]),
    'throttle({ perSecond: 1000 })': transforms(() => [throttle({ perSecond: 1000 })]),
    "enrich({ team: 'a' })": transforms(() => [enrich({ team: 'a' })]),
  },
}
