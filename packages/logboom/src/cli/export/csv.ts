/**
 * Records as CSV (RFC 4180): CRLF, a header, cells quoted where they must be. UTF-8.
 *
 * A column is a field as queries name it, the path of an attribute (`@user.id`), or `attributes`, all of them as JSON. Times are
 * ISO 8601 in UTC, exact to the microsecond; durations milliseconds; a missing value is an empty cell; what is no text or
 * number is JSON.
 *
 * A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` as a formula, and anybody may write a log. Such texts get an
 * apostrophe in front, which shows them as they are; how many is told.
 */
import { LogboomError, nearest } from '@logboom/sdk/errors'
import { FIELDS, knownField, parseQuery } from '@logboom/sdk/query'
import { isObject, type Json, type LogRecord } from '@logboom/sdk/record'

export interface CsvSettings {
  columns: readonly string[]
  /** Puts an apostrophe before what a spreadsheet would run. */
  guard: boolean
}

export interface CsvEncoder {
  header: string
  /** One record with its line end. */
  line(record: LogRecord): string
  /** Cells that got an apostrophe. */
  guarded(): number
}

export const CSV_COLUMNS: readonly string[] = [
  ...[
    'time',
    'level',
    'server',
    'source',
    'logger',
    'method',
    'tool',
    'status',
    'duration',
    'message',
    'attributes',
  ],
  ...['call', 'attribution', 'client', 'run', 'seq', 'traceId', 'spanId', 'id'],
]

type Read = (record: LogRecord) => Json | undefined

/** Unix epoch milliseconds as ISO 8601 with as many digits as they have. */
export const isoTime = (ms: number): string => {
  const micros = Math.round(ms * 1000)
  const iso = new Date(Math.floor(micros / 1000)).toISOString()
  const rest = ((micros % 1000) + 1000) % 1000
  return rest === 0 ? iso : `${iso.slice(0, -1)}${String(rest).padStart(3, '0')}Z`
}

const unknownColumn = (name: string): LogboomError => {
  const names = ['attributes', ...FIELDS.map((field) => field.name)]
  const meant = nearest(name, names)
  return new LogboomError('LB_USAGE', `--columns does not know '${name}'`, {
    hint: `${meant === undefined ? `The columns are ${names.join(', ')}.` : `Did you mean '${meant}'?`} An attribute is written @path.`,
  })
}

/** The path as the query language reads it, so that quoting means the same. */
const attributePath = (column: string): readonly string[] => {
  try {
    const expr = parseQuery(`${column}:*`, { now: 0 })
    if (expr.kind === 'field' && expr.field.kind === 'attribute') return expr.field.path
  } catch {
    // Told as what it is: no column.
  }
  throw unknownColumn(column)
}

/** The value at a path, also where a key holds dots, as queries find it. */
const valueAt = (value: Json, path: readonly string[]): Json | undefined => {
  if (path.length === 0) return value
  if (!isObject(value)) return Array.isArray(value) ? (value[Number(path[0])] as Json | undefined) : undefined
  for (let end = path.length; end > 0; end--) {
    const key = path.slice(0, end).join('.')
    if (!Object.hasOwn(value, key)) continue
    const found = valueAt(value[key] as Json, path.slice(end))
    if (found !== undefined) return found
  }
  return undefined
}

const readerOf = (column: string): Read => {
  if (column === 'attributes') return (record) => record.attributes
  if (column.startsWith('@')) {
    const path = attributePath(column)
    return (record) => valueAt(record.attributes, path)
  }
  const field = knownField(column)
  if (field === undefined) throw unknownColumn(column)
  const { read, type } = field
  return (record) => {
    const value = read(record)
    if (type === 'time') return typeof value === 'number' ? isoTime(value) : undefined
    return value as Json | undefined
  }
}

const textOf = (value: Json | undefined): string => {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A tab or carriage return before them is skipped by some spreadsheets, full width counts as plain in others. */
const FORMULA = /^[\t\r\n]*[=+\-@＝＋－＠]|^[\t\r]/
const SPECIAL = /[",\r\n]|^\s|\s$/

const quoted = (text: string): string => (SPECIAL.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/**
 * An encoder for these columns.
 * @throws LogboomError `LB_USAGE` for a column that is none
 * @example createCsvEncoder({ columns: ['time', 'message', '@user.id'], guard: true }).line(record)
 */
export const createCsvEncoder = ({ columns, guard }: CsvSettings): CsvEncoder => {
  if (columns.length === 0)
    throw new LogboomError('LB_USAGE', '--columns needs at least one', {
      hint: 'For example: --columns time,message.',
    })
  const readers = columns.map(readerOf)
  let guarded = 0
  const cell = (value: Json | undefined): string => {
    const text = textOf(value)
    if (!guard || typeof value === 'number' || !FORMULA.test(text)) return quoted(text)
    guarded++
    return quoted(`'${text}`)
  }
  return {
    header: `${columns.map((column) => quoted(column)).join(',')}\r\n`,
    line: (record) => `${readers.map((read) => cell(read(record))).join(',')}\r\n`,
    guarded: () => guarded,
  }
}
