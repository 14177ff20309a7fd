import type { LogRecord } from '@logboom/sdk/record'
import { describe, expect, it } from 'vitest'
import type { StoredListener } from '../ingest/types.ts'
import { createMetrics, MAX_SERVERS } from './metrics.ts'
import type { HubState } from './types.ts'

const STATE: HubState = {
  dropped: {},
  lagMs: 0,
  atRisk: { records: 0, bytes: 0 },
  store: { bytes: 0, files: 0, sealing: 0 },
}
const NOW = 1_760_000_000_000

const record = (fields: Partial<LogRecord>): LogRecord => ({
  id: 'r',
  time: NOW,
  observed: NOW,
  seq: 0,
  level: 'info',
  server: 'analytics',
  run: 'run',
  source: 'message',
  message: 'hello',
  attributes: {},
  ...fields,
})

/** Metrics of these records, as if they had been stored at `NOW`. */
const scrape = async (records: readonly LogRecord[], state: Partial<HubState> = {}): Promise<Sample[]> => {
  let tell: StoredListener = () => {}
  const live = {
    subscribe: (listener: StoredListener) => {
      tell = listener
      return () => {}
    },
    last: () => records.length,
  }
  const metrics = createMetrics({
    live,
    state: () => ({ ...STATE, ...state }),
    version: '1.2.3',
    now: () => NOW,
  })
  if (records.length > 0) tell(1, records)
  return parse(await metrics.text({ readers: 2, skipped: 7 }))
}

