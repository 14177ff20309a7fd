/** `npm start` is `logboom demo`: its records tell the whole story. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { logboom } from '../kit/process.ts'
import { filesUnder, from, namedCall, numberingFaults, readRuns } from '../kit/records.ts'

const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']

test('logboom demo --once runs the story, prints it, and leaves its records in its own home', async () => {
  const cwd = tempDir()
  const userHome = join(tempDir(), 'never')
  const ended = await logboom(['demo', '--once'], {
    cwd,
    env: { LOGBOOM_HOME: userHome, XDG_DATA_HOME: userHome },
    timeoutMs: 55_000,
  })
  expect({ code: ended.code, stderr: ended.code === 0 ? '' : ended.stderr.toString() }).toEqual({
    code: 0,
    stderr: '',
  })
  expect(filesUnder(userHome)).toEqual([])
  const home = join(cwd, '.demo')
  const runs = readRuns(home)
  for (const run of runs) expect(numberingFaults(run)).toEqual([])
  const records = runs.flat()
  expect(new Set(records.map((record) => record.server))).toEqual(
    new Set(['analytics', 'model', 'database', 'api-gateway']),
  )

  const logs = from(records, 'message', 'stderr')
  expect(new Set(logs.map((record) => record.level))).toEqual(new Set(LEVELS))
  expect(logs.some((record) => /\p{Script=Han}/u.test(record.message))).toBe(true)
  expect(logs.some((record) => Object.keys(record.attributes).length > 0)).toBe(true)
  expect(from(records, 'message').length).toBeGreaterThan(0)
  expect(from(records, 'stderr').length).toBeGreaterThan(0)

  const outcomes = from(records, 'call').map(namedCall)
  const statuses = new Set(outcomes.map((call) => call?.status))
  for (const status of ['started', 'ok', 'tool_error', 'lost'] as const) expect(statuses).toContain(status)
  expect(Math.max(...outcomes.map((call) => call?.durationMs ?? 0))).toBeGreaterThan(1_000)
  expect(
    from(records, 'lifecycle').some(
      (record) => record.level === 'error' && /exit|crash/i.test(record.message),
    ),
  ).toBe(true)
  expect(records.some((record) => (record.redacted ?? 0) > 0)).toBe(true)
  const errors = logs.filter((record) => record.level === 'error')
  const repeated = Math.max(
    ...errors.map((one) => errors.filter((other) => other.message === one.message).length),
  )
  expect(Math.max(repeated, errors.length)).toBeGreaterThanOrEqual(5)

  const printed = ended.stdout.toString()
  for (const word of ['analytics', 'model', 'database', 'api-gateway', 'p50', 'p95', 'error rate'])
    expect(printed).toContain(word)
  expect(printed).not.toContain('\u001b')

  // The app and the gateway are clients of the SDK. It gives each request a span of its own below the trace of its cause.
  const begun = records.filter((record) => namedCall(record)?.status === 'started' && record.traceId)
  expect(begun.length).toBeGreaterThanOrEqual(30)
  expect(new Set(begun.map((record) => record.spanId)).size).toBe(begun.length)
  const serversOf = (traceId: string | undefined) =>
    begun.filter((record) => record.traceId === traceId).map((record) => record.server)
  const first = begun.find((record) => namedCall(record)?.tool === 'forecast')
  expect(serversOf(first?.traceId)).toHaveLength(4)
  expect(new Set(serversOf(first?.traceId)).size).toBe(4)

  // And it collects the logs of each call: the gateway tells those of an upstream's that failed, the app those of its own.
  const told = logs.filter((record) => record.message === 'request failed')
  expect(told.map((record) => record.attributes.said)).toEqual([
    ['debug: rates in use', 'error: too few points to predict from'],
    expect.arrayContaining(['critical: replication given up']),
    expect.arrayContaining(['emergency: file is inconsistent, stopping']),
  ])
  const sections = printed.split(/^ {4}\w+ failed: /m).slice(1)
  expect(sections).toHaveLength(3)
  for (const [index, because] of [
    'too few points',
    'replication given up',
    'file is inconsistent',
  ].entries()) {
    const [section = ''] = (sections[index] ?? '').split('\n\n')
    expect(section).toContain('What was logged for this call:')
    expect(section).toMatch(new RegExp(`^ {8}.* request failed .*${because}`, 'm'))
    const traceId = /trace:([0-9a-f]{32})$/m.exec(section)?.[1]
    expect(serversOf(traceId)).toContain('api-gateway')
    expect(serversOf(traceId).length).toBeGreaterThan(1)
  }

  // What is shown can be asked for again.
  const stats = await logboom(['stats', '--home', home, '--json'])
  const counted = JSON.parse(stats.stdout.toString()) as { servers: { records: number }[] }
  expect(counted.servers.reduce((sum, server) => sum + server.records, 0)).toBe(records.length)
})
