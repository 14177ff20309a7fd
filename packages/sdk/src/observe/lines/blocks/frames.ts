/** Stack traces whose frames are `at …` lines below the message: Node, Java, .NET. */
import type { Attributes } from '../../../record/index.ts'
import { exceptionOf, isIndented, ONE_WRITE, type Stack } from './types.ts'

export const FRAME = /^\s{1,40}at \S/
const CAUSED = /^(?:Caused by|Suppressed): /
const NODE_END = /^Node\.js v\d/
export const CARET = /^\s{0,400}\^{1,400}\s{0,40}$/
/** Where an uncaught error was thrown, as Node prints it above the source line. */
export const PREAMBLE = /^(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\n]{1,400}:\d{1,9}$/
const TYPE = /^[A-Za-z_$][\w$.]{0,200}:?$/

/** Java indents frames by a tab, .NET by three spaces, Node by four (more in causes). */
const nameOf = (frame: string): string => {
  if (frame.startsWith('\t')) return 'java-stack'
  return /^ {3}at /.test(frame) ? 'dotnet-stack' : 'node-stack'
}

const opens = (line: string): boolean => {
  const unit = line.charCodeAt(line.length - 1)
  // Not worth a look at lines that end in a letter.
  if (unit !== 0x20 && unit !== 0x7b && unit !== 0x5b && unit !== 0x28) return false
  return /[{[(]$/.test(line.trimEnd().slice(-1))
}
const closes = (line: string): boolean => /^[\]})]/.test(line)

/** Follows `{`, `[` or `(` at a line's end: the closing bracket is not indented and still belongs. */
export const bracketBalance = () => {
  let open = false
  return {
    see(line: string): void {
      if (opens(line)) open = true
    },
    takesClosing(line: string): boolean {
      if (!open || !closes(line)) return false
      open = opens(line)
      return true
    },
  }
}

/** The trace that this first frame begins; `before` is the text above it. */
export const openFrames = (before: string, frame: string): Stack => {
  const brackets = bracketBalance()
  brackets.see(frame)
  let caused = false
  return {
    // `console.trace` prints a stack where nothing went wrong.
    name: before.startsWith('Trace') ? undefined : nameOf(frame),
    exception: framesException,
    next(line, near) {
      if (isIndented(line)) {
        brackets.see(line)
        caused = false
        return 'take'
      }
      if (brackets.takesClosing(line) || NODE_END.test(line)) return 'take'
      if (CAUSED.test(line)) {
        caused = true
        return 'take'
      }
      // The second line of a cause's message stands at the margin; frames follow it.
      return caused && near.gap <= ONE_WRITE && !near.known() ? 'hold' : 'end'
    },
  }
}

/** An error nobody caught: source line and caret were seen, all that follows until Node's last line is its last words. */
export const openUncaught = (): Stack => {
  let done = false
  return {
    name: 'node-stack',
    exception: framesException,
    next(line, near) {
      if (done) return 'end'
      done = NODE_END.test(line)
      return done || isIndented(line) || closes(line) || !near.known() ? 'take' : 'end'
    },
  }
}

/** What the text above the first frame calls an error. */
export const framesException = (lines: readonly string[]): Attributes => {
  const caret = lines.findIndex((line) => CARET.test(line))
  const frame = lines.findIndex((line, at) => at > caret && FRAME.test(line))
  const above = lines.slice(caret + 1, frame === -1 ? undefined : frame)
  for (const [at, line] of above.entries()) {
    const found = typeAndMessage(line.trimEnd())
    if (found === undefined) continue
    const rest = above.slice(at + 1).map((next) => next.trimEnd())
    return exceptionOf(found.type, [found.message, ...rest].join('\n').trim())
  }
  return {}
}

const typeAndMessage = (line: string): { type: string; message: string } | undefined => {
  let at = 0
  while (at < line.length && at < 512) {
    const space = line.indexOf(' ', at)
    const end = space === -1 ? line.length : space
    const token = line.slice(at, end)
    const last = end === line.length
    if (/(?:Error|Exception|Throwable|Rejection):?$/.test(token.slice(-12)) && TYPE.test(token)) {
      const code = /^ \[\w{1,64}\]:/.exec(line.slice(end, end + 68))
      if (token.endsWith(':') || last) return { type: token.replace(/:$/, ''), message: line.slice(end + 1) }
      if (code !== null) return { type: token, message: line.slice(end + code[0].length + 1) }
    }
    at = end + 1
  }
  return undefined
}

export const FRAMES_REGEXES = [
  { name: 'frame', regex: FRAME },
  { name: 'caused', regex: CAUSED },
  { name: 'node-end', regex: NODE_END },
  { name: 'caret', regex: CARET },
  { name: 'preamble', regex: PREAMBLE },
  { name: 'exception-type', regex: TYPE },
]
