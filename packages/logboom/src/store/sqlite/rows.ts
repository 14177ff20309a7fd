/**
 * A record as a row, and back.
 *
 * What many records have in common is their series: level, server, run, source, logger, who called, and of a call its method,
 * tool, side, attribution and status. A file holds each series once, so filters and counts on these fields look at some
 * hundred series instead of at every row. What is left is the time, the message, and the rest as JSON (`body`).
 *
 *     series   {"level","server","run","source","logger"?,"client"?,"serverVersion"?,"protocol"?,"host"?,"session"?,
 *               "call"?: {"method","tool"?,"from","attribution","status"?}}
 *     body     {"id","seq","observed"?,"attributes"?,"call"?: {"id","requestId","durationMs"?}, and every other field}
 *
 * `observed` is left out when it equals `time`, `attributes` when empty. A message that a column cannot hold (it is no
 * well-formed Unicode, or has a NUL, at which bindings cut) stands in the body, where JSON can hold it; its column has U+FFFD
 * in those places. `folded` is `fold(message)` where that is more than lower-casing A to Z, else NULL: SQLite's
 * `lower` does the rest. Fields that this version does not know are kept: they go to the body.
 */
import { fold } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'

/** The fields of a record that its series holds; those of `call` are in `SERIES_CALL`. */
export const SERIES_FIELDS = [
  'level',
  'server',
  'run',
  'source',
  'logger',
  'client',
  'serverVersion',
  'protocol',
  'host',
  'session',
] as const
const SERIES_CALL = ['method', 'tool', 'from', 'attribution', 'status'] as const

type Fields = Record<string, unknown>

const FIELD_SET: ReadonlySet<string> = new Set(SERIES_FIELDS)
const CALL_SET: ReadonlySet<string> = new Set(SERIES_CALL)

export interface Row {
  /** The series as JSON: equal for records of the same series. */
  series: string
  time: number
  message: string
  folded: string | null
  body: string
}

/** Splits a record. */
export const encodeRow = (record: LogRecord): Row => {
  const series: Fields = {}
  const body: Fields = {}
  for (const name of SERIES_FIELDS) {
    const value = record[name]
    if (value !== undefined) series[name] = value
  }
  for (const [name, value] of Object.entries(record)) {
    if (FIELD_SET.has(name) || name === 'time' || name === 'message' || name === 'call') continue
    if (name === 'observed' && value === record.time) continue
    if (name === 'attributes' && isEmpty(value as object)) continue
    body[name] = value
  }
  if (record.call !== undefined) {
    const shared: Fields = {}
    const own: Fields = {}
    for (const [name, value] of Object.entries(record.call)) (CALL_SET.has(name) ? shared : own)[name] = value
    // In one order, whatever the order in the record was.
    series.call = Object.fromEntries(
      SERIES_CALL.filter((name) => name in shared).map((name) => [name, shared[name]]),
    )
    body.call = own
  }
  const message = messageColumn(record.message)
  if (message !== record.message) body.message = record.message
  return {
    series: JSON.stringify(series),
    time: record.time,
    message,
    folded: foldedColumn(message),
    body: JSON.stringify(body),
  }
}

const isEmpty = (value: object): boolean => {
  for (const _ in value) return false
  return true
}

const messageColumn = (message: string): string =>
  message.isWellFormed() && !message.includes('\0')
    ? message
    : message.toWellFormed().replaceAll('\0', '\ufffd')

const NOT_ASCII = /[^\x00-\x7f]/

/** What the column `folded` holds for a message. */
const foldedColumn = (message: string): string | null => {
  if (!NOT_ASCII.test(message)) return null
  const folded = fold(message)
  return folded === message.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) ? null : folded
}

/** The record of a row; `series` is the parsed JSON of its series, and is shared, not copied. */
export const decodeRow = (series: object, time: number, message: string, body: string): LogRecord => {
  const rest = JSON.parse(body) as Fields
  const { call: own, ...others } = rest
  const { call: shared, ...common } = series as Fields
  const record: Fields = { time, observed: time, message, attributes: {}, ...common, ...others }
  if (own !== undefined) record.call = { ...(shared as object), ...(own as object) }
  return record as unknown as LogRecord
}
