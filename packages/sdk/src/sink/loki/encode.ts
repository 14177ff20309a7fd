/** Records as entries of Loki's streams. Only what has few values is a label: each other one would be a stream of its own. */
import type { LogRecord } from '../../record/index.ts'
import { nanos, timeOf } from '../http/time.ts'
import { jsonLine } from '../line/index.ts'

/** `[nanoseconds, line]`, or with structured metadata. */
export type LokiValue = [string, string] | [string, string, Record<string, string>]

export interface LokiEntry {
  stream: Readonly<Record<string, string>>
  /** The entry as JSON. */
  value: string
  /** The text of its line. */
  line: string
}

/** Structured metadata are texts. */
const metadata = (record: LogRecord): Record<string, string> => {
  const { call, attributes } = record
  const named = call === undefined || call.attribution === 'ambiguous' ? undefined : call
  const fields: Record<string, string | number | undefined> = {
    record_id: record.id,
    run: record.run,
    seq: record.seq,
    logger: record.logger,
    trace_id: record.traceId,
    span_id: record.spanId,
    call_id: named?.id,
    call_attribution: call?.attribution,
    method: named?.method,
    tool: named?.tool,
    call_status: named?.status,
    call_duration_ms: named?.durationMs,
    host: record.host,
    server_version: record.serverVersion,
    session: record.session,
    redacted: record.redacted,
    truncated: record.truncated,
    attributes: Object.keys(attributes).length === 0 ? undefined : JSON.stringify(attributes),
  }
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
}

export const encodeEntry = (
  record: LogRecord,
  labels: Readonly<Record<string, string>>,
  format: 'json' | 'text',
): LokiEntry => {
  const time = nanos(timeOf(record))
  const line = format === 'json' ? jsonLine(record) : record.message
  const value: LokiValue = format === 'json' ? [time, line] : [time, line, metadata(record)]
  return {
    stream: { ...labels, level: record.level, server: record.server, source: record.source },
    value: JSON.stringify(value),
    line,
  }
}

/** One request: a stream for each set of labels, order kept in each. */
export const encodePush = (entries: readonly LokiEntry[]): string => {
  const streams = new Map<string, string[]>()
  for (const { stream, value } of entries) {
    const key = JSON.stringify(stream)
    const values = streams.get(key)
    if (values === undefined) streams.set(key, [value])
    else values.push(value)
  }
  const parts = [...streams].map(([stream, values]) => `{"stream":${stream},"values":[${values.join(',')}]}`)
  return `{"streams":[${parts.join(',')}]}`
}
