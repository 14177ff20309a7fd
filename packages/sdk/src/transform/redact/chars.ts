/** Classes of characters, by table: what may stand in a token, a name, a value. */

const WORD = 1
const DOT = 2
const BASE64 = 4
const NAME = 8
const SPACE = 16
const QUOTE = 32
const URL_SAFE = 64

const CLASSES = new Uint8Array(128)
const mark = (characters: string, bits: number): void => {
  for (const character of characters) {
    const code = character.charCodeAt(0)
    CLASSES[code] = (CLASSES[code] ?? 0) | bits
  }
}
mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', WORD | NAME)
mark('_-', WORD | NAME)
mark('.', DOT | NAME)
mark('+/=', BASE64)
mark('~%', URL_SAFE)
mark(' \t\n\r\f\v', SPACE)
mark('"\'`', QUOTE)

const is = (code: number, bits: number): boolean => code < 128 && ((CLASSES[code] ?? 0) & bits) !== 0

/** The alphabets that tokens are written in; each holds the ones before it. */
export type Alphabet = 'word' | 'dotted' | 'base64' | 'any'

const ALPHABETS: Readonly<Record<Alphabet, number>> = {
  word: WORD,
  dotted: WORD | DOT,
  base64: WORD | DOT | BASE64,
  any: WORD | DOT | BASE64 | URL_SAFE,
}

export const isNameUnit = (code: number): boolean => is(code, NAME)
export const isSpace = (code: number): boolean => is(code, SPACE)
export const isQuote = (code: number): boolean => is(code, QUOTE)
export const isDigit = (code: number): boolean => code >= 48 && code <= 57
export const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122)

/** Where the run of an alphabet's characters that goes on at `from` ends. Linear, whatever the length. */
export const tokenEnd = (text: string, from: number, alphabet: Alphabet): number => {
  const bits = ALPHABETS[alphabet]
  let end = from
  while (end < text.length && is(text.charCodeAt(end), bits)) end++
  return end
}

const BACKSLASH = 92
const ESCAPES = 'bfnrt'

/**
 * True when a token may start here: at the start, after anything but a letter or digit, or after something that only
 * looks like one: an escape (`\n`), a percent code (`%20`), the end of a terminal colour (`ESC[32m`).
 */
export const isTokenStart = (text: string, at: number): boolean => {
  if (at === 0) return true
  const before = text.charCodeAt(at - 1)
  if (!isLetter(before) && !isDigit(before)) return true
  if (at >= 2 && text.charCodeAt(at - 2) === BACKSLASH && ESCAPES.includes(text.charAt(at - 1))) return true
  if (at >= 3 && text.charAt(at - 3) === '%' && /^[0-9A-Fa-f]{2}$/.test(text.slice(at - 2, at))) return true
  return before === 109 && /\[[0-9;]{0,16}m$/.test(text.slice(Math.max(0, at - 20), at))
}
