/** The record as fields of somebody else's logger: beside its own time, level and text, and in the way of none of them. */
import type { Attributes, CallRef, LogRecord } from '../../record/index.ts'

export interface BridgeFields {
  recordId: string
  /** Unix epoch milliseconds. */
  recordTime: number
  server: string
  source: string
  /** The MCP level: the logger's own may be coarser. */
  severity: string
  logger?: string
  call?: CallRef
  traceId?: string
  spanId?: string
  attributes?: Attributes
}

export const bridgeFields = (record: LogRecord): BridgeFields => {
  const fields: BridgeFields = {
    recordId: record.id,
    recordTime: record.time,
    server: record.server,
    source: record.source,
    severity: record.level,
  }
  if (record.logger !== undefined) fields.logger = record.logger
  if (record.call !== undefined) fields.call = record.call
  if (record.traceId !== undefined) fields.traceId = record.traceId
  if (record.spanId !== undefined) fields.spanId = record.spanId
  if (Object.keys(record.attributes).length > 0) fields.attributes = record.attributes
  return fields
}