interface Sample {
  name: string
  labels: Record<string, string>
  value: number
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/
const PAIR = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y

const unescapeValue = (text: string): string =>
  text.replace(/\\([\\"n])/g, (_, char: string) => (char === 'n' ? '\n' : char))

/** The text format by its grammar, with all that Prometheus refuses refused. */
const parse = (text: string): Sample[] => {
  expect(text.endsWith('\n')).toBe(true)
  const samples: Sample[] = []
  const types = new Map<string, string>()
  const helps = new Set<string>()
  const seen = new Set<string>()
  let family = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? []
    if (kind === 'HELP') {
      if (helps.has(name)) throw new Error(`second HELP of ${name}`)
      helps.add(name)
      family = name
      continue
    }
    if (kind === 'TYPE') {
      if (name !== family || !['counter', 'gauge', 'histogram'].includes(rest)) throw new Error(line)
      types.set(name, rest)
      continue
    }
    const [, sampleName = '', pairs = '', number = ''] = LINE.exec(line) ?? []
    if (sampleName === '') throw new Error(`no sample: ${line}`)
    const type = types.get(family)
    const names = type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => family + end) : [family]
    if (!names.includes(sampleName)) throw new Error(`${sampleName} outside its family ${family}`)
    if (type === 'counter' && !family.endsWith('_total'))
      throw new Error(`${family} is a counter without _total`)
    const labels: Record<string, string> = {}
    PAIR.lastIndex = 0
    while (PAIR.lastIndex < pairs.length) {
      const pair = PAIR.exec(pairs)
      if (pair === null) throw new Error(`bad labels: ${line}`)
      labels[pair[1] ?? ''] = unescapeValue(pair[2] ?? '')
    }
    const key = sampleName + JSON.stringify(labels)
    if (seen.has(key)) throw new Error(`twice: ${line}`)
    seen.add(key)
    const value = number === '+Inf' ? Number.POSITIVE_INFINITY : Number(number)
    if (Number.isNaN(value)) throw new Error(`no number: ${line}`)
    samples.push({ name: sampleName, labels, value })
  }
  return samples
}

const values = (samples: readonly Sample[], name: string): [Record<string, string>, number][] =>
  samples.filter((sample) => sample.name === name).map(({ labels, value }) => [labels, value])

const value = (samples: readonly Sample[], name: string): number | undefined => values(samples, name)[0]?.[1]

describe('metrics', () => {
  it('count log records by level and server, and no calls or lifecycle', async () => {
    const samples = await scrape([
      record({}),
      record({ source: 'stderr' }),
      record({ level: 'error', server: 'model', source: 'app' }),
      record({ source: 'call' }),
      record({ source: 'lifecycle' }),
      record({ source: 'notification' }),
    ])
    expect(values(samples, 'mcp_log_messages_total')).toEqual([
      [{ level: 'info', server: 'analytics' }, 2],
      [{ level: 'error', server: 'model' }, 1],
    ])
    expect(value(samples, 'logboom_records_stored_total')).toBe(6)
  })

  it('tell how long records took from capture to store, in buckets that add up', async () => {
    const samples = await scrape([
      record({ observed: NOW - 4 }),
      record({ observed: NOW - 400 }),
      record({ observed: NOW - 400_000_000 }),
      record({ observed: NOW + 50 }),
    ])
    const buckets = values(samples, 'mcp_log_processing_seconds_bucket')
    const at = (le: string): number | undefined =>
      buckets.find(([labels]) => labels.level === 'info' && labels.le === le)?.[1]
    expect([at('0.005'), at('0.25'), at('0.5'), at('3600'), at('+Inf')]).toEqual([2, 2, 3, 3, 4])
    expect(value(samples, 'mcp_log_processing_seconds_count')).toBe(4)
    expect(value(samples, 'mcp_log_processing_seconds_sum')).toBeCloseTo(400_000.404)
    expect(buckets.map(([, count]) => count)).toEqual(buckets.map(([, count]) => count).sort((a, b) => a - b))
  })

  it('carry any server name as it is', async () => {
    const name = 'a"b\\c\nd,e="f"}é'
    const samples = await scrape([record({ server: name })])
    expect(values(samples, 'mcp_log_messages_total')).toEqual([[{ level: 'info', server: name }, 1]])
  })

  it('bound the names of servers and reasons, and lose no count', async () => {
    const many = Array.from({ length: MAX_SERVERS + 50 }, (_, index) => record({ server: `server ${index}` }))
    const long = Array.from({ length: 3 }, (_, index) => record({ server: `${'x'.repeat(5000)}${index}` }))
    const dropped = Object.fromEntries(Array.from({ length: 80 }, (_, index) => [`reason ${index}`, 2]))
    const samples = await scrape([...long, ...many], { dropped })
    const messages = values(samples, 'mcp_log_messages_total')
    // The three long names are cut to the same.
    expect(messages).toHaveLength(MAX_SERVERS - 2 + 1)
    expect(messages.reduce((sum, [, count]) => sum + count, 0)).toBe(MAX_SERVERS + 53)
    expect(messages.every(([labels]) => (labels.server ?? '').length <= 101)).toBe(true)
    const drops = values(samples, 'logboom_records_dropped_total')
    expect(drops).toHaveLength(51)
    expect(drops.reduce((sum, [, count]) => sum + count, 0)).toBe(160)
  })

  it('tell where the hub stands', async () => {
    const samples = await scrape([record({ redacted: 3 })], {
      dropped: { overflow: 5, unknown: 1 },
      lagMs: 1500,
      failing: 'the disk is full',
      atRisk: { records: 12, bytes: 3456 },
      store: { bytes: 9000, files: 3, sealing: 1 },
    })
    const told = Object.fromEntries(samples.map(({ name, value }) => [name, value]))
    expect(told).toMatchObject({
      logboom_values_redacted_total: 3,
      logboom_ingest_lag_seconds: 1.5,
      logboom_ingest_failing: 1,
      logboom_at_risk_records: 12,
      logboom_at_risk_bytes: 3456,
      logboom_store_bytes: 9000,
      logboom_store_files: 3,
      logboom_store_unsealed_files: 1,
      logboom_store_last_position: 1,
      logboom_tail_readers: 2,
      logboom_tail_skipped_total: 7,
    })
    expect(values(samples, 'logboom_records_dropped_total')).toEqual([
      [{ reason: 'overflow' }, 5],
      [{ reason: 'unknown' }, 1],
    ])
    expect(values(samples, 'logboom_build_info')).toEqual([[{ version: '1.2.3' }, 1]])
  })
})
