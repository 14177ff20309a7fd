/** One record on one physical line, for people. Everything a sender chose is made visible: see `record/visible.ts`. */
import { type Attributes, fieldsText, type Level, type LogRecord, visible } from '../../record/index.ts'

export interface PrettyOptions {
  /** ANSI colours. @default false */
  color?: boolean
  /** `clock`: `14:03:05.123` in local time; `date`: ISO 8601 in UTC. @default 'clock' */
  time?: 'clock' | 'date'
}

const LEVEL_WIDTH = 'emergency'.length
const DIM = 2
const COLORS: Readonly<Record<Level, number>> = {
  debug: 90,
  info: 36,
  notice: 34,
  warning: 33,
  error: 31,
  critical: 91,
  alert: 91,
  emergency: 91,
}

const two = (value: number): string => String(value).padStart(2, '0')

const clockText = (time: number): string => {
  const at = new Date(time)
  if (Number.isNaN(at.getTime())) return '--:--:--.---'
  const ms = String(at.getMilliseconds()).padStart(3, '0')
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`
}

const dateText = (time: number): string => {
  const at = new Date(time)
  return Number.isNaN(at.getTime()) ? '-' : at.toISOString()
}

/** `tools/call add ok 3 ms`, or the name alone where the record only belongs to a call. */
const callText = ({ call, source }: LogRecord): string => {
  if (call === undefined || call.attribution === 'ambiguous') return ''
  const name = visible(call.tool ?? call.method)
  if (source !== 'call') return name
  const took = call.durationMs === undefined ? '' : ` ${Math.round(call.durationMs * 10) / 10} ms`
  return `${name} ${call.status ?? ''}${took}`.trimEnd()
}

const fieldsOf = ({ attributes, message }: LogRecord): string => {
  const shown: Attributes = { ...attributes }
  delete shown.levelFrom
  const text = Object.keys(shown).length === 0 ? '' : fieldsText(shown)
  return text === message ? '' : text
}

/**
 * The record as one line, without a line end.
 * @example prettyLine(record) // '14:03:05.123 warning   analytics analyze_data [db] slow query  ms=812'
 */
export const prettyLine = (record: LogRecord, options: PrettyOptions = {}): string => {
  const { color = false, time = 'clock' } = options
  const paint = (code: number, text: string): string =>
    color && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text
  const level = COLORS[record.level] ?? COLORS.info
  const call = callText(record)
  const place = [
    ...(record.source === 'message' || record.source === 'call' ? [] : [record.source]),
    ...(record.logger === undefined ? [] : [visible(record.logger)]),
  ].join(' ')
  const head = [
    paint(DIM, time === 'clock' ? clockText(record.time) : dateText(record.time)),
    paint(level, String(record.level).padEnd(LEVEL_WIDTH)),
    visible(record.server),
    call,
    place === '' ? '' : paint(DIM, `[${place}]`),
    // A call's own message repeats its name.
    record.source === 'call' ? '' : visible(record.message),
  ].filter((part) => part !== '')
  const fields = visible(fieldsOf(record))
  const marks = [
    record.redacted === undefined ? '' : `[${record.redacted} masked]`,
    record.truncated === undefined ? '' : `[cut from ${record.truncated} bytes]`,
  ].filter((part) => part !== '')
  return [head.join(' '), paint(DIM, fields), ...marks].filter((part) => part !== '').join('  ')
}
