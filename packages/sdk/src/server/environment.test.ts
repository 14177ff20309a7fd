import { expect, test } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { coreFor } from './default-core.ts'
import { readEnvironment } from './environment.ts'

test.each([
  [{}, 'debug', 'debug'],
  [{ NODE_ENV: 'production' }, 'info', 'warning'],
  [{ NODE_ENV: 'production', ENVIRONMENT: 'staging' }, 'debug', 'debug'],
  [{ NODE_ENV: 'test', ENVIRONMENT: 'Production' }, 'info', 'warning'],
  [{ NODE_ENV: 'production', LOG_LEVEL: 'DEBUG' }, 'debug', 'warning'],
  [{ LOG_LEVEL: 'warn' }, 'warning', 'debug'],
  [{ LOG_LEVEL: ' ' }, 'debug', 'debug'],
])('%j: level %s, own diagnostics %s', (env, level, diagnostics) => {
  expect(readEnvironment(env)).toMatchObject({ level, diagnostics })
})

test('an invalid LOG_LEVEL is said once, and the rest of the environment decides', async () => {
  const records: LogRecord[] = []
  const sinks = [(batch: readonly LogRecord[]) => void records.push(...batch)]
  const env = { LOG_LEVEL: 'loud', NODE_ENV: 'production' }
  const identity = { name: 'x', isConnected: () => false }
  const cores = [1, 2].map(() => coreFor(identity, { env, sinks, stderr: false }))
  for (const core of cores) core.log.debug('hidden')
  await cores[0]?.flush()
  expect(records.map(({ level, logger, attributes }) => ({ level, logger, attributes }))).toEqual([
    { level: 'warning', logger: 'logboom', attributes: { LOG_LEVEL: 'loud' } },
  ])
})

test('a journal is kept where a home is named, unless a tap keeps it', () => {
  expect(readEnvironment({ LOGBOOM_HOME: '/h' }).home).toBe('/h')
  expect(readEnvironment({ LOGBOOM_HOME: '/h', LOGBOOM_TAPPED: '1' })).not.toHaveProperty('home')
})

test('OTLP by its standard variables', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' }
  expect(readEnvironment({}).otlp).toBe(false)
  expect(readEnvironment(endpoint).otlp).toBe(true)
  expect(readEnvironment({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://127.0.0.1/l' }).otlp).toBe(true)
  expect(readEnvironment({ ...endpoint, OTEL_SDK_DISABLED: 'true' }).otlp).toBe(false)
  expect(readEnvironment({ ...endpoint, OTEL_LOGS_EXPORTER: 'none' }).otlp).toBe(false)
})
