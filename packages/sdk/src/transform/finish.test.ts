import { expect, test, vi } from 'vitest'
import { dropLastToken, type LogRecord } from '../record/index.ts'
import { createFinisher } from './finish.ts'
import { SAMPLES } from './redact/samples.ts'

// Every place of every sample takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const record = (fields: Partial<LogRecord>): LogRecord => ({
  id: '01934f5e-7c1a-7b2e-9d3f-1a2b3c4d5e6f',
  time: 1,
  observed: 1,
  seq: 0,
  level: 'info',
  server: 'analytics',
  run: 'run-1',
  source: 'stderr',
  message: '',
  attributes: {},
  ...fields,
})

const leaks = (text: string, secret: string): boolean => {
  for (let i = 0; i + 8 <= secret.length; i++) if (text.includes(secret.slice(i, i + 8))) return true
  return false
}

test('a message made from fields is made from what redaction left', () => {
  const result = createFinisher()(record({ attributes: { step: 1, password: 'hunter2' } }))
  expect(result.message).toBe('step=1 password=[redacted:password]')
})

const steps = (length: number): number => (length > 300 ? 17 : length > 120 ? 3 : 1)

test.each(SAMPLES.map((sample) => [sample.rule, sample] as const))(
  '%s: nothing of it is left at any place around the cut of a line',
  (_, { text, secret }) => {
    const finish = createFinisher()
    const line = `some words before ${text} and after`
    const json = `{"n":1,"m":${JSON.stringify(line)}}`
    for (const whole of [line, json, JSON.stringify(json)]) {
      for (let cut = whole.length; cut > 10; cut -= steps(whole.length)) {
        const result = finish(record({ message: dropLastToken(whole.slice(0, cut)) }))
        expect(leaks(result.message, secret), `cut at ${cut}: ${whole.slice(0, cut)}`).toBe(false)
      }
    }
  },
)

test.each(SAMPLES.map((sample) => [sample.rule, sample] as const))(
  '%s: nothing of it is left at any place around the cut of a record',
  (_, { text, secret }) => {
    const bounds = { message: 400, payload: 400, attributes: 400, name: 1024 }
    const finish = createFinisher({ bounds })
    for (let pad = 0; pad < 430; pad += text.length > 300 ? 17 : 4) {
      const around = `${'word '.repeat(80).slice(0, pad)} ${text}\n${'word '.repeat(100)}`
      const result = finish(
        record({
          message: around,
          attributes: { result: { text: around }, note: around, arguments: [around] },
        }),
      )
      expect(leaks(JSON.stringify(result), secret), `after ${pad}`).toBe(false)
      expect(result.truncated).toBeGreaterThan(0)
    }
  },
)
