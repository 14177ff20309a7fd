/**
 * Bounds: what of a record is kept, stated where it cuts.
 *
 * Runs after redaction. A cut drops the token it would split, so that no part of a value is left that a rule could no
 * longer recognise; a text that is one token leaves only its size. A JSON value that is too large becomes the cut text
 * of itself. `truncated` is the size in bytes that everything cut had before.
 */
import type { Attributes, Json, LogRecord } from './types.ts'

/** Sizes in bytes of UTF-8. */
export interface Bounds {
  message: number
  /** Of `attributes.arguments`, and of `attributes.result` and `attributes.error`, each. */
  payload: number
  /** Of all other attributes together. */
  attributes: number
}

export const DEFAULT_BOUNDS: Bounds = { message: 65_536, payload: 65_536, attributes: 65_536 }

const PAYLOADS = ['arguments', 'result', 'error'] as const
const MARK = '…'
const MARK_BYTES = 3
const encoder = new TextEncoder()
// A byte order mark at the start of a text is part of it.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Size of a text in bytes of UTF-8; a lone surrogate is written as U+FFFD, three bytes. */
export const byteLength = (text: string): number => {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    if (unit < 0x800) bytes += 1
    else {
      bytes += 2
      // A pair is two units and four bytes.
      if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(i + 1))) i++
    }
  }
  return bytes
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff
const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff

/** The first `max` UTF-16 units of a text, or one less where that would split a character. */
export const sliceUnits = (text: string, max: number): string =>
  text.slice(0, max > 0 && isHighSurrogate(text.charCodeAt(max - 1)) ? max - 1 : max)

/** True when the text may exceed the bound, without encoding it: a UTF-16 unit is at most three bytes. */
const exceeds = (text: string, max: number): boolean =>
  text.length * 3 > max && (text.length > max || byteLength(text) > max)

// What ends a value in prose, JSON, logfmt and URLs; also in scripts that set no spaces.
const DELIMITERS = new Set('"\'`,;(){}[]<>=&|\u00a0\u3000，。；：、！？（）「」『』《》【】“”‘’')

const isTokenUnit = (unit: number): boolean => unit > 0x20 && !DELIMITERS.has(String.fromCharCode(unit))

/** The text without the token it ends in; see the header. */
export const dropLastToken = (text: string): string => {
  let end = text.length
  while (end > 0 && isTokenUnit(text.charCodeAt(end - 1))) end--
  return text.slice(0, end)
}

/**
 * At most `max` bytes of a text, ending at a token and marked with `…`; where no token fits, its size is all that stays.
 * @example cutText('alpha beta gamma', 12) // 'alpha …'
 */
export const cutText = (text: string, max: number): string => {
  if (!exceeds(text, max)) return text
  const room = Math.max(0, max - MARK_BYTES)
  // Encodes no more than can fit, and drops a character that the bound splits.
  const bytes = encoder.encode(text.slice(0, room)).subarray(0, room)
  const head = dropLastToken(decoder.decode(bytes).replace(/\uFFFD$/, ''))
  if (head !== '') return head + MARK
  const size = `[one token of ${byteLength(text)} bytes]`
  if (size.length <= max) return size
  return max < MARK_BYTES ? '' : MARK
}

const cutJson = (value: Json, max: number): { value: Json; bytes: number } => {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return exceeds(text, max) ? { value: cutText(text, max), bytes: byteLength(text) } : { value, bytes: 0 }
}

/**
 * The record within its bounds: itself if it already is.
 * @param bounds sizes in bytes; `DEFAULT_BOUNDS` unless told otherwise
 */
export const cutRecord = (record: LogRecord, bounds: Bounds = DEFAULT_BOUNDS): LogRecord => {
  let lost = 0
  let message = record.message
  if (exceeds(message, bounds.message)) {
    lost += byteLength(message)
    message = cutText(message, bounds.message)
  }
  let attributes = record.attributes
  for (const name of PAYLOADS) {
    const payload = attributes[name]
    if (payload === undefined) continue
    const { value, bytes } = cutJson(payload, bounds.payload)
    if (bytes > 0) attributes = { ...attributes, [name]: value }
    lost += bytes
  }
  const rest = cutRest(attributes, bounds.attributes)
  lost += rest.bytes
  if (lost === 0) return record
  return { ...record, message, attributes: rest.attributes, truncated: record.truncated ?? lost }
}

/** Cuts the largest of the attributes that are no payload to a share of the room; if they still do not fit, drops some. */
const cutRest = (attributes: Attributes, max: number): { attributes: Attributes; bytes: number } => {
  const fields = Object.keys(attributes)
    .filter((name) => !PAYLOADS.some((payload) => payload === name))
    .map((name) => {
      const size = fieldBytes(name, attributes[name] ?? null)
      return { name, original: size, size }
    })
  let total = fields.reduce((sum, { size }) => sum + size, 0)
  if (total <= max) return { attributes, bytes: 0 }
  const kept: Attributes = { ...attributes }
  const share = Math.floor(max / 8)
  const lost = new Map<string, number>()

  for (const field of fields.sort((a, b) => b.size - a.size)) {
    if (total <= max || field.size <= share) break
    const { value, bytes } = cutJson(kept[field.name] ?? null, share)
    if (bytes === 0) continue
    // An own property already, so that a name like `__proto__` stays data.
    kept[field.name] = value
    const size = fieldBytes(field.name, value)
    total -= field.size - size
    field.size = size
    lost.set(field.name, field.original)
  }
  for (const { name, original, size } of fields.sort((a, b) => b.size - a.size)) {
    if (total <= max) break
    delete kept[name]
    total -= size
    lost.set(name, original)
  }
  return { attributes: kept, bytes: [...lost.values()].reduce((sum, bytes) => sum + bytes, 0) }
}

const fieldBytes = (name: string, value: Json): number => jsonBytes(name) + jsonBytes(value)

const jsonBytes = (value: Json): number => byteLength(JSON.stringify(value))
