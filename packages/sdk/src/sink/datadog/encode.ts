/** Records as entries of Datadog's log intake (v2). The README has the mapping. */
import type { Level, LogRecord } from '../../record/index.ts'
import { isoTime, timeOf } from '../http/time.ts'

/** The statuses that Datadog knows; it reads anything else as info. */
export const STATUS: Readonly<Record<Level, string>> = {
  debug: 'debug',
  info: 'info',
  notice: 'notice',
  warning: 'warn',
  error: 'error',
  critical: 'critical',
  alert: 'alert',
  emergency: 'emergency',
}

export interface DatadogNames {
  service: string | undefined
  source: string
  tags: string
}

/** One entry as JSON. */
export const encodeEntry = (record: LogRecord, { service, source, tags }: DatadogNames): string => {
  const { id, run, seq, observed, server, protocol, session, redacted, truncated, client } = record
  return JSON.stringify({
    message: record.message,
    status: STATUS[record.level] ?? STATUS.info,
    service: service ?? server,
    ddsource: source,
    ...(tags === '' ? {} : { ddtags: tags }),
    ...(record.host === undefined ? {} : { hostname: record.host }),
    timestamp: isoTime(timeOf(record)),
    ...(record.logger === undefined ? {} : { logger: { name: record.logger } }),
    ...(record.serverVersion === undefined ? {} : { version: record.serverVersion }),
    ...(record.traceId === undefined ? {} : { trace_id: record.traceId }),
    ...(record.spanId === undefined ? {} : { span_id: record.spanId }),
    ...(record.call === undefined ? {} : { call: record.call }),
    attributes: record.attributes,
    logboom: {
      id,
      run,
      seq,
      observed,
      server,
      source: record.source,
      protocol,
      session,
      redacted,
      truncated,
      client,
    },
  })
}
