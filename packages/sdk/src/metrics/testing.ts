/** Made-up traffic for the tests of this folder, and what both libraries counted of it. */
import {
  AggregationTemporality,
  DataPointType,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import fc from 'fast-check'
import { Registry } from 'prom-client'
import { LEVELS, type LogRecord, OUTCOMES, SOURCES } from '../record/index.ts'
import type { Meter } from '../sink/index.ts'
import type { LabelLimits } from './labels.ts'
import { otelMetrics } from './otel.ts'
import { prometheusMetrics } from './prometheus.ts'

/** A series, as `name{label="value",…}` with its labels in order, and its value; of histograms `name_count` and `name_sum`. */
export type Counts = Map<string, number>

export const seriesOf = (name: string, labels: Readonly<Record<string, unknown>>): string =>
  `${name}${JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`

export interface Counting {
  meter: Meter
  read(): Promise<Counts>
}

export const withPrometheus = async (limits: LabelLimits = {}): Promise<Counting> => {
  const meter = await prometheusMetrics({ register: new Registry(), ...limits })
  return {
    meter,
    async read() {
      const counts: Counts = new Map()
      for (const { name, values } of await meter.register.getMetricsAsJSON()) {
        for (const { value, labels, ...more } of values as {
          value: number
          labels: object
          metricName?: string
        }[]) {
          if (more.metricName?.endsWith('_bucket')) continue
          counts.set(seriesOf(more.metricName ?? name, { ...labels }), value)
        }
      }
      return counts
    },
  }
}

export const withOtel = async (limits: LabelLimits = {}): Promise<Counting> => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader] })
  const meter = otelMetrics({ meter: provider.getMeter('test'), ...limits })
  return {
    meter,
    async read() {
      await provider.shutdown()
      const counts: Counts = new Map()
      for (const { scopeMetrics } of exporter.getMetrics())
        for (const { metrics } of scopeMetrics)
          for (const { descriptor, dataPointType, dataPoints } of metrics)
            for (const { attributes, value } of dataPoints) {
              if (dataPointType === DataPointType.HISTOGRAM) {
                const { count, sum } = value as { count: number; sum?: number }
                counts.set(seriesOf(`${descriptor.name}_count`, attributes), count)
                counts.set(seriesOf(`${descriptor.name}_sum`, attributes), sum ?? 0)
              } else counts.set(seriesOf(descriptor.name, attributes), value as number)
            }
      return counts
    },
  }
}

/** Names as a server could give them to hurt: not well formed, endless, of the labels themselves. */
const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'other',
    '',
    '__proto__',
    'constructor',
    'a,tool:b',
    'b,tool:a',
    'x"y\\z\n',
    '\ud800',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.nat(60).map((n) => `${'long '.repeat(30)}${n}`),
)

const part = fc.record({
  source: fc.constantFrom(...SOURCES),
  level: fc.constantFrom(...LEVELS),
  server: name,
  tool: fc.option(name, { nil: undefined }),
  status: fc.constantFrom('started' as const, ...OUTCOMES),
  durationMs: fc.option(fc.integer({ min: 0, max: 400_000 }), { nil: undefined }),
  redacted: fc.option(fc.nat(5), { nil: undefined }),
})

const BASE = {
  id: '01930000-0000-7000-8000-000000000002',
  time: 1,
  observed: 1,
  run: '01930000-0000-7000-8000-000000000001',
  message: 'made up',
  attributes: {},
}

/** Records of any source, whose servers and tools have any name. */
export const streams = fc.array(part, { maxLength: 80 }).map((parts) =>
  parts.map(({ source, level, server, tool, status, durationMs, redacted }, seq): LogRecord => {
    const method = tool === undefined ? 'tools/list' : 'tools/call'
    return {
      ...BASE,
      seq,
      source,
      level,
      server,
      ...(redacted === undefined ? {} : { redacted }),
      call: {
        id: `call-${seq}`,
        method,
        requestId: seq,
        from: 'client',
        attribution: 'exact',
        ...(tool === undefined ? {} : { tool }),
        ...(source === 'call' ? { status } : {}),
        ...(source !== 'call' || durationMs === undefined ? {} : { durationMs }),
      },
    }
  }),
)
