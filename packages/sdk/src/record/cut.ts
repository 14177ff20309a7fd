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
  /** Of a logger, a method, a tool and a client's name and version, each. */
  name: number
}

export const DEFAULT_BOUNDS: Bounds = { message: 65_536, payload: 65_536, attributes: 65_536, name: 1024 }

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

/**
 * What is left of `room` bytes after a value, at least: a quick upper bound of its size as JSON, where an escape takes at
 * most six bytes for a unit. Nearly every record is far below its bounds, and is never measured closer than this.
 */
const roomAfter = (value: Json, room: number): number => {
  if (typeof value === 'string') return room - value.length * 6 - 2
  if (typeof value !== 'object' || value === null) return room - 24
  if (Array.isArray(value)) {
    for (const item of value) if (room > 0) room = roomAfter(item, room - 1)
    return room - 2
  }
  for (const key in value) if (room > 0) room = roomAfter(value[key] ?? null, room - key.length * 6 - 4)
  return room - 2
}

/** Whether a value is surely no more than `max` bytes as JSON; a value near the bound may be refused. Never walks much further than it. */
export const fitsIn = (value: Json, max: number): boolean => roomAfter(value, max) > 0

const cutJson = (value: Json, max: number): { value: Json; bytes: number } => {
  if (fitsIn(value, max)) return { value, bytes: 0 }
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
  const names = cutNames(record, bounds.name)
  if (names !== undefined) lost += names.bytes
  if (lost === 0) return record
  const cut = { ...record, ...names?.changes, message, attributes: rest.attributes }
  return { ...cut, truncated: record.truncated ?? lost }
}

/** Whether any name could be too long, without measuring it. */
const mayHaveLongNames = (
  { logger, serverVersion, protocol, client, call }: LogRecord,
  max: number,
): boolean => {
  const may = (text: unknown): boolean => typeof text === 'string' && text.length * 3 > max
  if (may(logger) || may(serverVersion) || may(protocol)) return true
  if (client !== undefined && (may(client.name) || may(client.version))) return true
  return (
    call !== undefined &&
    call.attribution !== 'ambiguous' &&
    (may(call.method) || may(call.tool) || may(call.requestId))
  )
}

type NameChanges = Pick<LogRecord, 'logger' | 'serverVersion' | 'protocol' | 'client' | 'call'>

/** The names of a record that are too long, cut; undefined when none is. */
const cutNames = (record: LogRecord, max: number): { changes: NameChanges; bytes: number } | undefined => {
  if (!mayHaveLongNames(record, max)) return undefined
  const changes: NameChanges = {}
  let bytes = 0
  const over = (text: string | undefined): text is string => text !== undefined && exceeds(text, max)
  const cut = (text: string): string => {
    bytes += byteLength(text)
    return cutText(text, max)
  }
  const { logger, serverVersion, protocol, client, call } = record
  if (over(logger)) changes.logger = cut(logger)
  if (over(serverVersion)) changes.serverVersion = cut(serverVersion)
  if (over(protocol)) changes.protocol = cut(protocol)
  if (over(client?.name)) changes.client = { ...client, name: cut(client.name) }
  if (over(client?.version)) changes.client = { ...client, ...changes.client, version: cut(client.version) }
  if (call !== undefined && call.attribution !== 'ambiguous') {
    const { method, tool, requestId } = call
    const shorter = {
      ...(over(method) ? { method: cut(method) } : {}),
      ...(over(tool) ? { tool: cut(tool) } : {}),
      ...(typeof requestId === 'string' && over(requestId) ? { requestId: cut(requestId) } : {}),
    }
    if (Object.keys(shorter).length > 0) changes.call = { ...call, ...shorter }
  }
  return bytes === 0 ? undefined : { changes, bytes }
}

const isPayload = (name: string): boolean => name === 'arguments' || name === 'result' || name === 'error'

/** Cuts the largest of the attributes that are no payload to a share of the room; if they still do not fit, drops some. */
const cutRest = (attributes: Attributes, max: number): { attributes: Attributes; bytes: number } => {
  let room = max
  for (const name in attributes) {
    if (!isPayload(name)) room = roomAfter(attributes[name] ?? null, room - name.length * 6 - 4)
  }
  if (room > 0) return { attributes, bytes: 0 }
  const fields = Object.keys(attributes)
    .filter((name) => !isPayload(name))
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
