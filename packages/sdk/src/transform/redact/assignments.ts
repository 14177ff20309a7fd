/**
 * Secrets that a text names: `password=…`, `"api_key": "…"`, `Authorization: Bearer …`, `--token …`, `<secret>…</secret>`,
 * `?access_token=…`, `token%3D…`, with quotes escaped however often.
 *
 * No regular expression looks for them: every separator is visited once, the name before it read backwards (at most 64
 * characters), and the value after it forwards. A masked value is not visited again, so the walk is linear.
 */
import { isLetter, isNameUnit, isQuote, isSpace } from './chars.ts'
import { isException, type KeyRule, type Keys } from './keys.ts'
import type { Range } from './ranges.ts'
import { type Extent, escapesBefore, type Place, valueExtent } from './values-in-text.ts'

const MAX_NAME = 64
const MAX_GAP = 4
const COLON = 58
const EQUALS = 61
const GREATER = 62
const PERCENT = 37
const DASH = 45

/** Ranges of the values that stand after a secret's name. */
export const assignments = (text: string, keys: Keys): Range[] => {
  const ranges: Range[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    let found: Found | undefined
    if (code === EQUALS || code === COLON || code === GREATER || code === PERCENT)
      found = assigned(text, i, keys)
    else if (code === DASH && startsFlag(text, i)) found = flagged(text, i, keys)
    if (found === undefined) continue
    ranges.push({ start: found.start, end: found.end, rule: found.rule.name })
    i = Math.max(i, found.end - 1)
  }
  return ranges
}

type Found = Extent & { rule: KeyRule }

/** Length of the separator at a place: `=`, `:`, `:=`, `=>`, `==`, `%3D`, `%3A`, or the `>` of a tag; 0 when it is none. */
const separatorLength = (text: string, at: number): number => {
  const code = text.charCodeAt(at)
  const next = text.charCodeAt(at + 1)
  if (code === PERCENT) return /^%(?:25)?3[AaDd]/.exec(text.slice(at, at + 5))?.[0].length ?? 0
  if (code === COLON) {
    if (next === COLON || (next === 47 && text.charCodeAt(at + 2) === 47)) return 0
    return next === EQUALS ? 2 : 1
  }
  if (code === EQUALS) return next === EQUALS || next === GREATER ? 2 : 1
  return 1
}

const assigned = (text: string, at: number, keys: Keys): Found | undefined => {
  const length = separatorLength(text, at)
  if (length === 0) return undefined
  const name = nameBefore(text, at)
  if (name === undefined) return undefined
  const isTag = text.charCodeAt(at) === GREATER
  if (isTag && text.charAt(name.start - 1) !== '<') return undefined
  const before = text.charAt(name.start - 1)
  const inQuery = before === '?' || before === '&' || before === '#' || text.charCodeAt(at) === PERCENT
  const rule = ruleFor(text, name, keys, inQuery)
  if (rule === undefined) return undefined
  const equals = text.charCodeAt(at + length - 1) !== COLON
  if (rule.weak && !name.quoted && !equals) return undefined
  const value = afterGap(text, at + length, name.quoted ? 4096 : MAX_GAP, name.quoted)
  const around = !name.quoted && isQuote(before.charCodeAt(0)) ? before : ''
  return withRule(valueExtent(text, value, { rule, inQuery, around }), rule)
}

const withRule = (extent: Extent | undefined, rule: KeyRule): Found | undefined =>
  extent === undefined ? undefined : { ...extent, rule }

interface Name {
  start: number
  end: number
  quoted: boolean
}

