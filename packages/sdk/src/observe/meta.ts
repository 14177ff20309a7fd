/** The `_meta` keys of MCP that capture reads, and W3C trace context in them. */
import { type Attributes, type ClientInfo, isObject, type Json } from '../record/index.ts'

export const META = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  /** Ours: see `origin.ts`. */
  origin: 'io.logboom/origin',
} as const

/** The `_meta` object of params or a result; empty if there is none. */
export const metaOf = (holder: Json | undefined): Attributes =>
  isObject(holder) && isObject(holder._meta) ? (holder._meta as Attributes) : {}

export interface Trace {
  traceId: string
  spanId: string
}

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/

/** Trace and span id of a W3C `traceparent`; undefined for anything malformed or all zero. */
export const readTraceparent = (value: Json | undefined): Trace | undefined => {
  const match = typeof value === 'string' ? TRACEPARENT.exec(value) : null
  const [, traceId, spanId] = match ?? []
  if (traceId === undefined || spanId === undefined) return undefined
  return /^0+$/.test(traceId) || /^0+$/.test(spanId) ? undefined : { traceId, spanId }
}

/** `{name, version}` as MCP implementations introduce themselves. */
export const readImplementation = (value: Json | undefined): ClientInfo | undefined => {
  if (!isObject(value) || typeof value.name !== 'string') return undefined
  return typeof value.version === 'string'
    ? { name: value.name, version: value.version }
    : { name: value.name }
}
