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
const decoder = new TextDecoder()

/** Size of a text in bytes of UTF-8. */
export const byteLength = (text: string): number => {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    // A surrogate pair is two units and four bytes: two each, one of them counted already.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return bytes
}

/** True when the text may exceed the bound, without encoding it: a UTF-16 unit is at most three bytes. */
const exceeds = (text: string, max: number): boolean =>
  text.length * 3 > max && (text.length > max || byteLength(text) > max)

const isTokenUnit = (unit: number): boolean =>
  // Everything but white space and the delimiters that end a value in prose, JSON, logfmt and URLs.
  unit > 0x20 && !'"\'`,;(){}[]<>=&|'.includes(String.fromCharCode(unit))

/** The text without the token it ends in; see the header. */
export const dropLastToken = (text: string): string => {
  let end = text.length
  while (end > 0 && isTokenUnit(text.charCodeAt(end - 1))) end--
  return text.slice(0, end)
}

/**
 * At most `max` bytes of a text, ending at a token and marked with `…`.
 * @example cutText('alpha beta gamma', 12) // 'alpha …'
 */
export const cutText = (text: string, max: number): string => {
  if (!exceeds(text, max)) return text
  const room = Math.max(0, max - MARK_BYTES)
  // Encodes no more than can fit, and drops a character that the bound splits.
  const bytes = encoder.encode(text.slice(0, room)).subarray(0, room)
  const head = dropLastToken(decoder.decode(bytes).replace(/\uFFFD$/, ''))
  return head === '' ? `[one token of ${byteLength(text)} bytes]` : head + MARK
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

/** Cuts the largest of the attributes that are no payload until they fit together. */
const cutRest = (attributes: Attributes, max: number): { attributes: Attributes; bytes: number } => {
  const names = Object.keys(attributes).filter((name) => !PAYLOADS.some((payload) => payload === name))
  if (names.length === 0) return { attributes, bytes: 0 }
  const sizes = names.map((name) => ({ name, size: jsonBytes(name) + jsonBytes(attributes[name] ?? null) }))
  let total = sizes.reduce((sum, { size }) => sum + size, 0)
  if (total <= max) return { attributes, bytes: 0 }
  sizes.sort((a, b) => b.size - a.size)
  const kept: Attributes = { ...attributes }
  const share = Math.floor(max / 8)
  let lost = 0
  for (const { name, size } of sizes) {
    if (total <= max) break
    // A large field keeps a share of the room; a field that is small already goes whole.
    const cut = size > share ? cutJson(kept[name] ?? null, share).value : undefined
    if (cut === undefined) delete kept[name]
    else kept[name] = cut
    total -= size - (cut === undefined ? 0 : jsonBytes(cut))
    lost += size
  }
  return { attributes: kept, bytes: lost }
}

const jsonBytes = (value: Json): number => byteLength(JSON.stringify(value))
