/** What each record, and what queues do with it, means for which metric: the same for every library of metrics. */
import { isCallRecord, LOG_SOURCES, type LogRecord, type Source } from '../record/index.ts'
import type { Meter } from '../sink/index.ts'
import { CALL_BUCKETS, type METRICS, type MetricName, PROCESSING_BUCKETS } from './definitions.ts'
import { createLabels, type LabelLimits } from './labels.ts'

/** Adds to a counter, or notes a value, in seconds, in a histogram. */
export type Note = (value: number, labels: Record<string, string>) => void

/** How a library of metrics makes them. */
export interface Library {
  counter(name: MetricName): Note
  /** @param buckets upper bounds in seconds */
  histogram(name: MetricName, buckets: number[]): Note
}

type LabelsOf<N extends MetricName> = Record<(typeof METRICS)[N]['labels'][number], string>
type Instruments = { readonly [N in MetricName]: (value: number, labels: LabelsOf<N>) => void }

const makeInstruments = ({ counter, histogram }: Library): Instruments => ({
  mcp_log_messages_total: counter('mcp_log_messages_total'),
  mcp_log_processing_seconds: histogram('mcp_log_processing_seconds', PROCESSING_BUCKETS),
  mcp_log_dropped_total: counter('mcp_log_dropped_total'),
  mcp_log_reduced_total: counter('mcp_log_reduced_total'),
  mcp_log_redactions_total: counter('mcp_log_redactions_total'),
  mcp_calls_total: counter('mcp_calls_total'),
  mcp_call_duration_seconds: histogram('mcp_call_duration_seconds', CALL_BUCKETS),
})

/** Of `DeliveryStats`. */
const DROP_REASONS = ['overflow', 'failed', 'closed']

const LOGGED: ReadonlySet<Source> = new Set(LOG_SOURCES)

export const createMeter = (library: Library, limits: LabelLimits): Meter => {
  const instruments = makeInstruments(library)
  const labels = createLabels(limits)
  // A counter that begins with its first loss shows no increase: nobody would be alerted.
  for (const reason of DROP_REASONS) instruments.mcp_log_dropped_total(0, { reason: labels.reason(reason) })

  const outcome = (record: LogRecord): void => {
    if (!isCallRecord(record)) return
    const { status, tool, durationMs } = record.call
    if (status === 'started') return
    const server = labels.server(record.server)
    const named = { server, tool: labels.tool(server, tool) }
    instruments.mcp_calls_total(1, { ...named, outcome: status })
    if (durationMs !== undefined) instruments.mcp_call_duration_seconds(durationMs / 1000, named)
  }

  return {
    record(record) {
      if (record.redacted !== undefined && record.redacted > 0)
        instruments.mcp_log_redactions_total(record.redacted, {})
      if (record.source === 'call') outcome(record)
      else if (LOGGED.has(record.source))
        instruments.mcp_log_messages_total(1, { level: record.level, server: labels.server(record.server) })
    },
    taken(record, waitedMs) {
      if (LOGGED.has(record.source))
        instruments.mcp_log_processing_seconds(waitedMs / 1000, { level: record.level })
    },
    dropped(reason, records) {
      instruments.mcp_log_dropped_total(records, { reason: labels.reason(reason) })
    },
    reduced(reason, records) {
      instruments.mcp_log_reduced_total(records, { reason: labels.reason(reason) })
    },
  }
}
