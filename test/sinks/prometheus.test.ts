/**
 * A real Prometheus (Debian's `prometheus`) scrapes an application that connects two real servers, with the configuration and
 * the rules that docs/metrics.md shows; what its query API tells is exactly what was logged and called.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connectAll } from '@logboom/sdk/client'
import { prometheusMetrics } from '@logboom/sdk/metrics'
import { memorySink, type Sink, through } from '@logboom/sdk/sink'
import { Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { readSections } from '../docs/markdown.ts'
import type { Command } from '../kit/process.ts'
import { fixtureV1, fixtureV2 } from '../kit/servers.ts'
import { waitFor } from '../kit/wait.ts'

const isThere = spawnSync('prometheus', ['--version']).status === 0
const [config = '', rules = ''] = (
  readSections('docs/metrics.md').find(({ heading }) => heading === 'Prometheus')?.blocks ?? []
)
  .filter(({ language }) => language === 'yaml')
  .map(({ text }) => text)

/** A name that has to be escaped, as any host's configuration may give one. */
const AWKWARD = 'we"ird\\ 服务器, {a="b"}'

const target = ([command, ...args]: Command) => ({ command, args })

/** The page of metrics over HTTP; `scrapes` counts who read it. */
const expose = async (register: Registry) => {
  let scrapes = 0
  const page = createServer(async (_, response) => {
    response.setHeader('content-type', register.contentType)
    response.end(await register.metrics())
    scrapes += 1
  })
  page.listen(0, '127.0.0.1')
  await once(page, 'listening')
  onTestFinished(() => {
    page.closeAllConnections()
    page.close()
  })
  const seen = (): number => scrapes
  return {
    address: `127.0.0.1:${(page.address() as AddressInfo).port}`,
    /** What is counted now has been read, whole, before this resolves. */
    scraped: async () => {
      const before = seen()
      await waitFor('two more scrapes', () => seen() >= before + 2, 30_000)
    },
  }
}

