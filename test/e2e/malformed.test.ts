/** Log notifications that break the rules, which official clients drop: each is one record all the same. */
import { expect, test } from 'vitest'
import { places, scriptFile } from '../kit/home.ts'
import { run, tapCommand } from '../kit/process.ts'
import { from, numberingFaults, onlyRun } from '../kit/records.ts'
import { raw } from '../kit/servers.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

const message = (params: unknown, rest: object = { jsonrpc: '2.0' }): object => ({
  ...rest,
  method: 'notifications/message',
  ...(params === undefined ? {} : { params }),
})

interface Case {
  name: string
  sent: object
  /** What the one record must have. */
  kept: Record<string, unknown>
}

const cases: Case[] = [
  {
    name: 'level warn',
    sent: message({ level: 'warn', data: 'disk nearly full' }),
    kept: { level: 'warning', message: 'disk nearly full' },
  },
  {
    name: 'level INFO',
    sent: message({ level: 'INFO', data: 'started' }),
    kept: { level: 'info', message: 'started' },
  },
  {
    name: 'an unknown level',
    sent: message({ level: 'loud', data: 'hey' }),
    kept: { level: 'info', message: 'hey', attributes: { level: 'loud' } },
  },
  {
    name: 'a level that is a number',
    sent: message({ level: 40, data: 'slow' }),
    kept: { message: 'slow' },
  },
  { name: 'no level', sent: message({ data: 'quiet' }), kept: { level: 'info', message: 'quiet' } },
  {
    name: 'missing data',
    sent: message({ level: 'error', logger: 'db' }),
    kept: { level: 'error', logger: 'db' },
  },
  { name: 'data null', sent: message({ level: 'error', data: null }), kept: { level: 'error' } },
  {
    name: 'a logger that is no string',
    sent: message({ level: 'alert', logger: { name: 'db' }, data: 'lost' }),
    kept: { level: 'alert', message: 'lost' },
  },
  {
    name: 'no jsonrpc',
    sent: message({ level: 'notice', data: 'old style' }, {}),
    kept: { level: 'notice', message: 'old style' },
  },
  {
    name: 'extra fields',
    sent: message({ level: 'info', data: 'stamped', timestamp: '2026-11-22T10:00:00Z', requestId: 'r-1' }),
    kept: { level: 'info', message: 'stamped' },
  },
  {
    name: '_meta with traceparent',
    sent: message({ level: 'warning', data: 'traced', _meta: { traceparent: `00-${TRACE}-${SPAN}-01` } }),
    kept: { level: 'warning', message: 'traced', traceId: TRACE, spanId: SPAN },
  },
  {
    name: 'a broken traceparent',
    sent: message({ level: 'warning', data: 'badly traced', _meta: { traceparent: 'nonsense' } }),
    kept: { level: 'warning', message: 'badly traced' },
  },
  {
    name: 'params that are no object',
    sent: message(['debug', 'positional']),
    kept: { level: 'info' },
  },
  { name: 'no params', sent: message(undefined), kept: { level: 'info' } },
]

test('every malformed log notification is kept as one record with the right level', async () => {
  const { root, home } = places()
  const steps = cases.map(({ sent }) => ({ emit: 'stdout', text: `${JSON.stringify(sent)}\n` }))
  const ended = await run(tapCommand(home, 'foreign', raw(scriptFile(root, steps))))
  expect(ended.stdout.toString()).toBe(cases.map(({ sent }) => `${JSON.stringify(sent)}\n`).join(''))
  const records = onlyRun(home)
  expect(numberingFaults(records)).toEqual([])
  const kept = from(records, 'message')
  expect(kept).toHaveLength(cases.length)
  expect(from(records, 'stdout', 'notification')).toEqual([])
  cases.forEach((one, index) => {
    expect({ name: one.name, ...kept[index] }).toMatchObject({ name: one.name, ...one.kept })
  })
  const extra = kept[cases.findIndex(({ name }) => name === 'extra fields')]
  expect(JSON.stringify(extra?.attributes)).toContain('2026-11-22T10:00:00Z')
  const logger = kept[cases.findIndex(({ name }) => name.startsWith('a logger'))]
  expect(JSON.stringify(logger?.attributes)).toContain('db')
})
