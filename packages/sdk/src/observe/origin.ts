/**
 * One record, two roads. A server with our SDK behind a tap writes each record to stderr and, where the client asked for
 * logs, sends it as a notification too. Both carry the record's id, its origin, and the observer folds the two.
 *
 * On stderr, one line of JSON:
 *
 *     {"logboom":1,"id":"0190…","time":1763800000000.5,"level":"info","logger":"db","message":"hi","attributes":{"a":1},
 *      "requestId":7,"traceId":"…","spanId":"…"}
 *
 * In a notification, `params._meta["io.logboom/origin"]`: `{"id":"0190…","time":1763800000000.5,"requestId":7}`, next to the
 * ordinary `level`, `logger` and `data: {msg, extra}`.
 *
 * `id`, `time`, `level`, `message` are always there, the rest where known. Two with the same id and the same content are one
 * record, the first that was read; the same id with different content is two records. Unknown fields are ignored, so that
 * an older observer reads a newer server.
 */
import { createHash } from 'node:crypto'
import {
  type Attributes,
  type Foreign,
  isObject,
  type Json,
  type Level,
  levelFromName,
  MAX_DEPTH,
} from '../record/index.ts'
import { META } from './meta.ts'
import type { RequestId } from './rpc.ts'

export interface Origin {
  id: string
  time?: number
  requestId?: RequestId
}

/** A line of stderr that our SDK wrote. */
export interface MarkedLine extends Foreign {
  origin: Origin
  level: Level
  logger?: string
  traceId?: string
  spanId?: string
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

const readOriginFields = (fields: Attributes): Origin | undefined => {
  const { id, time, requestId } = fields
  if (typeof id !== 'string' || id.length > 64) return undefined
  const origin: Origin = { id }
  if (typeof time === 'number') origin.time = time
  if (typeof requestId === 'string' || typeof requestId === 'number') origin.requestId = requestId
  return origin
}

/** The origin a notification carries, if our SDK sent it. */
export const readOrigin = (meta: Attributes): Origin | undefined => {
  const fields = meta[META.origin]
  return isObject(fields) ? readOriginFields(fields as Attributes) : undefined
}

/** Reads a stderr line of our SDK; undefined for any other JSON. */
export const readMarkedLine = (json: Attributes | undefined): MarkedLine | undefined => {
  if (json?.logboom !== 1) return undefined
  const origin = readOriginFields(json)
  const level = levelFromName(text(json.level) ?? '')
  if (origin === undefined || level === undefined || typeof json.message !== 'string') return undefined
  const line: MarkedLine = {
    origin,
    level,
    message: json.message,
    attributes: isObject(json.attributes) ? (json.attributes as Attributes) : {},
  }
  const [logger, traceId, spanId] = [text(json.logger), text(json.traceId), text(json.spanId)]
  if (logger !== undefined) line.logger = logger
  if (traceId !== undefined) line.traceId = traceId
  if (spanId !== undefined) line.spanId = spanId
  return line
}

/** Remembers what came by one road, to know it when it comes by the other. */
export interface Folder {
  /**
   * True when a record of this id and content has been seen already: it is the second half of a pair.
   * @param isFirst false where this half is not recorded, so that the other one would be no second
   */
  isSecond(origin: Origin, content: { level: Level; logger?: string } & Foreign, isFirst?: boolean): boolean
}

/** Pairs are a moment apart; this many records may lie between the halves. */
const MEMORY = 10_000

export const createFolder = (): Folder => {
  const seen = new Set<string>()
  return {
    isSecond(origin, { level, logger, message, attributes }, isFirst = true) {
      const content = JSON.stringify([level, logger ?? null, message, sorted(attributes, 0)])
      const key = `${origin.id} ${createHash('sha256').update(content).digest('base64')}`
      if (seen.delete(key)) return true
      if (!isFirst) return false
      seen.add(key)
      if (seen.size > MEMORY) {
        const oldest = seen.values().next().value
        if (oldest !== undefined) seen.delete(oldest)
      }
      return false
    },
  }
}

/** Key order is no content; what is nested too deep to be kept is none either. */
const sorted = (value: Json, depth: number): Json => {
  if (typeof value !== 'object' || value === null) return value
  if (depth > MAX_DEPTH) return null
  if (Array.isArray(value)) return value.map((item) => sorted(item, depth + 1))
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key] ?? null, depth + 1)])
}
