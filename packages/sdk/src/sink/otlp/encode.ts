/**
 * Records as an OTLP `ExportLogsServiceRequest` in JSON: hex trace ids, 64-bit integers as strings.
 *
 *     level -> severityNumber, severityText     message -> body            attributes -> attributes
 *     server, serverVersion, host -> resource service.name, service.version, host.name       logger -> scope.name
 *     call.method -> mcp.method.name            call.tool -> gen_ai.tool.name
 *     call.requestId -> jsonrpc.request.id      protocol -> mcp.protocol.version    session -> mcp.session.id
 *     id -> logboom.record.id                   source -> logboom.source            attribution -> logboom.attribution
 *
 * What has no name there is told beside: `logboom.run`, `logboom.call.id`, `logboom.call.status`,
 * `logboom.call.duration_ms`, `logboom.redacted`, `logboom.truncated`. A sender's attribute of one of these names loses.
 */
import type { Attributes, Json, Level, LogRecord } from '../../record/index.ts'
import { nanos } from '../http/time.ts'

export interface AnyValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: string
  doubleValue?: number
  arrayValue?: { values: AnyValue[] }
  kvlistValue?: { values: KeyValue[] }
}

export interface KeyValue {
  key: string
  value: AnyValue
}

export interface OtlpLogRecord {
  timeUnixNano: string
  observedTimeUnixNano: string
  severityNumber: number
  severityText: string
  body: AnyValue
  attributes: KeyValue[]
  traceId?: string
  spanId?: string
}

export interface OtlpScopeLogs {
  scope: { name?: string }
  logRecords: OtlpLogRecord[]
}

export interface OtlpRequest {
  resourceLogs: { resource: { attributes: KeyValue[] }; scopeLogs: OtlpScopeLogs[] }[]
}

export interface ResourceSettings {
  /** Attributes of every resource; those of the record win, except as `serviceName` says. */
  attributes: Readonly<Record<string, string>>
  /** `service.name` of this record's resource, if it is not the record's server. */
  serviceName: (record: LogRecord) => string | undefined
}

export const SEVERITY: Readonly<Record<Level, number>> = {
  debug: 5,
  info: 9,
  notice: 10,
  warning: 13,
  error: 17,
  critical: 18,
  alert: 19,
  emergency: 21,
}

/** Null has no kind of its own: it is the empty value. */
export const anyValue = (value: Json): AnyValue => {
  switch (typeof value) {
    case 'string':
      return { stringValue: value }
    case 'boolean':
      return { boolValue: value }
    case 'number':
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
    default:
      if (value === null) return {}
      return Array.isArray(value)
        ? { arrayValue: { values: value.map(anyValue) } }
        : { kvlistValue: { values: keyValues(value) } }
  }
}

const keyValues = (attributes: Attributes): KeyValue[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }))

const attributesOf = (record: LogRecord, named: boolean): KeyValue[] => {
  const all = new Map<string, Json>(Object.entries(record.attributes))
  const set = (key: string, value: Json | undefined): void => {
    if (value !== undefined) all.set(key, value)
  }
  set('logboom.record.id', record.id)
  set('logboom.source', record.source)
  set('logboom.run', record.run)
  if (named) set('logboom.server', record.server)
  set('mcp.protocol.version', record.protocol)
  set('mcp.session.id', record.session)
  set('logboom.redacted', record.redacted)
  set('logboom.truncated', record.truncated)
  const { call } = record
  set('logboom.attribution', call?.attribution)
  if (call !== undefined && call.attribution !== 'ambiguous') {
    set('mcp.method.name', call.method)
    set('gen_ai.tool.name', call.tool)
    set('jsonrpc.request.id', String(call.requestId))
    set('logboom.call.id', call.id)
    set('logboom.call.status', call.status)
    set('logboom.call.duration_ms', call.durationMs)
  }
  return [...all].map(([key, value]) => ({ key, value: anyValue(value) }))
}

const logRecord = (record: LogRecord, named: boolean): OtlpLogRecord => ({
  timeUnixNano: nanos(record.time),
  observedTimeUnixNano: nanos(record.observed),
  severityNumber: SEVERITY[record.level] ?? SEVERITY.info,
  severityText: record.level,
  body: { stringValue: record.message },
  attributes: attributesOf(record, named),
  ...(record.traceId === undefined ? {} : { traceId: record.traceId }),
  ...(record.spanId === undefined ? {} : { spanId: record.spanId }),
})

const resourceOf = (record: LogRecord, settings: ResourceSettings, name: string): Record<string, string> => ({
  ...settings.attributes,
  'service.name': name,
  ...(record.serverVersion === undefined ? {} : { 'service.version': record.serverVersion }),
  ...(record.host === undefined ? {} : { 'host.name': record.host }),
})

/** One request for a batch: a resource for each server (version, host), a scope for each logger, order kept in each. */
export const encodeLogs = (batch: readonly LogRecord[], settings: ResourceSettings): OtlpRequest => {
  const resources = new Map<
    string,
    { attributes: KeyValue[]; scopes: Map<string | undefined, OtlpScopeLogs> }
  >()
  for (const record of batch) {
    const given = settings.serviceName(record)
    const name = given ?? record.server
    const fields = resourceOf(record, settings, name)
    const key = JSON.stringify(fields)
    const resource = resources.get(key) ?? { attributes: keyValues(fields), scopes: new Map() }
    resources.set(key, resource)
    const { logger } = record
    const scope = resource.scopes.get(logger) ?? {
      scope: logger === undefined ? {} : { name: logger },
      logRecords: [],
    }
    resource.scopes.set(logger, scope)
    scope.logRecords.push(logRecord(record, name !== record.server))
  }
  return {
    resourceLogs: [...resources.values()].map(({ attributes, scopes }) => ({
      resource: { attributes },
      scopeLogs: [...scopes.values()],
    })),
  }
}
