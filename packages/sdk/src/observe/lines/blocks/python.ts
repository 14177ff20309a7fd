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

/** The last thing thrown, with all lines of its message. */
export const pythonException = (lines: readonly string[]): Attributes => {
  for (let at = lines.length - 1; at > 0; at--) {
    const line = lines[at] ?? ''
    const match = isIndented(line) ? null : EXCEPTION.exec(line.trimEnd())
    // A path of pydantic's list looks like a type too, but stands below the line that names the error.
    if (match === null || CHAIN.test(line) || !isIndented(lines[at - 1] ?? ' ')) continue
    if (!match[0].includes(':') && !isThrown(lines, at)) continue
    const first = line.trimEnd().slice(match[0].length)
    const rest = lines.slice(at + 1).map((next) => next.trimEnd())
    return exceptionOf(match[1] ?? '', [first, ...rest].join('\n').trim())
  }
  const group = lines.map((line) => GROUP_EXCEPTION.exec(line)).find((match) => match !== null)
  const line = group?.input.trimEnd() ?? ''
  return group === undefined ? {} : exceptionOf(group?.[1] ?? '', line.slice(group?.[0].length))
}

/** True unless an earlier line after the last traceback's frames already named what was thrown. */
const isThrown = (lines: readonly string[], at: number): boolean => {
  for (let above = at - 1; above > 0; above--) {
    const line = lines[above] ?? ''
    if (TRACEBACK.test(line.trimEnd())) return true
    if (!isIndented(line) && line.trim() !== '' && !line.startsWith('>')) return false
  }
  return true
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
