/** Records as actions of the bulk API: `create` with the record's id, so that one that comes again is not there twice. */
import type { Json, LogRecord } from '../../record/index.ts'
import { isoTime, timeOf } from '../http/time.ts'

/** Elasticsearch refuses a document with a field that has no name, or an empty part of one. */
const fieldName = (name: string): string =>
  name
    .split('.')
    .map((part) => (part.trim() === '' ? '_' : part))
    .join('.')

const withNames = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(withNames)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [fieldName(name), withNames(one)]))
}

/** The day of the record, not of sending: a repeated attempt goes to the same index. */
const indexOf = (pattern: string, ms: number): string =>
  pattern.replaceAll('{date}', () => isoTime(ms).replace(/T.*/, '').replaceAll('-', '.'))

export const encodeAction = (record: LogRecord, index: string, attributes: 'object' | 'text'): string => {
  const ms = timeOf(record)
  const { id, run, seq, source, protocol, session, redacted, truncated, client } = record
  const document = {
    '@timestamp': isoTime(ms),
    message: record.message,
    log: { level: record.level, ...(record.logger === undefined ? {} : { logger: record.logger }) },
    service: {
      name: record.server,
      ...(record.serverVersion === undefined ? {} : { version: record.serverVersion }),
    },
    ...(record.host === undefined ? {} : { host: { name: record.host } }),
    ...(record.traceId === undefined ? {} : { trace: { id: record.traceId } }),
    ...(record.spanId === undefined ? {} : { span: { id: record.spanId } }),
    event: { created: isoTime(timeOf({ ...record, time: record.observed })) },
    ...(record.call === undefined ? {} : { call: callOf(record.call) }),
    attributes: attributes === 'text' ? JSON.stringify(record.attributes) : withNames(record.attributes),
    logboom: { id, run, seq, source, protocol, session, redacted, truncated, client },
  }
  return `${JSON.stringify({ create: { _index: indexOf(index, ms), _id: id } })}\n${JSON.stringify(document)}\n`
}

/** A request's id is a number or a text: as one type, or the first would refuse the other. */
const callOf = (call: NonNullable<LogRecord['call']>): object =>
  call.attribution === 'ambiguous' ? call : { ...call, requestId: String(call.requestId) }
