/**
 * How far a value reaches in a text, from its first character on: quoted, bracketed, an HTTP credential, the rest of a
 * line, or a word. Where it is unclear, more is masked rather than less.
 */
import { isNameUnit, isQuote, isSpace } from './chars.ts'
import type { KeyRule } from './keys.ts'
import { maskEnd } from './ranges.ts'

export interface Extent {
  start: number
  end: number
}

const BACKSLASH = 92
const SOFT = '&;,|)]}>'
const NOTHING = /^(?:null|undefined|none|nil|true|false|\*+|x{3,}|\$\{[A-Za-z_]\w{0,63}\}?)?$/i
const MAX_NOTHING = 72
/** A constructor or a prefix before a quoted text: `Some("…")`, `b'…'`. */
const WRAPPED = /^(?:[A-Za-z_][\w.:]{0,31}\(|[bBuUrRfF]{1,2})$/
const ONE_TOKEN = /(?:basic|bearer|token|apikey|negotiate|ntlm|key|oauth|dpop)[ \t]+/iy

const isLineEnd = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at)
  if (code === 10 || code === 13) return true
  // A line end as JSON writes it, in JSON that was not read as such.
  return code === BACKSLASH && (text.charAt(at + 1) === 'n' || text.charAt(at + 1) === 'r')
}

/** How many backslashes stand before a place. */
export const escapesBefore = (text: string, at: number): number => {
  let count = 0
  while (count < 64 && text.charCodeAt(at - 1 - count) === BACKSLASH) count++
  return count
}

/** The quote at or behind backslashes at a place. */
const quoteAt = (text: string, at: number): { quote: string; escapes: number; inner: number } | undefined => {
  let i = at
  while (i - at < 64 && text.charCodeAt(i) === BACKSLASH) i++
  return isQuote(text.charCodeAt(i)) ? { quote: text.charAt(i), escapes: i - at, inner: i + 1 } : undefined
}

/** Up to the quote that is escaped no deeper than the one that opened; without one, to the end of the line. */
const quotedEnd = (text: string, inner: number, quote: string, escapes: number): number => {
  let run = 0
  for (let i = inner; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === BACKSLASH) {
      run++
      continue
    }
    if (text.charAt(i) === quote && run <= escapes) return i - run
    if (code === 10) return i
    run = 0
  }
  return text.length
}

/** Up to the bracket that closes, quoted texts passed over; without one, to the end. */
const bracketEnd = (text: string, start: number): number => {
  let depth = 0
  let quote = ''
  for (let i = start; i < text.length; i++) {
    const character = text.charAt(i)
    if (quote !== '') {
      if (character === '\\') i++
      else if (character === quote) quote = ''
    } else if (character === '"' || (character === "'" && '[{,: '.includes(text.charAt(i - 1)))) {
      if (escapesBefore(text, i) === 0) quote = character
    } else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') {
      depth--
      if (depth === 0) return i + 1
    }
  }
  return text.length
}

const nameFollows = (text: string, at: number): boolean => {
  let end = at
  while (end - at < 64 && isNameUnit(text.charCodeAt(end))) end++
  return end > at && (text.charAt(end) === '=' || text.charAt(end) === ':')
}

/** True when a delimiter ends a value here, instead of being part of it. */
const endsValue = (text: string, at: number): boolean => {
  const next = text.charCodeAt(at + 1)
  if (Number.isNaN(next) || isSpace(next) || isQuote(next) || next === BACKSLASH) return true
  return `${SOFT}.:`.includes(text.charAt(at + 1)) || nameFollows(text, at + 1)
}

const wordEnd = (text: string, start: number, inQuery: boolean): number => {
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (isSpace(code) || isQuote(code)) return i
    const character = text.charAt(i)
    if (character === '<') return i
    if (code === BACKSLASH && (isQuote(text.charCodeAt(i + 1)) || text.charCodeAt(i + 1) === BACKSLASH))
      return i
    if (isLineEnd(text, i)) return i
    if (inQuery && (character === '&' || character === '#' || text.startsWith('%26', i))) return i
    if (SOFT.includes(character) && endsValue(text, i)) return i
  }
  return text.length
}

const lineEnd = (text: string, start: number, around: string): number => {
  for (let i = start; i < text.length; i++) {
    if (isLineEnd(text, i)) return i
    if (around !== '' && text.charAt(i) === around) return i - escapesBefore(text, i)
  }
  return text.length
}

export interface Place {
  rule: KeyRule
  /** In the query of a URL. */
  inQuery: boolean
  /** The quote right before the name, which then ends the value too: `-H "Cookie: …"`. */
  around: string
}

/**
 * The value that starts at a place; undefined when there is nothing to mask: no value, a mask, `null`, a word that is
 * none.
 */
export const valueExtent = (text: string, at: number, place: Place): Extent | undefined => {
  if (at >= text.length) return undefined
  const quoted = quoteAt(text, at)
  if (quoted !== undefined && !(quoted.quote === place.around && quoted.inner >= text.length)) {
    const end = quotedEnd(text, quoted.inner, quoted.quote, quoted.escapes)
    return secretPart(text, quoted.inner, end, true)
  }
  const masked = maskEnd(text, at)
  if (masked === at && '{['.includes(text.charAt(at))) {
    return place.rule.weak ? undefined : { start: at, end: bracketEnd(text, at) }
  }
  return plainExtent(text, at, masked, place)
}

const plainExtent = (text: string, at: number, masked: number, place: Place): Extent | undefined => {
  const { span } = place.rule
  if (span === 'line') return secretPart(text, at, lineEnd(text, at, place.around), false)
  if (span === 'header') {
    ONE_TOKEN.lastIndex = at
    const token = ONE_TOKEN.test(text) ? ONE_TOKEN.lastIndex : undefined
    if (token !== undefined) return wordExtent(text, token, maskEnd(text, token), place)
    if (masked > at) return wordExtent(text, at, masked, place)
    const end = wordEnd(text, at, place.inQuery)
    const word = text.slice(at, Math.min(end, at + MAX_NOTHING))
    if (NOTHING.test(word)) return undefined
    // A scheme nobody knows may have any number of parts.
    return secretPart(text, at, lineEnd(text, at, place.around), false)
  }
  return wordExtent(text, at, masked, place)
}

const wordExtent = (text: string, at: number, masked: number, place: Place): Extent | undefined => {
  // A mask is passed over first: its brackets are no delimiters.
  const end = wordEnd(text, masked, place.inQuery)
  const wrapped = quoteAt(text, end)
  if (wrapped !== undefined && end > at && WRAPPED.test(text.slice(at, Math.min(end, at + 40)))) {
    const close = quotedEnd(text, wrapped.inner, wrapped.quote, wrapped.escapes)
    return secretPart(text, wrapped.inner, close, true)
  }
  return secretPart(text, at, end, false, place.rule)
}

const secretPart = (
  text: string,
  start: number,
  end: number,
  quoted: boolean,
  rule?: KeyRule,
): Extent | undefined => {
  let last = end
  while (last > start && isSpace(text.charCodeAt(last - 1))) last--
  if (last <= start || maskEnd(text, start) === last) return undefined
  if (!quoted && last - start <= MAX_NOTHING) {
    const value = text.slice(start, last)
    if (NOTHING.test(value)) return undefined
    if (rule !== undefined && !rule.numbers && /^[0-9.]+%?$/.test(value)) return undefined
  }
  return { start, end: last }
}
