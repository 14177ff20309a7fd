/**
 * What a line looks like to a reader: terminal colours gone, control characters visible, widths in terminal cells.
 *
 * Control characters other than tab and newline become `\x1b`, `\u2028` and the like, so that one message can neither
 * paint over another nor pretend to be a second line. Bidirectional controls are among them: they reorder what is shown.
 */

// Every class stops at the next ESC, so the scan is linear: CSI, OSC (links, titles), other strings, two-character codes.
export const ANSI =
  /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[PX^_][^\x1b]*\x1b\\|[ -/]+[0-~]|[0-Z\\^-~])|\x9b[0-?]*[ -/]*[@-~]/g

/** A text without terminal escape sequences. */
export const stripAnsi = (text: string): string =>
  text.includes('\x1b') || text.includes('\x9b') ? text.replace(ANSI, '') : text

export const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

const escaped = (code: number): string =>
  code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`

/** What is shown for each control character; looked up, since a hostile line may be nothing but these. */
const SHOWN: ReadonlyMap<number, string> = new Map(
  Array.from({ length: 0x2070 }, (_, code) => code)
    .filter((code) => CONTROL.test(String.fromCharCode(code)))
    .map((code) => [code, code === 0x0d ? '\\r' : escaped(code)]),
)

/** A text with its control characters shown instead of sent; tab and newline stay. */
export const visible = (text: string): string => {
  if (!CONTROL.test(text)) return text
  let shown = ''
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code >= 0x20 && code < 0x7f) continue
    const instead = SHOWN.get(code)
    if (instead === undefined) continue
    shown += text.slice(from, at) + instead
    from = at + 1
  }
  return shown + text.slice(from)
}

export const isBlank = (text: string): boolean => !(text.charCodeAt(0) > 0x20) && text.trim() === ''

/** Number of white-space characters a line begins with. */
export const indentOf = (text: string): number => {
  let at = 0
  while (at < text.length && (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09)) at++
  return at
}

const isWide = (code: number): boolean =>
  code >= 0x1100 &&
  (code <= 0x115f ||
    (code >= 0x2e80 && code <= 0xa4cf && code !== 0x303f) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd))

/** Width of a text in terminal cells, nearly: East Asian wide characters and emoji are two. */
export const cells = (text: string): number => {
  let width = text.length
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) < 0x1100) continue
    const code = text.codePointAt(i) ?? 0
    // A pair of surrogates is two units already.
    if (code > 0xffff) i++
    else if (isWide(code)) width++
  }
  return width
}

/** True when a line of text may be broken before this character without a space: Chinese, Japanese, Korean. */
export const startsWide = (text: string): boolean => isWide(text.codePointAt(0) ?? 0)
