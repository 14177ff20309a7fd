/** The pieces that a printed record is made of, whatever view it stands in. */
import { type Attributes, isCallRecord, isObject, LEVELS, type LogRecord } from '@logboom/sdk/record'
import { callMark, callName, failureText } from './call.ts'
import { type FieldsOptions, fieldsLine, shownAttributes } from './fields.ts'
import { createHighlighter, type Needle } from './highlight.ts'
import { visible, visibleLines } from './text.ts'
import { createTheme, type Paint, shape, type Theme } from './theme.ts'
import { type Clock, type ClockOptions, createClock, duration, size } from './units.ts'
import { clip, displayWidth, pad } from './width.ts'

export interface RenderOptions extends ClockOptions {
  color: boolean
  /** Cells of the terminal; fields that do not fit are counted instead. Absent (a pipe, a file): everything is printed. */
  width?: number
  /** Names of the servers, so that their column has its width from the first line on. */
  servers?: readonly string[]
  /** Day that needs no line above its records: today. Unix epoch milliseconds. */
  now?: () => number
  /** Words to mark where colours are on: in messages, fields and failures, and in messages only. */
  highlight?: readonly Needle[]
  highlightMessages?: readonly Needle[]
}

/** Everything a line needs besides its record. */
export interface Pen {
  theme: Theme
  clock: Clock
  width?: number
  /** Marks words in a line of a message, and anywhere else. */
  markMessage: Paint
  mark: Paint
}

export const createPen = (options: RenderOptions): Pen => {
  const { color, highlight = [], highlightMessages = [] } = options
  const theme = createTheme(color)
  const marking = (needles: readonly Needle[]): Paint => createHighlighter(color ? needles : [], theme.found)
  const pen: Pen = {
    theme,
    clock: createClock(options),
    markMessage: marking([...highlight, ...highlightMessages]),
    mark: marking(highlight),
  }
  if (options.width !== undefined) pen.width = options.width
  return pen
}

const LEVEL_WIDTH = Math.max(...LEVELS.map((level) => level.length))
const FIELD_VALUE = 120
const FIELDS_MIN = 40
const PIPED_VALUE = 200

/** Level as shape and word, padded to the widest. */
export const levelText = (theme: Theme, record: LogRecord): string =>
  theme.level(record.level, `${shape(record.level)} ${pad(record.level, LEVEL_WIDTH)}`)

/** Cells of `levelText`. */
export const LEVEL_CELLS = LEVEL_WIDTH + 2

const placeText = (record: LogRecord): string => {
  const words: string[] = record.source === 'message' || record.source === 'call' ? [] : [record.source]
  if (record.logger !== undefined) words.push(visible(record.logger))
  return words.length === 0 ? '' : `[${clip(words.join(' '), 40)}]`
}

const LOUD = new Set(['warning', 'error', 'critical', 'alert', 'emergency'])

/** Marks at the end of a line: what was masked, what was cut. */
export const careMarks = (theme: Theme, record: LogRecord): string => {
  let marks = ''
  if (record.redacted !== undefined) marks += ` ${theme.warn(`[●●● ${record.redacted} masked]`)}`
  if (record.truncated !== undefined) marks += ` ${theme.warn(`[cut from ${size(record.truncated)}]`)}`
  return marks
}

/** `ok 370 ms`, or what went wrong. */
const outcomeText = (theme: Theme, record: LogRecord): string => {
  const call = record.call
  if (call === undefined || call.attribution === 'ambiguous' || call.status === undefined) return ''
  const took = call.durationMs === undefined ? '' : ` ${duration(call.durationMs)}`
  if (call.status === 'ok') return theme.good('ok') + theme.dim(took)
  const paint = call.status === 'cancelled' ? theme.warn : theme.bad
  return paint(`${call.status}${took}`)
}

/** The lines of what happened: the first goes behind `head`, the others under it. */
interface Body {
  lines: string[]
  fields: Attributes
}

const bodyOf = (record: LogRecord, { theme, mark, markMessage }: Pen): Body => {
  if (!isCallRecord(record)) {
    const lines = visibleLines(record.message).map(markMessage)
    const paint = LOUD.has(record.level) ? (line: string) => theme.level(record.level, line) : undefined
    return { lines: paint === undefined ? lines : lines.map(paint), fields: shownAttributes(record) }
  }
  if (record.call.status === 'started') {
    const asked = record.call.from === 'server' ? theme.dim('(asked by the server)') : ''
    const given = record.attributes.arguments
    return {
      lines: [asked],
      fields: isObject(given) ? (given as Attributes) : given === undefined ? {} : { arguments: given },
    }
  }
  const outcome = outcomeText(theme, record)
  const why = record.call.status === 'ok' ? undefined : failureText(record)
  if (why === undefined) return { lines: [outcome], fields: {} }
  const [first = '', ...rest] = visibleLines(why).map(mark)
  return { lines: [`${outcome} ${theme.bad(first)}`, ...rest.map(theme.bad)], fields: {} }
}

/**
 * One record after its columns: mark, call, place, message, fields. `indent` is where it begins, in cells; further
 * lines stand two cells further right. `named`: print the call's name (a view that groups by call need not).
 */
export const recordBody = (record: LogRecord, pen: Pen, indent: number, named: boolean): string => {
  const { theme } = pen
  const call = record.call
  const mark = callMark(record)
  const own = isCallRecord(record)
  const head: string[] = []
  if (mark !== '') head.push(theme.server(record.server, mark))
  if (named && call !== undefined && call.attribution !== 'ambiguous') {
    const name = visible(callName(call))
    head.push(own ? theme.bold(name) : theme.dim(name))
  }
  const place = placeText(record)
  if (place !== '') head.push(theme.dim(place))
  const body = bodyOf(record, pen)
  const [first = '', ...rest] = body.lines
  if (first !== '') head.push(first)
  const started = head.join(' ')
  const lines = [started, ...rest.map((line) => `${' '.repeat(indent + 2)}${line}`)]
  const last = lines.length - 1
  lines[last] +=
    fieldsAfter(lines[last] ?? '', body.fields, pen, last === 0 ? indent : 0) + careMarks(theme, record)
  return lines.join('\n')
}

/** A terminal gets the fields that fit beside the `used` cells of a line; a pipe gets them all. */
export const fieldBounds = (pen: Pen, used: () => number): FieldsOptions =>
  pen.width === undefined
    ? { value: PIPED_VALUE }
    : { value: FIELD_VALUE, total: Math.max(FIELDS_MIN, pen.width - used()) }

const ANSI = /\u001b\[[0-9;]*m/g

const fieldsAfter = (line: string, fields: Attributes, pen: Pen, indent: number): string => {
  if (Object.keys(fields).length === 0) return ''
  const bounds = fieldBounds(pen, () => indent + displayWidth(line.replace(ANSI, '')) + 2)
  return `  ${pen.theme.dim(pen.mark(fieldsLine(fields, bounds)))}`
}
