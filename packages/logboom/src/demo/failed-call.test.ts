import type { LogRecord } from '@logboom/sdk/record'
import { expect, test } from 'vitest'
import { renderFailedCall } from './failed-call.ts'
import type { FailedCall } from './workflow.ts'

const log = (message: string): LogRecord => ({
  id: 'id',
  time: 0,
  observed: 0,
  seq: 0,
  level: 'warning',
  server: 'api-gateway',
  run: 'run',
  source: 'stderr',
  message,
  attributes: { status: 422 },
})

const failed: FailedCall = {
  tool: 'forecast',
  reason: '{"status":422}',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  records: [log('request failed'), log('first line\nsecond line')],
}
const options = { color: false, home: '/work here/.demo', program: 'npx logboom', now: () => 0 }

test('a failed call is told with its reason, each of its logs, and the query that shows it in every server', () => {
  const lines = renderFailedCall(failed, options).split('\n')
  expect(lines[0]).toBe('    forecast failed: {"status":422}')
  expect(lines[1]).toBe('    What was logged for this call:')
  expect(lines[2]).toMatch(/^ {8}\S+ ▲ warning {3}api-gateway \[stderr\] request failed {2}status=422$/)
  expect(lines[3]).toMatch(/^ {8}\S+ ▲ warning {3}api-gateway \[stderr\] first line$/)
  expect(lines[4]).toMatch(/^ {8} +second line {2}status=422$/)
  expect(lines.slice(5)).toEqual([
    '    Its way through every server: npx logboom query --home "/work here/.demo" trace:4bf92f3577b34da6a3ce929d0e0e4736',
  ])
})

test('what came from the tool cannot command the terminal', () => {
  const text = renderFailedCall({ ...failed, reason: '\u001b[2Jgone' }, options)
  expect(text).toContain('gone')
  expect(text).not.toContain('\u001b')
})

test('a call without logs says so', () => {
  expect(renderFailedCall({ ...failed, records: [] }, options)).toContain('Nothing was logged for this call.')
})
