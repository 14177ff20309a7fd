/**
 * How many terminal cells a text takes, and texts cut or padded to a number of cells.
 *
 * One grapheme is one unit: two cells if it is East Asian wide or fullwidth or an emoji, none if it is only combining,
 * else one. "Ambiguous" characters count as one, as terminals outside legacy East Asian locales draw them.
 * Texts must have gone through `visible` before: control characters have no width here.
 */

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/
// Characters that are one grapheme each, whatever stands beside them: most of what logs hold. From U+3001 on, wide.
const SIMPLE =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u2319\u2500-\u25fc\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u
const EMOJI = /^\p{Emoji_Presentation}|^\p{Extended_Pictographic}\ufe0f/u

// East Asian Width W and F (UAX #11), neighbours merged; emoji are told by their own property.
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
]

let segmenter: Intl.Segmenter | undefined

const graphemes = (text: string): Iterable<{ segment: string }> => {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  return segmenter.segment(text)
}

const graphemeWidth = (grapheme: string): number => {
  const code = grapheme.codePointAt(0) ?? 0
  if (code < 0x7f) return 1
  if (INVISIBLE.test(grapheme)) return 0
  if (EMOJI.test(grapheme)) return 2
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1
}

/**
 * Cells the text takes on a terminal.
 * @example displayWidth('工具 ok') // 7
 */
export const displayWidth = (text: string): number => {
  if (PRINTABLE_ASCII.test(text)) return text.length
  let width = 0
  if (SIMPLE.test(text)) {
    for (let i = 0; i < text.length; i++) width += text.charCodeAt(i) > 0x3000 ? 2 : 1
  } else {
    for (const { segment } of graphemes(text)) width += graphemeWidth(segment)
  }
  return width
}

/** At most `max` cells of the text; what was cut is marked with `…`. */
export const clip = (text: string, max: number): string => {
  // A unit of UTF-16 is never more than two cells and seldom none: most texts are decided without segmenting.
  if (text.length <= max && displayWidth(text) <= max) return text
  let width = 0
  let kept = ''
  for (const { segment } of graphemes(text)) {
    const next = width + graphemeWidth(segment)
    if (next > max) return `${trimTo(kept, max - 1)}…`
    width = next
    kept += segment
  }
  return kept
}

/** Drops graphemes at the end until the text fits. */
const trimTo = (text: string, max: number): string => {
  let width = 0
  let kept = ''
  for (const { segment } of graphemes(text)) {
    width += graphemeWidth(segment)
    if (width > max) break
    kept += segment
  }
  return kept
}

/** The text cut and filled with spaces to exactly `width` cells. */
export const pad = (text: string, width: number, side: 'left' | 'right' = 'right'): string => {
  const cut = clip(text, width)
  const space = ' '.repeat(Math.max(0, width - displayWidth(cut)))
  return side === 'right' ? cut + space : space + cut
}