/** The name that ends before a separator; blanks, a quote and an index bracket may stand between. */
const nameBefore = (text: string, separator: number): Name | undefined => {
  let end = separator
  while (end > 0 && separator - end < MAX_GAP && isBlank(text.charCodeAt(end - 1))) end--
  if (text.charAt(end - 1) === ']') end--
  const quoted = isQuote(text.charCodeAt(end - 1))
  if (quoted) {
    end--
    end -= escapesBefore(text, end)
  }
  const least = Math.max(0, end - MAX_NAME)
  let start = end
  while (start > least) {
    const code = text.charCodeAt(start - 1)
    if (!isNameUnit(code) && !(quoted && code === 32)) break
    start--
  }
  // The two digits of a percent code are no part of a name.
  if (text.charAt(start - 1) === '%' && end - start > 2) start += 2
  return start < end ? { start, end, quoted } : undefined
}

const isBlank = (code: number): boolean => code === 32 || code === 9

const ruleFor = (text: string, name: Name, keys: Keys, inQuery: boolean): KeyRule | undefined => {
  const word = text.slice(name.start, name.end)
  if (inQuery) return keys.query(word)
  if (!name.quoted && text.charCodeAt(name.start - 1) === 32) {
    // Names written as words: `API key: …`, and `unexpected token: …`, which is none.
    let start = name.start - 1
    while (start > 0 && name.start - start < MAX_NAME && isLetter(text.charCodeAt(start - 1))) start--
    const phrase = text.slice(start, name.end)
    if (/^token$/i.test(word) && isException(phrase)) return undefined
    if (/^(?:key|phrase|string|code|id)$/i.test(word)) return keys.rule(phrase)
  }
  return keys.rule(word)
}

const afterGap = (text: string, from: number, most: number, lines: boolean): number => {
  let at = from
  while (at - from < most && at < text.length) {
    const code = text.charCodeAt(at)
    if (!(lines ? isSpace(code) : isBlank(code))) break
    at++
  }
  return at
}

const startsFlag = (text: string, at: number): boolean => {
  if (at === 0) return true
  const before = text.charCodeAt(at - 1)
  return isSpace(before) || isQuote(before) || before === 91 || before === 44
}

/** `--token value`, `-token value`, `'--token', 'value'` and `-u user:password`. */
const flagged = (text: string, at: number, keys: Keys): Found | undefined => {
  const start = text.charCodeAt(at + 1) === DASH ? at + 2 : at + 1
  if (!isLetter(text.charCodeAt(start))) return undefined
  let end = start
  while (end - start < MAX_NAME && isNameUnit(text.charCodeAt(end))) end++
  const value = flagValue(text, end)
  if (value === undefined || /^--?[A-Za-z]/.test(text.slice(value, value + 3))) return undefined
  const name = text.slice(start, end)
  if (name === 'u' || name === 'user') return userPassword(text, value)
  const rule = keys.rule(name)
  if (rule === undefined) return undefined
  const around = isQuote(text.charCodeAt(at - 1)) ? text.charAt(at - 1) : ''
  const place: Place = {
    rule: { ...rule, span: rule.span === 'header' ? 'header' : 'word' },
    inQuery: false,
    around,
  }
  return withRule(valueExtent(text, value, place), rule)
}

const flagValue = (text: string, end: number): number | undefined => {
  const gap = afterGap(text, end, MAX_GAP, false)
  if (gap > end) return gap
  const list = /^\\{0,8}["']\s{0,8},\s{0,8}(?=\\{0,8}["'])/.exec(text.slice(end, end + 40))
  return list === null ? undefined : end + list[0].length
}

const USER: KeyRule = { name: 'password', span: 'word', numbers: false, weak: true }

const userPassword = (text: string, at: number): Found | undefined => {
  const extent = valueExtent(text, at, { rule: { ...USER, numbers: true }, inQuery: false, around: '' })
  if (extent === undefined) return undefined
  const colon = text.indexOf(':', extent.start)
  // `-u 1000:1000` is a user and a group.
  if (colon === -1 || colon + 1 >= extent.end || /^[0-9:]*$/.test(text.slice(extent.start, extent.end))) {
    return undefined
  }
  const inner = valueExtent(text, colon + 1, { rule: USER, inQuery: false, around: '' })
  return inner === undefined
    ? undefined
    : { start: colon + 1, end: Math.max(extent.end, inner.end), rule: USER }
}
