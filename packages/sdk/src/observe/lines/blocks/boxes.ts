/** Boxes drawn with line characters: Rich's tracebacks, and any other (banners, panels), which say no level. */
import { cells, indentOf } from '../text.ts'
import { unwrap } from '../unwrap.ts'
import { exceptionOf, ONE_WRITE, type Stack } from './types.ts'

const TOP = '╭┌╔┏'
const BOTTOM = '╰└╚┗'
const SIDES = '│┃║├┣╠┝┠'
const RICH_TOP = /^\s{0,200}[╭┌+][─-]{1,400} Traceback \(most recent call last\)/
const CHAIN = /^\s{0,200}(?:The above exception was the direct|During handling of the above)/
const EXCEPTION = /^([A-Za-z_][\w.]{0,200})(?:: |:$|$)/

const startsWithOneOf = (line: string, chars: string): boolean => {
  const first = line.charAt(indentOf(line))
  return first !== '' && chars.includes(first)
}

export const opensRichBox = (line: string): boolean => RICH_TOP.test(line)

/** A Rich traceback that begins with this line: the box, then what was thrown, wrapped at the box's width. */
export const openRichBox = (line: string): Stack | undefined => {
  if (!RICH_TOP.test(line)) return undefined
  const indent = indentOf(line)
  const width = cells(line.trimEnd())
  let state: 'box' | 'thrown' | 'after' | 'chain' = 'box'
  let last = ''
  return {
    name: 'rich-traceback',
    next(next, near) {
      const text = next.trimEnd()
      if (state === 'box') {
        if (startsWithOneOf(next, BOTTOM) && indentOf(next) === indent) state = 'thrown'
        return startsWithOneOf(next, TOP + SIDES + BOTTOM) ? 'take' : 'end'
      }
      if (RICH_TOP.test(next)) {
        if (state !== 'chain') return 'end'
        state = 'box'
        return 'take'
      }
      if (state === 'chain') return 'hold'
      if (CHAIN.test(next)) {
        state = 'chain'
        return 'hold'
      }
      const wrapped = cells(last) + 1 + cells(text.trimStart().split(' ', 1)[0] ?? '') > width
      if (state === 'after' && !wrapped) return 'end'
      if (state === 'thrown' && (!EXCEPTION.test(text) || near.gap > 60)) return 'end'
      state = 'after'
      last = text
      return 'take'
    },
    exception: (lines) => richException(lines, width - indent),
  }
}

/** What stands below the last box. */
export const richException = (lines: readonly string[], width: number): ReturnType<typeof exceptionOf> => {
  const bottom = lines.findLastIndex((line) => startsWithOneOf(line, BOTTOM))
  const text = unwrap(
    lines.slice(bottom + 1).map((line) => line.trim()),
    width,
  )
  const match = EXCEPTION.exec(text.split('\n', 1)[0] ?? '')
  return bottom === -1 || match === null
    ? {}
    : exceptionOf(match[1] ?? '', text.slice(match[0].length).trim())
}

/** Any other box that begins with this line. */
export const openBox = (line: string): Stack | undefined => {
  if (!startsWithOneOf(line, TOP)) return undefined
  const indent = indentOf(line)
  const second = line.charAt(indent + 1)
  if (second === '' || !'─═━'.includes(second)) return undefined
  let done = false
  return {
    name: undefined,
    next(next, near) {
      if (done) return 'end'
      done = startsWithOneOf(next, BOTTOM) && indentOf(next) === indent
      if (done || startsWithOneOf(next, SIDES + TOP + BOTTOM)) return 'take'
      // A text with line breaks of its own, boxed line by line or not at all.
      return near.gap <= ONE_WRITE && !near.known() ? 'hold' : 'end'
    },
    exception: () => ({}),
  }
}

export const BOX_REGEXES = [
  { name: 'rich-box', regex: RICH_TOP },
  { name: 'rich-chain', regex: CHAIN },
  { name: 'rich-exception', regex: EXCEPTION },
]
