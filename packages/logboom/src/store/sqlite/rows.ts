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
import type { CallRef, LogRecord, NamedCall } from '@logboom/sdk/record'

type Fields = Record<string, unknown>

export interface Row {
  /** The series as JSON: equal for records of the same series. */
  series: string
  time: number
  message: string
  folded: string | null
  body: string
}

/** Splits a record. By hand, not by making two objects for `JSON.stringify`: this is most of what writing a record costs. */
export const encodeRow = (record: LogRecord): Row => ({
  series: encodeSeries(record),
  ...encodeColumns(record),
})

/** What a record has for itself. */
export const encodeColumns = (record: LogRecord): Omit<Row, 'series'> => {
  const message = messageColumn(record.message)
  return {
    time: record.time,
    message,
    folded: foldedColumn(message),
    body: encodeBody(record, message !== record.message),
  }
}

/** What it has in common with others. Always in one order, so that equal series are equal texts. */
export const encodeSeries = (record: LogRecord): string => {
  const { logger, client, serverVersion, protocol, host, session } = record
  let json = `{"level":${text(record.level)},"server":${text(record.server)},"run":${text(record.run)},"source":${text(record.source)}`
  if (logger !== undefined) json += `,"logger":${encode(logger)}`
  if (client !== undefined) json += `,"client":${encode(client)}`
  if (serverVersion !== undefined) json += `,"serverVersion":${encode(serverVersion)}`
  if (protocol !== undefined) json += `,"protocol":${encode(protocol)}`
  if (host !== undefined) json += `,"host":${encode(host)}`
  if (session !== undefined) json += `,"session":${encode(session)}`
  return record.call === undefined ? `${json}}` : `${json},"call":${encodeCall(record.call)}}`
}

/** What calls have in common. */
const encodeCall = (call: CallRef): string => {
  const { method, tool, from, attribution, status } = call as Partial<NamedCall>
  let json = ''
  if (method !== undefined) json += `,"method":${encode(method)}`
  if (tool !== undefined) json += `,"tool":${encode(tool)}`
  if (from !== undefined) json += `,"from":${encode(from)}`
  if (attribution !== undefined) json += `,"attribution":${encode(attribution)}`
  if (status !== undefined) json += `,"status":${encode(status)}`
  return `{${json.slice(1)}}`
}

const encodeBody = (record: LogRecord, withMessage: boolean): string => {
  let json = ''
  for (const name in record) {
    const value: unknown = (record as unknown as Fields)[name]
    switch (name) {
      case 'level':
      case 'server':
      case 'run':
      case 'source':
      case 'logger':
      case 'client':
      case 'serverVersion':
      case 'protocol':
      case 'host':
      case 'session':
      case 'time':
      case 'message':
        break
      case 'call':
        if (record.call !== undefined) json += `,"call":${encodeOwnCall(record.call)}`
        break
      case 'observed':
        if (value !== record.time) json += `,"observed":${encode(value)}`
        break
      case 'attributes':
        if (!isEmpty(record.attributes)) json += `,"attributes":${JSON.stringify(value)}`
        break
      default:
        if (value !== undefined) json += `,${text(name)}:${encode(value)}`
    }
  }
  if (withMessage) json += `,"message":${text(record.message)}`
  return `{${json.slice(1)}}`
}

/** What a call has for itself. */
const encodeOwnCall = (call: CallRef): string => {
  let json = ''
  for (const name in call) {
    const value: unknown = (call as unknown as Fields)[name]
    switch (name) {
      case 'method':
      case 'tool':
      case 'from':
      case 'attribution':
      case 'status':
        break
      default:
        if (value !== undefined) json += `,${text(name)}:${encode(value)}`
    }
  }
  return `{${json.slice(1)}}`
}

/** What stands in JSON as it is. */
const PLAIN = /^[ !#-[\]-~]*$/

const text = (value: string): string => (PLAIN.test(value) ? `"${value}"` : JSON.stringify(value))

const encode = (value: unknown): string => {
  if (typeof value === 'string') return text(value)
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return JSON.stringify(value)
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
