/**
 * Records of Rich's logging handler, which FastMCP for Python uses: a table of time, level, message and place.
 *
 *     [11/22/26 14:34:05] INFO     a message that is wrapped to the       server.py:12
 *                                  width of its column
 *                         WARNING  the time is left out within a second    server.py:13
 *     [11/22/26 14:34:05] analysis failed
 *                         ╭──────── Traceback (most recent call last) ────────╮
 *
 * Lines are padded to the console's width (80 when it is no terminal). FastMCP's second handler, for tracebacks, leaves out
 * level and place. Where the time is left out, the column it left is what tells a record from the line above it.
 */
import { type Level, levelFromName } from '../../../record/index.ts'
import { type Said, saidNothing } from '../said.ts'
import { cells, indentOf, visible } from '../text.ts'
import { CLOCK_STAMP, type Clock, clockStamp, RICH_STAMP, richStamp } from '../time.ts'
import { unwrap } from '../unwrap.ts'
import { openRichBox, opensRichBox, richException } from './boxes.ts'
import { pythonException, TRACEBACK } from './python.ts'
import type { Block, Stack, Verdict } from './types.ts'

/** What the records of one stream share. */
export interface RichTable {
  /** Where the column after the time begins. */
  column: number
  /** Width of the console in cells. */
  width: number
  time: number | undefined
}

export interface RichHead {
  table: RichTable
  /** Where messages begin. */
  margin: number
  level: Level | undefined
  text: string
  /** Width of the message column in cells. */
  width: number
  place: RegExpExecArray | undefined
}

const LEVEL_WIDTH = 8
const LEVEL = /^(?:NOTSET|DEBUG|INFO|WARNING|ERROR|CRITICAL) {0,5}$/
const PLACE = /^([\w.<>-]{1,200}):(\d{1,7})$/
/** A line narrower than this is no table. */
const MIN_WIDTH = 40

const levelAt = (text: string, column: number): Level | undefined => {
  const field = text.slice(column, column + LEVEL_WIDTH)
  if (field.length < LEVEL_WIDTH || text.charAt(column + LEVEL_WIDTH) !== ' ') return undefined
  return LEVEL.test(field) ? levelFromName(field) : undefined
}

/** The head of a Rich record, if this line is one; `table` is that of the record before it on this stream. */
export const readRichHead = (
  text: string,
  clock: Clock,
  table: RichTable | undefined,
): RichHead | undefined => {
  const unit = text.charCodeAt(0)
  if (unit === 0x5b) return stampedHead(text, clock)
  if (unit === 0x20) return table === undefined ? undefined : blankHead(text, table)
  if (unit < 0x43 || unit > 0x57) return undefined
  const level = levelAt(text, 0)
  if (level === undefined || cells(text) < MIN_WIDTH) return undefined
  const head = headOf(text, 0, level, undefined)
  return head.place !== undefined || text.endsWith(' ') ? head : undefined
}

const stampedHead = (text: string, clock: Clock): RichHead | undefined => {
  const full = RICH_STAMP.exec(text)
  if (full !== null) {
    const column = full[0].length
    return headOf(text, column, levelAt(text, column), richStamp(full, clock))
  }
  const short = CLOCK_STAMP.exec(text)
  if (short === null || short[0].length !== 10) return undefined
  const level = levelAt(text, 11)
  return level === undefined ? undefined : headOf(text, 11, level, clockStamp(short, clock))
}

const blankHead = (text: string, table: RichTable): RichHead | undefined => {
  if (table.column === 0 || indentOf(text) !== table.column) return undefined
  const level = levelAt(text, table.column)
  return level !== undefined || cells(text) === table.width
    ? headOf(text, table.column, level, table.time)
    : undefined
}

const headOf = (
  text: string,
  column: number,
  level: Level | undefined,
  time: number | undefined,
): RichHead => {
  const margin = level === undefined ? column : column + LEVEL_WIDTH + 1
  const body = text.slice(margin)
  const table: RichTable = { column, width: cells(text), time }
  const space = body.lastIndexOf(' ')
  const place = text.endsWith(' ') ? null : PLACE.exec(body.slice(space + 1))
  if (place === null || level === undefined || (table.width < MIN_WIDTH && body.charAt(space - 1) !== ' ')) {
    return { table, margin, level, text: body.trimEnd(), width: cells(body), place: undefined }
  }
  return {
    table,
    margin,
    level,
    text: body.slice(0, Math.max(0, space)).trimEnd(),
    width: cells(body.slice(0, Math.max(0, space))),
    place,
  }
}

export const openRich = (head: RichHead): Block => {
  const { margin, level, table } = head
  let stack: Stack | undefined

  const afterBox = (text: string, verdict: Verdict): Verdict => {
    if (verdict !== 'end') return verdict
    // A box that no exception leads to is the next record's; what was held before it is that record's message.
    if (opensRichBox(text)) return level === undefined ? 'end' : 'take'
    return level === undefined ? 'hold' : 'take'
  }

  return {
    keepsHeld: true,
    next(line, near) {
      if (indentOf(line) < margin) return 'close'
      if (level === undefined && levelAt(line, table.column) !== undefined) return 'close'
      const text = line.slice(margin)
      if (stack !== undefined) return afterBox(text, stack.next(text, near))
      stack = openRichBox(text)
      return 'take'
    },
    finish(lines) {
      const below = lines.slice(1).map((line) => line.slice(margin).trimEnd())
      const box = below.findIndex(opensRichBox)
      const words = box === -1 ? below : below.slice(0, box)
      const said = saidNothing(visible(unwrap([head.text, ...words], head.width)))
      if (level !== undefined) {
        said.level = level
        said.pattern = 'rich'
      }
      if (table.time !== undefined) said.time = table.time
      if (head.place !== undefined) {
        said.attributes['code.file.path'] = visible(head.place[1] ?? '')
        said.attributes['code.line.number'] = Number(head.place[2])
      }
      if (box === -1) addPlainTraceback(said)
      else addBox(said, below.slice(box))
      return said
    },
  }
}

const addBox = (said: Said, lines: readonly string[]): void => {
  said.message = `${said.message}\n${visible(lines.join('\n'))}`.trimStart()
  const width = Math.max(...lines.map((line) => cells(line)))
  Object.assign(said.attributes, richException(lines, width))
  said.level ??= 'error'
  said.pattern ??= 'rich-traceback'
}

/** Without `rich_tracebacks` the handler prints Python's own below the message. */
const addPlainTraceback = (said: Said): void => {
  const lines = said.message.split('\n')
  if (lines.some((line) => TRACEBACK.test(line))) Object.assign(said.attributes, pythonException(lines))
}

export const RICH_REGEXES = [
  { name: 'rich-level', regex: LEVEL },
  { name: 'rich-place', regex: PLACE },
]
