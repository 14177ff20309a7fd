/** Metrics through OpenTelemetry's API; only its types are needed here. */
import type { Meter as OtelMeter } from '@opentelemetry/api'
import { checkOptions, kinds, optional } from '../errors/options.ts'
import type { Meter } from '../sink/index.ts'
import { createMeter, type Note } from './count.ts'
import { METRICS, type MetricName } from './definitions.ts'
import type { LabelLimits } from './labels.ts'

export interface OtelOptions extends LabelLimits {
  /** Makes the instruments: `metrics.getMeter('app')` of `@opentelemetry/api`. */
  meter: Pick<OtelMeter, 'createCounter' | 'createHistogram'>
}

const isMeter = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'createCounter' in value && 'createHistogram' in value

const TABLE = {
  meter: { words: 'a Meter of @opentelemetry/api', holds: isMeter },
  maxServers: optional(kinds.count),
  maxTools: optional(kinds.count),
}

/**
 * The metrics of `prometheusMetrics`, under the same names, as instruments of OpenTelemetry: to be given as `metrics` to `connect`,
 * `connectAll`, `observe` or `withLogging`. Where they are read and sent is the application's `MeterProvider`'s matter.
 * @throws LogboomError LB_SINK_OPTIONS naming the option
 * @example connect('server.js', { metrics: otelMetrics({ meter: metrics.getMeter('my-app') }) })
 */
export const otelMetrics = (options: OtelOptions): Meter => {
  checkOptions('otelMetrics', options, TABLE)
  const { meter } = options
  const counter = (name: MetricName): Note => {
    const made = meter.createCounter(name, { description: METRICS[name].help })
    return (value, labels) => made.add(value, labels)
  }
  const histogram = (name: MetricName, buckets: number[]): Note => {
    const advice = { explicitBucketBoundaries: buckets }
    const made = meter.createHistogram(name, { description: METRICS[name].help, unit: 's', advice })
    return (value, labels) => made.record(value, labels)
  }
  return createMeter({ counter, histogram }, options)
}
