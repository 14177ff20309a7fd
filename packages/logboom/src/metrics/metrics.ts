/**
 * The hub's metrics. Counters begin with the process, as Prometheus expects; what the store counts since it began
 * (drops) is given as it stands there.
 *
 * Label values are bounded: levels are eight, and of servers the first `MAX_SERVERS` have their own series, the others
 * share `other`.
 */
import { LEVELS, LOG_SOURCES, type LogRecord, type Source } from '@logboom/sdk/record'
import { type Family, type HistogramFamily, renderFamilies, type Sample } from './exposition.ts'
import type { HubState, Live } from './types.ts'

export const MAX_SERVERS = 200
const MAX_LABEL = 100
/** Reasons of drops are ours, but they come out of files. */
const MAX_REASONS = 50
const OTHER = 'other'

/** Seconds from capture to store: from a hub that is awake to one that catches up. */
const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600]

const LOGGED: ReadonlySet<Source> = new Set(LOG_SOURCES)

export interface MetricsSettings {
  live: Live
  /** Asked at every scrape. */
  state: () => HubState | Promise<HubState>
  version: string
  /** Unix epoch milliseconds. */
  now?: () => number
}

/** What the API counts of itself. */
export interface TailCounts {
  readers: number
  /** Records that readers were told to have missed. */
  skipped: number
}

export interface Metrics {
  /** The page of `/metrics`. */
  text(tail: TailCounts): Promise<string>
  close(): void
}

/**
 * Counts what is stored from now on.
 * @example const metrics = createMetrics({ live, state, version: '0.1.0' })
 */
export const createMetrics = ({ live, state, version, now = Date.now }: MetricsSettings): Metrics => {
  const startedAt = now() / 1000
  const messages = new Map<string, Map<string, number>>()
  const delays = new Map<string, { counts: number[]; sum: number }>()
  let stored = 0
  let redacted = 0

  const countsOf = (server: string): Map<string, number> => {
    const known = messages.get(server)
    if (known !== undefined) return known
    if (messages.size >= MAX_SERVERS && server !== OTHER) return countsOf(OTHER)
    const made = new Map<string, number>()
    messages.set(server, made)
    return made
  }

  const see = (record: LogRecord, at: number): void => {
    redacted += record.redacted ?? 0
    if (!LOGGED.has(record.source)) return
    const levels = countsOf(record.server)
    levels.set(record.level, (levels.get(record.level) ?? 0) + 1)
    const seconds = Math.max(0, at - record.observed) / 1000
    const delay = delays.get(record.level) ?? { counts: new Array<number>(BOUNDS.length + 1).fill(0), sum: 0 }
    delays.set(record.level, delay)
    const found = BOUNDS.findIndex((bound) => seconds <= bound)
    const bucket = found === -1 ? BOUNDS.length : found
    delay.counts[bucket] = (delay.counts[bucket] ?? 0) + 1
    delay.sum += seconds
  }

  const end = live.subscribe((_, records) => {
    const at = now()
    stored += records.length
    for (const record of records) see(record, at)
  })

  const messageSamples = (): Sample[] =>
    addUp(
      [...messages].flatMap(([server, levels]) =>
        LEVELS.flatMap((level) => {
          const value = levels.get(level)
          return value === undefined ? [] : [{ labels: { level, server: cut(server) }, value }]
        }),
      ),
    )

  return {
    async text(tail) {
      const { dropped, lagMs, atRisk, failing, store } = await state()
      const families: (Family | HistogramFamily)[] = [
        gauge('logboom_build_info', 'The version that runs, as a label.', 1, { version }),
        gauge('logboom_start_time_seconds', 'When the hub started, Unix time.', startedAt),
        {
          name: 'mcp_log_messages_total',
          help: 'Log records stored since the hub started: what servers and apps logged, without calls and lifecycle.',
          type: 'counter',
          samples: messageSamples(),
        },
        {
          name: 'mcp_log_processing_seconds',
          help: 'Time from the capture of a log record until it was stored.',
          type: 'histogram',
          bounds: BOUNDS,
          samples: LEVELS.flatMap((level) => {
            const delay = delays.get(level)
            return delay === undefined ? [] : [{ labels: { level }, ...delay }]
          }),
        },
        counter(
          'logboom_records_stored_total',
          'Records stored since the hub started, of every source.',
          stored,
        ),
        {
          name: 'logboom_records_dropped_total',
          help: 'Records lost before they could be stored, by reason, since the store began; unknown are gaps that nothing explains.',
          type: 'counter',
          samples: dropSamples(dropped),
        },
        counter(
          'logboom_values_redacted_total',
          'Values masked in the records stored since the hub started.',
          redacted,
        ),
        gauge(
          'logboom_ingest_lag_seconds',
          'How long what waits longest has been waiting for the store.',
          lagMs / 1000,
        ),
        gauge(
          'logboom_at_risk_records',
          'Records in the journals that are not yet in the store.',
          atRisk.records,
        ),
        gauge('logboom_at_risk_bytes', 'Bytes in the journals that are not yet in the store.', atRisk.bytes),
        gauge(
          'logboom_ingest_failing',
          'Whether nothing can be stored at the moment.',
          failing === undefined ? 0 : 1,
        ),
        gauge('logboom_store_bytes', 'Size of the store on disk.', store.bytes),
        gauge('logboom_store_files', 'Files of the store.', store.files),
        gauge('logboom_store_unsealed_files', 'Full files that wait for their seal.', store.sealing),
        gauge('logboom_store_last_position', 'Position of the newest record.', live.last()),
        gauge('logboom_tail_readers', 'Readers of the live tail.', tail.readers),
        counter(
          'logboom_tail_skipped_total',
          'Records that slow readers of the live tail were told to have missed.',
          tail.skipped,
        ),
        gauge('process_resident_memory_bytes', 'Resident memory of the hub.', process.memoryUsage.rss()),
      ]
      return renderFamilies(families)
    },
    close: end,
  }
}

const cut = (label: string): string =>
  label.length <= MAX_LABEL ? label : `${label.slice(0, MAX_LABEL).toWellFormed()}…`

const gauge = (name: string, help: string, value: number, labels = {}): Family => ({
  name,
  help,
  type: 'gauge',
  samples: [{ labels, value }],
})

const counter = (name: string, help: string, value: number): Family => ({
  name,
  help,
  type: 'counter',
  samples: [{ labels: {}, value }],
})

const dropSamples = (dropped: Readonly<Record<string, number>>): Sample[] =>
  addUp(
    Object.entries(dropped)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([reason, value], index) => ({
        labels: { reason: index < MAX_REASONS ? cut(reason) : OTHER },
        value,
      })),
  )

/** One sample for each set of labels: what was cut may have become the same. */
const addUp = (samples: readonly Sample[]): Sample[] => {
  const sums = new Map<string, Sample>()
  for (const { labels, value } of samples) {
    const key = JSON.stringify(labels)
    sums.set(key, { labels, value: value + (sums.get(key)?.value ?? 0) })
  }
  return [...sums.values()]
}
