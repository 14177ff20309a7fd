/** The query in colours, drawn behind the box: same font, same place, letter over letter. */
import type { QueryProblem } from './problem.ts'
import { type Token, tokensOf } from './tokens.ts'

const COLOR: Readonly<Record<Token['kind'], string>> = {
  field: 'text-accent',
  operator: 'text-accent',
  keyword: 'text-notice',
  bracket: 'text-dim',
  quoted: 'text-text',
  regex: 'text-warning',
  word: 'text-text',
}

export interface Piece {
  text: string
  start: number
  kind?: Token['kind']
  bad: boolean
}

/** The text in pieces of one look each; where something is wrong is a piece of its own, beyond the end if need be. */
export const piecesOf = (text: string, problem: QueryProblem | undefined): Piece[] => {
  const pieces: Piece[] = []
  const badFrom = problem === undefined ? -1 : Math.min(problem.column - 1, text.length)
  const put = (start: number, end: number, kind?: Token['kind']): void => {
    if (end <= start) return
    if (badFrom > start && badFrom < end) {
      put(start, badFrom, kind)
      put(badFrom, end, kind)
      return
    }
    const look = kind === undefined ? {} : { kind }
    pieces.push({ text: text.slice(start, end), start, bad: start === badFrom, ...look })
  }
  let at = 0
  for (const { start, end, kind } of tokensOf(text)) {
    put(at, start)
    put(start, end, kind)
    at = end
  }
  put(at, text.length)
  if (badFrom === text.length) pieces.push({ text: ' ', start: text.length, bad: true })
  return pieces
}

export const Highlighted = ({ text, problem }: { text: string; problem: QueryProblem | undefined }) =>
  piecesOf(text, problem).map(({ text: piece, start, kind, bad }) => (
    <span
      key={start}
      className={`${kind === undefined ? '' : COLOR[kind]} ${bad ? 'underline decoration-error decoration-wavy decoration-2 underline-offset-4' : ''}`}
    >
      {piece}
    </span>
  ))
