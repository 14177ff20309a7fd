/**
 * Undoes the wrapping of Rich at a known width.
 *
 * Rich breaks at spaces, drops the space it breaks at, and folds a word longer than the width onto lines of its own. So a
 * line that had room for the next line's first word ended because the message did; a full line that is one word goes
 * on without a space; any other goes on with one.
 */
import { cells, indentOf, startsWide } from './text.ts'

export const unwrap = (lines: readonly string[], width: number): string => {
  let text = ''
  let last: string | undefined
  for (const line of lines) {
    text += last === undefined ? line : glue(last, line, width) + line
    last = line
  }
  return text
}

const glue = (last: string, next: string, width: number): string => {
  if (last === '' || next === '' || indentOf(next) > 0) return '\n'
  const room = width - cells(last)
  if (startsWide(next) && room <= 1) return ''
  if (room <= 0 && !last.includes(' ')) return ''
  const word = next.split(' ', 1)[0] ?? ''
  return cells(word) + 1 > room ? ' ' : '\n'
}
