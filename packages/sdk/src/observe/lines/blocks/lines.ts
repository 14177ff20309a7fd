/**
 * The block of a line, known or unknown: it takes what is indented below it, the closing bracket of what it opened, and
 * a stack trace that belongs to it.
 *
 * A traceback at the margin belongs to the line above it when that line is an error, or a warning read together with
 * it; below an `info` line it is more likely the end of the program than part of the line, and stands for itself.
 */
import { type Attributes, type Level, severity } from '../../../record/index.ts'
import { readPrettyFields } from '../pretty-fields.ts'
import { type Said, saidNothing } from '../said.ts'
import { indentOf, visible } from '../text.ts'
import { openBox, openRichBox } from './boxes.ts'
import { bracketBalance, CARET, FRAME, openFrames, openUncaught, PREAMBLE } from './frames.ts'
import { GO_PANIC, GOROUTINE, openGo, openRust } from './panics.ts'
import { openPython } from './python.ts'
import { type Block, isIndented, type Near, ONE_WRITE, type Stack, type Verdict } from './types.ts'

/** A stack trace that begins with this line, whatever stands above it. */
const openStack = (line: string): Stack | undefined => {
  const unit = line.charCodeAt(0)
  // T(raceback), E(xception in thread), t(hread), white space (group, syntax error, box), or no ASCII (box).
  if (unit !== 0x54 && unit !== 0x45 && unit !== 0x74 && unit !== 0x20 && unit !== 0x2b && unit < 0x80)
    return undefined
  return openPython(line) ?? openRust(line) ?? openRichBox(line)
}

/** What may follow an unknown line without being indented; undefined if nothing. */
type Waiting = 'frames' | 'caret' | 'goroutine'

const waitingFor = (line: string): Waiting | undefined => {
  const head = line.length > 512 ? line.slice(0, 512) : line
  if (GO_PANIC.test(head)) return 'goroutine'
  if (PREAMBLE.test(head.trimEnd())) return 'caret'
  return head.includes('Error') || head.includes('Exception') ? 'frames' : undefined
}

/** The line that names an error, above its frames. */
export const THROWN = /^[\w$.]{0,200}(?:Error|Exception|Throwable)(?::| \[\w{1,64}\]:|$)/

const NODE_HINT = '(Use `node --trace-'

/** @param said what the first line says, if it is known */
export const openLines = (first: string, said: Said | undefined): Block => {
  const brackets = bracketBalance()
  brackets.see(first)
  let stack = said === undefined ? (openStack(first) ?? openBox(first)) : openStack(said.message)
  const waiting = stack === undefined && said?.level === undefined ? waitingFor(first) : undefined

  const follow = (opened: Stack): Verdict => {
    stack = opened
    return 'take'
  }

  /** Lines between a line and what would make it a trace: further lines of a message, or the error of a log line. */
  const mayLeadToFrames = (line: string, near: Near): boolean => {
    if (near.gap > ONE_WRITE) return false
    if (said !== undefined) return joins(said, near.gap) && THROWN.test(line) && !near.known()
    if (waiting === undefined || near.known()) return false
    return waiting === 'caret' || waitingFor(line) === undefined
  }

  return {
    keepsHeld: false,
    next(line, near) {
      if (stack !== undefined) return stack.next(line, near)
      if (waiting === 'caret' && CARET.test(line)) return follow(openUncaught())
      if (isIndented(line)) {
        if (FRAME.test(line)) return follow(openFrames(first, line))
        brackets.see(line)
        const opened = joins(said, near.gap) ? openStack(line) : undefined
        return opened === undefined ? 'take' : follow(opened)
      }
      if (brackets.takesClosing(line)) return 'take'
      if (waiting === 'goroutine' && GOROUTINE.test(line)) return follow(openGo())
      const opened = openStack(line)
      if (opened !== undefined) return joins(said, near.gap) ? follow(opened) : 'end'
      if (said?.pattern === 'node-warning' && line.startsWith(NODE_HINT)) return 'take'
      return mayLeadToFrames(line, near) ? 'hold' : 'end'
    },
    finish(lines) {
      const result = said === undefined ? plainText(lines) : withLines(said, lines)
      if (stack === undefined) return result
      for (const [key, value] of Object.entries(stack.exception(lines))) result.attributes[key] ??= value
      if (result.level === undefined && stack.name !== undefined) {
        result.level = 'error'
        result.pattern = stack.name
      }
      return result
    },
  }
}

const atLeast = (level: Level | undefined, least: Level): boolean =>
  level !== undefined && severity(level) >= severity(least)

const joins = (said: Said | undefined, gap: number): boolean =>
  atLeast(said?.level, 'error') || (atLeast(said?.level, 'warning') && gap === 0)

const textOf = (lines: readonly string[]): string => visible(lines.map((line) => line.trimEnd()).join('\n'))

const plainText = (lines: readonly string[]): Said => saidNothing(textOf(lines))

/** The first line's message with the lines below it; their fields too, where the pattern puts them there. */
const withLines = (said: Said, lines: readonly string[]): Said => {
  if (lines.length === 1) return said
  let below = lines.slice(1)
  let attributes: Attributes = said.attributes
  if (said.pattern === 'pino-pretty') {
    const fields = readPrettyFields(below)
    attributes = { ...attributes, ...fields.attributes }
    below = fields.rest
  }
  const text = said.message === '' ? textOf(dedent(below)) : textOf(below)
  const message = said.message === '' || text === '' ? said.message + text : `${said.message}\n${text}`
  return { ...said, message, attributes }
}

/** Lines without the white space that the first of them begins with. */
const dedent = (lines: readonly string[]): string[] => {
  const indent = indentOf(lines[0] ?? '')
  return lines.map((line) => line.slice(Math.min(indent, indentOf(line))))
}
