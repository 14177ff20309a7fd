/** Python tracebacks: plain, chained, exception groups, loguru's annotated ones. */
import type { Attributes } from '../../../record/index.ts'
import { UPPER } from '../words.ts'
import { exceptionOf, isIndented, type Stack } from './types.ts'

export const TRACEBACK = /^(?:Exception in thread [^\n]{1,200}:|Traceback \(most recent call last\):)$/
const GROUP = /^ {2}\+ Exception Group Traceback \(most recent call last\):/
const SYNTAX = /^ {2}File "[^"\n]{1,400}", line \d{1,9}$/
const CHAIN = /^(?:The above exception was the direct cause|During handling of the above exception)/
const EXCEPTION = /^([A-Za-z_][\w.]{0,200})(?:: |:$|$)/
const GROUP_EXCEPTION = /^\s{0,200}\| ([A-Za-z_][\w.]{0,200}): /
const LEVEL = new RegExp(`^${UPPER}:`)
const VALIDATION = /^[^\n]{0,300}validation errors? for /

/** A traceback that begins with this line. */
export const openPython = (line: string): Stack | undefined => {
  const head = line.trimEnd()
  // All lines of a group are indented; nothing at the margin ends it.
  if (GROUP.test(head)) return pythonStack('thrown')
  return TRACEBACK.test(head) || SYNTAX.test(head) ? pythonStack('frames') : undefined
}

type State = 'frames' | 'thrown' | 'chain'

const pythonStack = (first: State): Stack => {
  let state: State = first
  let validation = false
  return {
    name: 'python-traceback',
    exception: pythonException,
    next(line, near) {
      const text = line.trimEnd()
      if (TRACEBACK.test(text)) return state === 'thrown' ? 'end' : take('frames')
      if (isIndented(line) || (state === 'frames' && line.startsWith('> '))) return 'take'
      if (state === 'frames') {
        if (!EXCEPTION.test(text) || LEVEL.test(text)) return 'end'
        validation = VALIDATION.test(text)
        return take('thrown')
      }
      if (CHAIN.test(text)) {
        state = 'chain'
        return 'hold'
      }
      // pydantic lists each wrong field by its path, with what is wrong indented below it.
      return validation && /^\S{1,200}$/.test(text) && !near.known() ? 'hold' : 'end'
    },
  }

  function take(next: State): 'take' {
    state = next
    return 'take'
  }
}

/** What the last traceback threw, with all lines of its message; of a group, the group. */
export const pythonException = (lines: readonly string[]): Attributes => {
  const start = Math.max(
    0,
    lines.findLastIndex((line) => TRACEBACK.test(line.trimEnd())),
  )
  const at = lines.findIndex((line, index) => index > start && isThrown(line))
  const match = EXCEPTION.exec(lines[at]?.trimEnd() ?? '')
  if (match === null) return groupException(lines)
  const rest = lines.slice(at).join('\n').slice(match[0].length)
  return exceptionOf(match[1] ?? '', rest.trim())
}

/** The first line at the margin, loguru's marks left out. */
const isThrown = (line: string): boolean => !isIndented(line) && !line.startsWith('>') && line.trim() !== ''

const groupException = (lines: readonly string[]): Attributes => {
  const match = lines.map((line) => GROUP_EXCEPTION.exec(line)).find((found) => found !== null)
  if (match === undefined) return {}
  return exceptionOf(match[1] ?? '', match.input.trimEnd().slice(match[0].length))
}

export const PYTHON_REGEXES = [
  { name: 'python-traceback', regex: TRACEBACK },
  { name: 'python-group', regex: GROUP },
  { name: 'python-syntax', regex: SYNTAX },
  { name: 'python-chain', regex: CHAIN },
  { name: 'python-exception', regex: EXCEPTION },
  { name: 'python-group-exception', regex: GROUP_EXCEPTION },
  { name: 'python-validation', regex: VALIDATION },
]
