/** The metrics there are. `docs/metrics.md` lists them; a test holds the two together. */

interface Definition {
  readonly kind: 'counter' | 'histogram'
  readonly help: string
  readonly labels: readonly string[]
}

export const METRICS = {
  mcp_log_messages_total: {
    kind: 'counter',
    help: 'Log records captured: what servers and apps logged, without calls and lifecycle.',
    labels: ['level', 'server'],
  },
  mcp_log_processing_seconds: {
    kind: 'histogram',
    help: 'Time from the arrival of a log record at a queue until its sink or handler took it, transforms included.',
    labels: ['level'],
  },
  mcp_log_dropped_total: {
    kind: 'counter',
    help: 'Records that queues gave up, by reason.',
    labels: ['reason'],
  },
  mcp_log_reduced_total: {
    kind: 'counter',
    help: 'Records that transforms left out, by reason.',
    labels: ['reason'],
  },
  mcp_log_redactions_total: { kind: 'counter', help: 'Values masked in captured records.', labels: [] },
  mcp_calls_total: {
    kind: 'counter',
    help: 'Calls that ended, by outcome; tool is empty for what is no tools/call.',
    labels: ['server', 'tool', 'outcome'],
  },
  mcp_call_duration_seconds: {
    kind: 'histogram',
    help: 'Time from a request to its outcome.',
    labels: ['server', 'tool'],
  },
} as const satisfies Record<string, Definition>

export type MetricName = keyof typeof METRICS

/** Upper bounds in seconds: from a sink in memory to one that was away. */
export const PROCESSING_BUCKETS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300]

/** Upper bounds in seconds: from a question that is answered from memory to a tool that works for minutes. */
export const CALL_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
