/** Metrics of what is logged and called: for Prometheus, and for OpenTelemetry. */
export type { LabelLimits } from './labels.ts'
export { type OtelOptions, otelMetrics } from './otel.ts'
export { type PrometheusMetrics, type PrometheusOptions, prometheusMetrics } from './prometheus.ts'
