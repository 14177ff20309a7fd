/**
 * Calls, each with what was logged for it under it:
 *
 *     14:02:12.733 ■ tool_error  database › store_result  1.20 s  (3 records, 2 inferred)
 *         arguments  table=scores rows=128
 *         14:02:12.735 ● info      │ [database.pool] opening connection  pool=primary
 *         14:02:13.132 ▲ warning   ~ [stderr] retry 1 of 3
 *         tool_error  could not reach the database
 */
import { type Attributes, isObject, type LogRecord } from '@logboom/sdk/record'
import type { CallStory } from '../../store/contract.ts'
import { callName, failureText } from './call.ts'
import { fieldsLine } from './fields.ts'
import {
  careMarks,
  createPen,
  fieldBounds,
  LEVEL_CELLS,
  levelText,
  type Pen,
  type RenderOptions,
  recordBody,
} from './record.ts'
import { visible, visibleLines } from './text.ts'
import { shape } from './theme.ts'
import { duration, plural } from './units.ts'
import { pad } from './width.ts'

const INDENT = '    '
const STATUS_WIDTH = 10

const marksOf = (records: readonly LogRecord[]): string => {
  if (records.length === 0) return '(nothing logged)'
  const inferred = records.filter((record) => record.call?.attribution === 'inferred').length
  return `(${plural(records.length, 'record')}${inferred === 0 ? '' : `, ~ ${inferred} inferred`})`
}

const header = (story: CallStory, pen: Pen): string => {
  const { theme, clock } = pen
  const call = story.outcome?.call
  const named = call !== undefined && call.attribution !== 'ambiguous' ? call : story.call
  const status = named.status ?? 'started'
  const open = status === 'started'
  const level = story.outcome?.level ?? story.started.level
  const paint = status === 'ok' ? theme.good : open || status === 'cancelled' ? theme.warn : theme.bad
  const took = named.durationMs === undefined ? '' : `  ${duration(named.durationMs)}`
  const asked = story.call.from === 'server' ? theme.dim(' (asked by the server)') : ''
  const what = `${theme.server(story.server, visible(story.server))} ${theme.dim('›')} ${theme.bold(visible(callName(story.call)))}`
  return [
    theme.dim(clock.time(story.started.time)),
    paint(`${open ? '…' : shape(level)} ${pad(open ? 'open' : status, STATUS_WIDTH)}`),
    `${what}${asked}${took}  ${theme.dim(marksOf(story.records))}${careMarks(theme, story.started)}`,
  ].join(' ')
}

const argumentsLine = (story: CallStory, pen: Pen): string[] => {
  const given = story.started.attributes.arguments
  const fields = isObject(given) ? (given as Attributes) : given === undefined ? {} : { value: given }
  if (Object.keys(fields).length === 0) return []
  const label = 'arguments  '
  const bounds = fieldBounds(pen, () => INDENT.length + label.length)
  return [`${INDENT}${pen.theme.dim(label + pen.mark(fieldsLine(fields, bounds)))}`]
}

const outcomeLines = (story: CallStory, pen: Pen): string[] => {
  const { outcome } = story
  if (outcome?.call === undefined || outcome.call.attribution === 'ambiguous') return []
  const { status } = outcome.call
  const marks = careMarks(pen.theme, outcome)
  if (status === undefined || status === 'ok') return marks === '' ? [] : [`${INDENT}result ${marks}`]
  const [first = '', ...rest] = visibleLines(failureText(outcome) ?? '').map(pen.mark)
  const lines = [`${status}  ${first}`.trimEnd(), ...rest.map((line) => INDENT + line)]
  return lines.map(
    (line, index) => `${INDENT}${pen.theme.bad(line)}${index === lines.length - 1 ? marks : ''}`,
  )
}

/** A function that prints one call with its records; no line end at the end. */
export const createCallRenderer = (options: RenderOptions): ((story: CallStory) => string) => {
  const pen = createPen(options)
  const indent = INDENT.length + pen.clock.width + 1 + LEVEL_CELLS + 1
  return (story) =>
    [
      header(story, pen),
      ...argumentsLine(story, pen),
      ...story.records.map(
        (record) =>
          `${INDENT}${pen.theme.dim(pen.clock.time(record.time))} ${levelText(pen.theme, record)} ${recordBody(record, pen, indent, false)}`,
      ),
      ...outcomeLines(story, pen),
    ].join('\n')
}