const startPrometheus = async (address: string) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'logboom-prometheus-'))
  const file = path.join(folder, 'prometheus.yml')
  const fast = config
    .replace('scrape_interval: 15s', 'scrape_interval: 1s\n  evaluation_interval: 1s')
    .replace('127.0.0.1:9464', address)
  writeFileSync(file, fast)
  writeFileSync(path.join(folder, 'mcp-rules.yml'), rules)
  const checked = spawnSync('promtool', ['check', 'config', file], { encoding: 'utf8' })
  expect(checked.stdout + checked.stderr).toContain('SUCCESS: 2 rules found')
  const child = spawn(
    'prometheus',
    [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, '--web.listen-address=127.0.0.1:0'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const exited = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGTERM')
    const hard = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await exited
    clearTimeout(hard)
    rmSync(folder, { recursive: true, force: true })
  })
  const [, port] = await waitFor(
    'Prometheus to listen',
    () => /msg="Listening on" address=\S+:(\d+)/.exec(said) ?? undefined,
  )
  const ask = async (question: string): Promise<Record<string, never>> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${question}`)
    return ((await answer.json()) as { data: Record<string, never> }).data
  }
  return {
    /** The labels of each series, in their order, and its value. */
    async query(expression: string): Promise<Record<string, number>> {
      const { result = [] } = await ask(`query?query=${encodeURIComponent(expression)}`)
      return Object.fromEntries(
        (result as { metric: Record<string, string>; value: [number, string] }[])
          .map(({ metric, value }): [string, number] => [
            Object.entries(metric)
              .sort(([a], [b]) => (a < b ? -1 : 1))
              .map(([name, label]) => `${name}=${label}`)
              .join(' '),
            Number(value[1]),
          ])
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      )
    },
    async alerts(): Promise<string[]> {
      const { alerts = [] } = await ask('alerts')
      return (alerts as { labels: Record<string, string>; state: string }[]).map(
        ({ labels: { alertname, reason, server, tool }, state }) =>
          [alertname, reason, server, tool, state].filter((part) => part !== undefined).join(' '),
      )
    },
  }
}

test('Prometheus has exactly what was logged and called, and its rules fire', async ({ skip }) => {
  if (!isThere && process.env.CI !== 'true') skip('prometheus is not installed: apt-get install prometheus')
  const register = new Registry()
  const metrics = await prometheusMetrics({ register })
  const { address, scraped } = await expose(register)
  const prometheus = await startPrometheus(address)
  await scraped()

  const refusing: Sink = () => {
    throw new Error('this sink takes nothing')
  }
  const kept = memorySink({ max: 10_000 })
  const all = await connectAll(
    { one: target(fixtureV1), [AWKWARD]: target(fixtureV2) },
    {
      metrics,
      level: 'debug',
      sinks: [kept, through([(record) => (record.level === 'debug' ? record : undefined)], refusing)],
      onError: () => {},
    },
  )
  onTestFinished(async () => void (await all.close()))
  const work = (server: string, plan: object) =>
    all.client(server).callTool({ name: 'work', arguments: { plan: { mark: 'm', everyMs: 0, ...plan } } })

  for (const _ of [1, 2]) {
    for (let n = 0; n < 5; n++) await work('one', { logs: 4 })
    await work('one', { logs: 3, channel: 'stderr' })
    await work(AWKWARD, { logs: 10 })
    for (let n = 0; n < 2; n++) await all.client('one').callTool({ name: 'refuse', arguments: {} })
    await all.client(AWKWARD).callTool({ name: 'levels', arguments: {} })
    await work(AWKWARD, { fail: 'broken' })
    await scraped()
  }
  await all.flush()
  await scraped()

  // Each server says on stderr that it is up.
  const levels = ['alert', 'critical', 'debug', 'emergency', 'error', 'info', 'notice', 'warning']
  const info = { one: 2 * (5 * 4 + 3) + 1, awkward: 2 * (10 + 1) + 1 }
  expect(await prometheus.query('sum by (server, level) (mcp_log_messages_total)')).toEqual({
    ...Object.fromEntries(levels.map((level) => [`level=${level} server=${AWKWARD}`, 2])),
    [`level=info server=${AWKWARD}`]: info.awkward,
    'level=info server=one': info.one,
  })
  expect(await prometheus.query('sum by (server, tool, outcome) (mcp_calls_total{tool!=""})')).toEqual({
    'outcome=ok server=one tool=work': 2 * 6,
    'outcome=tool_error server=one tool=refuse': 2 * 2,
    [`outcome=ok server=${AWKWARD} tool=work`]: 2,
    [`outcome=tool_error server=${AWKWARD} tool=work`]: 2,
    [`outcome=ok server=${AWKWARD} tool=levels`]: 2,
  })
  expect(await prometheus.query('sum by (server, tool) (mcp_call_duration_seconds_count{tool!=""})')).toEqual(
    {
      'server=one tool=work': 12,
      'server=one tool=refuse': 4,
      [`server=${AWKWARD} tool=work`]: 4,
      [`server=${AWKWARD} tool=levels`]: 2,
    },
  )
  // One of the two sinks took everything; the other was given what is debug, and refused it.
  const logs = {
    ...Object.fromEntries(levels.map((level) => [`level=${level}`, 2])),
    'level=info': info.one + info.awkward,
  }
  expect(await prometheus.query('sum by (level) (mcp_log_processing_seconds_count)')).toEqual(logs)
  const { dropped, reduced } = all.stats()
  expect(await prometheus.query('sum by (reason) (mcp_log_dropped_total)')).toEqual(
    byReason({ overflow: 0, closed: 0, ...dropped }),
  )
  expect(await prometheus.query('sum by (reason) (mcp_log_reduced_total)')).toEqual(byReason(reduced))
  expect(dropped).toEqual({ failed: kept.records().filter(({ level }) => level === 'debug').length })
  expect(
    await prometheus.query('histogram_quantile(0.95, sum by (le) (mcp_call_duration_seconds_bucket)) < 60'),
  ).toHaveProperty('')

  const expected = [
    'McpLogsLost failed firing',
    'McpToolFails one refuse pending',
    `McpToolFails ${AWKWARD} work pending`,
  ]
  const fired = await waitFor(
    'the alerts',
    async () => {
      const alerts = await prometheus.alerts()
      return alerts.length >= expected.length ? alerts : undefined
    },
    30_000,
  )
  expect(fired.sort()).toEqual(expected.sort())
})

const byReason = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([reason, value]) => [`reason=${reason}`, value]))
