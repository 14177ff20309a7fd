import type { CallStatus, LogRecord } from '@logboom/sdk/record'
import { LEVELS } from '@logboom/sdk/record'
import { describe, expect, test } from 'vitest'
import { type Evidence, unmet } from './expectations.ts'

const SERVERS = ['one', 'two']

const record = (fields: Partial<LogRecord>): LogRecord => ({
  id: 'id',
  time: 0,
  observed: 0,
  seq: 0,
  level: 'info',
  server: 'one',
  run: 'run',
  source: 'message',
  message: '',
  attributes: {},
  ...fields,
})

const call = (server: string, status: CallStatus, durationMs = 1): LogRecord =>
  record({
    server,
    source: 'call',
    call: {
      id: 'c',
      method: 'tools/call',
      requestId: 1,
      from: 'client',
      attribution: 'exact',
      status,
      durationMs,
    },
  })

const whole: Record<string, LogRecord[]> = {
  'no call was answered by two': [call('two', 'ok')],
  'no record at debug, info, notice, warning, error, critical, alert, emergency': LEVELS.map((level) =>
    record({ level }),
  ),
  'no tool error': [call('one', 'tool_error')],
  'no call lost in a crash': [call('one', 'lost')],
  'no slow call': [call('one', 'cancelled', 900)],
  'no progress notification': [record({ source: 'notification' })],
  'no record in Chinese': [record({ message: '分析完成' })],
  'no stack trace as one record': [record({ source: 'stderr', message: 'Error: x\n    at f (a.js:1:1)' })],
  'only 0 errors of the noisy loop': Array.from({ length: 20 }, () =>
    record({ server: 'database', level: 'error' }),
  ),
  'nothing was masked': [record({ redacted: 1 })],
}

const evidence = (records: LogRecord[], journals: Buffer[] = []): Evidence => ({
  records,
  servers: SERVERS,
  journals,
  secret: 'sk-canary',
})

const base = [
  call('one', 'ok'),
  record({
    call: { id: 'c', method: 'tools/call', requestId: 1, from: 'client', attribution: 'exact' },
  }),
]

describe('what the demo expects of itself', () => {
  test('is met when everything is there', () => {
    expect(unmet(evidence([...base, ...Object.values(whole).flat()]))).toEqual([])
  })

  test.each(Object.keys(whole).filter((missing) => !missing.startsWith('no record at')))(
    'says "%s" when only that is missing',
    (missing) => {
      const rest = Object.entries(whole).filter(([name]) => name !== missing)
      expect(unmet(evidence([...base, ...rest.flatMap(([, records]) => records)]))).toEqual([missing])
    },
  )

  test('names the levels that did not appear', () => {
    expect(unmet(evidence([record({})]))).toContain(
      'no record at debug, notice, warning, error, critical, alert, emergency',
    )
  })

  test('finds the secret in the bytes of a journal', () => {
    const journals = [Buffer.from('{"message":"key sk-canary"}')]
    expect(unmet(evidence([...base, ...Object.values(whole).flat()], journals))).toEqual([
      'the fake API key is in the journals',
    ])
  })
})
