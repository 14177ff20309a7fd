/** Every program of the tutorial is run, and the pages show exactly these programs. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { describe, expect, test } from 'vitest'
import { expectShown, runExample } from '../kit/examples.ts'

const runProgram = (name: string, program = 'client.ts') => runExample(`tutorial/${name}`, program)

describe('the tutorial’s programs', { timeout: 120_000 }, () => {
  test('01 server logging: what each call logged, in order', async () => {
    expect((await runProgram('01-server-logging')).lines).toEqual([
      'debug: starting the analysis',
      'info: analysing 3 values',
      'debug: starting the analysis',
      'info: analysing 2 values',
      'warning: fewer than three values: the mean says little',
      'debug: starting the analysis',
      'info: analysing 0 values',
      'error: nothing to analyse',
    ])
  })

  test('02 structured fields: bindings, fields, and the masked key', async () => {
    expect((await runProgram('02-structured-fields')).lines).toEqual([
      'info [orders] order received {"order":"A-17","items":2}',
      'debug [orders] item packed {"order":"A-17","item":"tea","progress":"1/2"}',
      'debug [orders] item packed {"order":"A-17","item":"cup","progress":"2/2"}',
      'info [orders] payment taken {"order":"A-17","amount":19,"api_key":"[redacted:api-key]"}',
    ])
  })

  test('03 several outputs: a file of all records, and an alert on each error', async () => {
    const { lines, folder } = await runProgram('03-several-outputs')
    expect(lines).toEqual([
      'ALERT analytics: nothing to analyse',
      'ALERT analytics: tools/call analyze_data failed: no data',
    ])
    const [file = ''] = readdirSync(join(folder, 'logs'))
    expect(file).toMatch(/^analytics-\d{4}-\d{2}-\d{2}\.log$/)
    const text = readFileSync(join(folder, 'logs', file), 'utf8').trimEnd()
    const records = text.split('\n').map((line) => JSON.parse(line) as LogRecord)
    const said = records.filter(({ source }) => source === 'message' || source === 'stderr')
    expect(said.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'debug starting the analysis',
      'info analysing 3 values',
      'debug starting the analysis',
      'info analysing 0 values',
      'error nothing to analyse',
    ])
    for (const { call } of said) expect(call).toMatchObject({ tool: 'analyze_data', attribution: 'exact' })
  })

  test('04 several servers: an object, a configuration, some by name', async () => {
    const analytics = ['[analytics] debug: starting the analysis', '[analytics] info: analysing 3 values']
    const weather = '[weather] info: forecast made'
    expect((await runProgram('04-several-servers')).lines).toEqual([
      ...['object: analytics, weather', ...analytics, weather],
      ...['mcp.json: analytics, weather', ...analytics, weather],
      ...['subset: weather', weather],
    ])
  })

  test('05 levels: each level and what is above it', async () => {
    const levels = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency']
    expect((await runProgram('05-levels')).lines).toEqual(
      levels.map((level, index) => `${level} and above: ${levels.slice(index).join(' ')}`),
    )
  })

  test('06 workflow: three of four servers, structured results, the logs of the failing call', async () => {
    const { lines } = await runProgram('06-workflow', 'workflow.ts')
    expect(lines).toEqual([
      '[analytics] info: analysis started',
      '[analytics] info: analysis done',
      '[model] debug: features',
      '[model] info: prediction done',
      '[database] debug: transaction opened',
      '[database] info: row stored',
      'stored forecast 17 as row 1',
      '[analytics] info: analysis started',
      '[analytics] warning: outliers kept',
      '[analytics] info: analysis done',
      '[model] debug: features',
      '[model] warning: low confidence',
      '[model] info: prediction done',
      '[database] debug: transaction opened',
      '[database] error: constraint violated',
      'database store failed. What this call logged:',
      '  debug: transaction opened {"rows":1}',
      expect.stringMatching(/^ {2}error: constraint violated \{"column":"next","value":-/),
      'workflow stopped: store failed',
    ])
  })

  test('07 environments: production is info and above', async () => {
    expect((await runProgram('07-environments')).lines).toEqual([
      'development: debug info warning',
      'production: info warning',
    ])
  })

  test('08 level management: all servers, then one by name, while they run', async () => {
    expect((await runProgram('08-level-management')).lines).toEqual([
      'at first: orders info, orders error, stock info, stock error',
      'errors: orders error, stock error',
      'stock in detail: orders error, stock debug, stock info, stock error',
    ])
  })

  test('09 sampling: calls whole or not at all, and every error', async () => {
    expect((await runProgram('09-sampling')).lines).toEqual(['fewer than 80 calls', '0 in pieces, 8 errors'])
  })

  test('10 Prometheus: logs by level and server, calls by outcome', async () => {
    const logs = (server: string, level: string, count: number) =>
      `mcp_log_messages_total{level="${level}",server="${server}"} ${count}`
    const calls = (server: string, outcome: string) =>
      `mcp_calls_total{server="${server}",tool="analyze_data",outcome="${outcome}"} 1`
    expect((await runProgram('10-prometheus')).lines.sort()).toEqual(
      [
        logs('berlin', 'debug', 2),
        logs('berlin', 'info', 2),
        logs('berlin', 'error', 1),
        logs('oslo', 'debug', 1),
        logs('oslo', 'info', 1),
        logs('oslo', 'warning', 1),
        calls('berlin', 'ok'),
        calls('berlin', 'tool_error'),
        calls('oslo', 'ok'),
      ].sort(),
    )
  })

  test('11 worker pool: every record, in order, and the event loop goes on', async () => {
    const { lines, folder } = await runProgram('11-worker-pool')
    expect(lines).toEqual(['40 of 40 in order', 'the event loop went on'])
    const written = readFileSync(join(folder, 'archive.txt'), 'utf8').trimEnd().split('\n')
    expect(written.map((line) => line.replace(/ [0-9a-f]{32}$/, ''))).toEqual(
      Array.from({ length: 40 }, (_, number) => `line ${number}`),
    )
  })

  test('12 alerts: thirty errors are one message', async () => {
    expect((await runProgram('12-alerts')).lines).toEqual([
      '1 message for 30 errors',
      'refused cards is in it',
      'billing is in it',
      'card refused is in it',
    ])
  })

  test('13 Elasticsearch and Datadog: all of them, though one was busy', async () => {
    expect((await runProgram('13-elasticsearch-datadog')).lines).toEqual([
      'Elasticsearch has 40 of 40, though it was busy at first',
      'Datadog has 40 of 40',
    ])
  })
})

test.each(['docs/tutorial.md', 'docs/zh-CN/tutorial.md'])('%s shows every program, each as it is', (page) =>
  expectShown(page, 'tutorial'),
)
