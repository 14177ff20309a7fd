/**
 * Words found in a text as queries find them, folded (NFKC, lower case), and marked where they stand in the text itself. Folding
 * changes lengths (`ﬁ` becomes `fi`, `İ` two characters, half-width kana with their marks one), so the text is cut into pieces
 * that fold each for itself, and a word is marked by the whole pieces it touches.
 */
import { type Expr, fold } from '@logboom/sdk/query'
import type { Paint } from './theme.ts'

/** Parts that must follow one another: a word alone, or what stands between the `*` of one with wildcards. */
export type Needle = readonly string[]

export interface Span {
  start: number
  end: number
}

// What folds one to one, whatever stands beside it.
const ASCII = /^[\x00-\x7f]*$/

let segmenter: Intl.Segmenter | undefined

interface Pieces {
  folded: string
  /** Where each piece begins, in the text and in the folded text, and where the last one ends. */
  starts: number[]
  foldedStarts: number[]
}

/** The text in pieces whose foldings make the folding of the text; nothing when there is no such cut. */
const cut = (text: string): Pieces | undefined => {
  const folded = fold(text)
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const starts: number[] = []
  const foldedStarts: number[] = []
  let last = ''
  let lastFolded = 0
  let end = 0
  for (const { segment, index } of segmenter.segment(text)) {
    const alone = fold(segment).length
    // Two graphemes may compose: ㄱ and ㅏ, which are letters, become 가.
    const together = last === '' ? alone : fold(last + segment).length - lastFolded
    if (last !== '' && together !== alone) {
      last += segment
      lastFolded += together
      end += together
      continue
    }
    starts.push(index)
    foldedStarts.push(end)
    end += alone
    last = segment
    lastFolded = alone
  }
  if (end !== folded.length) return undefined
  return { folded, starts: [...starts, text.length], foldedStarts: [...foldedStarts, end] }
}

/** The index of the piece that holds a place of the folded text. */
const pieceAt = (foldedStarts: readonly number[], place: number): number => {
  let low = 0
  let high = foldedStarts.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((foldedStarts[middle] ?? 0) <= place) low = middle
    else high = middle - 1
  }
  return low
}

/** Every place in a folded text where the parts follow one another. */
const places = (folded: string, needle: Needle): Span[] => {
  const found: Span[] = []
  for (let from = 0; ; ) {
    const parts: Span[] = []
    for (const part of needle) {
      const start = folded.indexOf(part, from)
      if (start === -1) return found
      from = start + part.length
      parts.push({ start, end: from })
    }
    found.push(...parts)
  }
}

const merged = (spans: readonly Span[]): Span[] => {
  const sorted = [...spans].sort((a, b) => a.start - b.start)
  const result: Span[] = []
  for (const { start, end } of sorted) {
    const before = result.at(-1)
    if (before !== undefined && start <= before.end) before.end = Math.max(before.end, end)
    else result.push({ start, end })
  }
  return result
}

/** Where the needles stand in the text, as UTF-16 offsets in order, none touching another. */
export const findSpans = (text: string, needles: readonly Needle[]): Span[] => {
  if (ASCII.test(text)) {
    const folded = fold(text)
    return merged(needles.flatMap((needle) => places(folded, needle)))
  }
  // Most texts hold none, and are not worth cutting.
  const folded = fold(text)
  const present = needles.filter((needle) => places(folded, needle).length > 0)
  const pieces = present.length === 0 ? undefined : cut(text)
  if (pieces === undefined) return []
  const { starts, foldedStarts } = pieces
  return merged(
    present
      .flatMap((needle) => places(folded, needle))
      .map(({ start, end }) => ({
        start: starts[pieceAt(foldedStarts, start)] ?? 0,
        end: starts[pieceAt(foldedStarts, end - 1) + 1] ?? text.length,
      })),
  )
}

/** A function that paints the needles in a text of one line. */
export const createHighlighter = (needles: readonly Needle[], paint: Paint): Paint => {
  if (needles.length === 0) return (text) => text
  return (text) => {
    let painted = ''
    let at = 0
    for (const { start, end } of findSpans(text, needles)) {
      painted += text.slice(at, start) + paint(text.slice(start, end))
      at = end
    }
    return at === 0 ? text : painted + text.slice(at)
  }
}

/** A word as a needle: folded; none for what is empty. */
export const needlesOf = (words: readonly string[], wildcard = false): Needle[] =>
  words
    .map((word) => (wildcard ? word.split('*') : [word]).map(fold).filter((part) => part !== ''))
    .filter((parts) => parts.length > 0)

/** The words and phrases of a query that stand in the messages it finds: not those it excludes. */
export const queryNeedles = (expr: Expr | undefined): Needle[] => {
  switch (expr?.kind) {
    case 'and':
    case 'or':
      return expr.of.flatMap(queryNeedles)
    case 'text':
      return needlesOf([expr.text], expr.wildcard)
    default:
      return []
  }
}
