/** What is counted, held against a tally of its own, through both libraries. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { makeRecord } from '../testing/records.ts'
import { type Counts, seriesOf, streams, withOtel, withPrometheus } from './testing.ts'

const LIMITS = { maxServers: 3, maxTools: 4 }

/** Longest name there may be: 100 and the sign of the cut. */
const short = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text).toWellFormed()

const isLog = ({ source }: LogRecord): boolean => !['notification', 'call', 'lifecycle'].includes(source)

const isOutcome = ({ source, call }: LogRecord): boolean =>
  source === 'call' && call !== undefined && 'status' in call && call.status !== 'started'

const outcomeOf = (server: string, tool: string): LogRecord =>
  makeRecord(0, {
    source: 'call',
    server,
    call: {
      id: 'c',
      method: 'tools/call',
      tool,
      requestId: 1,
      from: 'client',
      attribution: 'exact',
      status: 'ok',
      durationMs: 1,
    },
  })

/** The expected counts, from the whole stream at once. */
const tallyOf = (records: readonly LogRecord[]): Counts => {
  const counts: Counts = new Map()
  const add = (name: string, labels: object, value: number): void => {
    const series = seriesOf(name, { ...labels })
    counts.set(series, (counts.get(series) ?? 0) + value)
  }
  const serverName = ({ server }: LogRecord): string => short(server).split(',tool:').join(';tool:')
  const told = records.filter((record) => isLog(record) || isOutcome(record))
  const servers = [...new Set(told.map(serverName))].slice(0, LIMITS.maxServers)
  const serverOf = (record: LogRecord): string =>
    servers.includes(serverName(record)) ? serverName(record) : 'other'
  const outcomes = records.filter(isOutcome).map((record) => {
    const call = record.call as { tool?: string; status: string; durationMs?: number }
    return { ...call, server: serverOf(record), tool: call.tool === undefined ? undefined : short(call.tool) }
  })
  const pairs = outcomes
    .filter(({ tool }) => tool !== undefined)
    .map(({ server, tool }) => `${server}\0${tool}`)
  const known = [...new Set(pairs)].slice(0, LIMITS.maxTools)
  for (const record of records.filter(isLog))
    add('mcp_log_messages_total', { level: record.level, server: serverOf(record) }, 1)
  for (const { server, tool = '', status, durationMs } of outcomes) {
    const label = tool === '' || known.includes(`${server}\0${tool}`) ? tool : 'other'
    add('mcp_calls_total', { server, tool: label, outcome: status }, 1)
    if (durationMs === undefined) continue
    add('mcp_call_duration_seconds_count', { server, tool: label }, 1)
    add('mcp_call_duration_seconds_sum', { server, tool: label }, durationMs / 1000)
  }
  const redacted = records.reduce((total, record) => total + (record.redacted ?? 0), 0)
  if (redacted > 0) add('mcp_log_redactions_total', {}, redacted)
  return counts
}

const rounded = (counts: Counts): [string, number][] =>
  [...counts]
    .filter(([, value]) => value !== 0)
    .map(([series, value]): [string, number] => [series, Math.round(value * 1e6)])
    .sort(([a], [b]) => (a < b ? -1 : 1))

describe.each([
  ['prom-client', withPrometheus],
  ['OpenTelemetry', withOtel],
])('%s', (_, start) => {
  it('has the counts of any stream, however servers and tools are called', async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (records) => {
        const { meter, read } = await start(LIMITS)
        for (const record of records) meter.record(record)
        expect(rounded(await read())).toEqual(rounded(tallyOf(records)))
      }),
      { numRuns: 150 },
    )
  })

  it('has a bounded number of series, of bounded length', async () => {
    const { meter, read } = await start({ maxServers: 5, maxTools: 7 })
    for (let n = 0; n < 3000; n++) {
      const server = `${n} ${'s'.repeat(5000)}`
      meter.record(makeRecord(n, { server }))
      meter.record(outcomeOf(n % 2 === 0 ? 'a' : server, `${n} ${'t'.repeat(5000)}`))
      meter.dropped(`reason ${n}`, 1)
      meter.reduced(`reason ${n}`, 1)
    }
    const series = [...(await read()).keys()]
    const of = (name: string): number => series.filter((text) => text.startsWith(`${name}[`)).length
    // Five servers, one of which has only calls, and the others together.
    expect(of('mcp_log_messages_total')).toBe(5)
    // Seven pairs, and what is left over of each server.
    expect(of('mcp_calls_total')).toBeGreaterThan(7)
    expect(of('mcp_calls_total')).toBeLessThanOrEqual(7 + 6)
    expect(of('mcp_log_dropped_total')).toBe(51)
    // Fifty reasons, three of them those of drops.
    expect(of('mcp_log_reduced_total')).toBe(50 - 3 + 1)
    expect(Math.max(...series.map(({ length }) => length))).toBeLessThan(400)
  })

  it('bounds the tools of all servers together, each by its server', async () => {
    const { meter, read } = await start({ maxTools: 2 })
    for (const [server = '', tool = ''] of ['a x', 'b x', 'a y', 'b x'].map((pair) => pair.split(' ')))
      meter.record(outcomeOf(server, tool))
    const calls = rounded(await read()).filter(([series]) => series.startsWith('mcp_calls_total'))
    expect(Object.fromEntries(calls)).toEqual({
      [seriesOf('mcp_calls_total', { server: 'a', tool: 'x', outcome: 'ok' })]: 1e6,
      [seriesOf('mcp_calls_total', { server: 'b', tool: 'x', outcome: 'ok' })]: 2e6,
      [seriesOf('mcp_calls_total', { server: 'a', tool: 'other', outcome: 'ok' })]: 1e6,
    })
  })

  it('times log records by level, in seconds, and no others', async () => {
    const { meter, read } = await start()
    meter.taken(makeRecord(0, { level: 'error' }), 1500)
    meter.taken(makeRecord(1, { level: 'error', source: 'stderr' }), 500)
    meter.taken(makeRecord(2, { level: 'debug', source: 'app' }), 10)
    for (const source of ['call', 'lifecycle', 'notification'] as const)
      meter.taken(makeRecord(3, { source }), 10)
    const name = 'mcp_log_processing_seconds'
    expect(Object.fromEntries(rounded(await read()))).toEqual({
      [seriesOf(`${name}_count`, { level: 'error' })]: 2e6,
      [seriesOf(`${name}_sum`, { level: 'error' })]: 2e6,
      [seriesOf(`${name}_count`, { level: 'debug' })]: 1e6,
      [seriesOf(`${name}_sum`, { level: 'debug' })]: 1e4,
    })
  })

  it('begins the counters of drops before there are any, so that the first is an increase', async () => {
    const { read } = await start()
    expect([...(await read())].filter(([series]) => series.startsWith('mcp_log_dropped_total'))).toEqual(
      ['overflow', 'failed', 'closed'].map((reason) => [seriesOf('mcp_log_dropped_total', { reason }), 0]),
    )
  })

  it('adds up what queues drop and transforms leave out, by reason', async () => {
    const { meter, read } = await start()
    meter.dropped('overflow', 3)
    meter.dropped('overflow', 4)
    meter.dropped('closed', 1)
    meter.reduced('thinned', 9)
    expect(Object.fromEntries(rounded(await read()))).toEqual({
      [seriesOf('mcp_log_dropped_total', { reason: 'overflow' })]: 7e6,
      [seriesOf('mcp_log_dropped_total', { reason: 'closed' })]: 1e6,
      [seriesOf('mcp_log_reduced_total', { reason: 'thinned' })]: 9e6,
    })
  })
})
