/**
 * Tokens: what an index of blocks knows about a record. A token is a 32-bit hash of something a query can ask for; a block
 * that lacks a token has no record with it. Hashes may collide, so a block that has it may still have none: whatever is found
 * is checked again.
 *
 *     3-gram      each 3 UTF-16 units of the folded message
 *     has         the last part of each attribute's key; of a record's own fields: redacted, truncated
 *     value       the last part of the key with the folded value; texts with a unit also as quantity
 *     field       id, call, candidate, request, trace, span, with their folded value
 *     series      the number of the series within its file
 *
 * All but 3-grams come in pairs (the hash, and a second one made from it), because a block has thousands of tokens and one
 * bucket in fifty is taken by chance.
 *
 * The last part of a key is what follows its last dot: `{"a":{"b":1}}` and `{"a.b":1}` have the same token, as they have the
 * same path in a query. Elements of an array have the key of the array.
 */
import { fold, parseQuantity } from '@logboom/sdk/query'
import { type Json, type LogRecord, MAX_DEPTH } from '@logboom/sdk/record'

/** Takes one token. */
export type Emit = (hash: number) => void

/** Texts longer than this are known by their beginning. */
const MAX_VALUE = 200

/** FNV-1a over UTF-16 units, then mixed so that the upper bits, which choose the bucket, depend on all. */
const hashText = (seed: number, text: string): number => {
  let hash = seed
  const end = Math.min(text.length, MAX_VALUE)
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

const mix = (hash: number): number => {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

const SEED = {
  has: 0x811c9dc5,
  value: 0x2f0b4c47,
  field: 0x5bd1e995,
  series: 0x1b873593,
  quantity: 0x3c6ef372,
}

/** The second hash of a pair. */
const twin = (hash: number): number => mix(hash ^ 0x9e3779b9)

const both = (hash: number): readonly number[] => {
  const first = mix(hash)
  return [first, twin(first)]
}

/** The hashes, all of which a block must have, of an attribute's key: the query's last path part. */
export const hasToken = (key: string): readonly number[] => both(hashText(SEED.has, lastPart(key)))

/** … of a key with a value, as folded text. */
export const valueToken = (key: string, folded: string): readonly number[] =>
  both(hashText(hashText(SEED.value, lastPart(key)), folded))

/** … of a key with a quantity: what has the same dimension and value is the same, however it is written. */
export const quantityToken = (key: string, dimension: string, value: number): readonly number[] =>
  both(hashText(hashText(SEED.quantity, lastPart(key)), `${dimension} ${value}`))

/** The fields of a record that have tokens of their own. */
export type TokenField = 'id' | 'call' | 'candidate' | 'request' | 'trace' | 'span'

/** … of a record's own field with a value, as folded text. */
export const fieldToken = (field: TokenField, folded: string): readonly number[] =>
  both(hashText(hashText(SEED.field, field), folded))

/** … of a series. */
export const seriesToken = (id: number): readonly number[] => both(SEED.series ^ Math.imul(id, 0x01000193))

const gram = (a: number, b: number, c: number): number =>
  mix(Math.imul(Math.imul(a, 0x01000193) ^ b, 0x01000193) ^ c ^ 0x6a09e667)

/** The 3-grams of a folded text; none when it is shorter. */
export const gramTokens = (folded: string, emit: Emit): void => {
  let first = folded.charCodeAt(0)
  let second = folded.charCodeAt(1)
  for (let i = 2; i < folded.length; i++) {
    const third = folded.charCodeAt(i)
    emit(gram(first, second, third))
    first = second
    second = third
  }
}

/** The part of a key after its last dot. */
export const lastPart = (key: string): string => {
  const dot = key.lastIndexOf('.')
  return dot === -1 ? key : key.slice(dot + 1)
}

const emitBoth = (hash: number, emit: Emit): void => {
  const first = mix(hash)
  emit(first)
  emit(twin(first))
}

const FIELD_SEEDS: Readonly<Record<TokenField, number>> = {
  id: hashText(SEED.field, 'id'),
  call: hashText(SEED.field, 'call'),
  candidate: hashText(SEED.field, 'candidate'),
  request: hashText(SEED.field, 'request'),
  trace: hashText(SEED.field, 'trace'),
  span: hashText(SEED.field, 'span'),
}

const emitField = (field: TokenField, value: string, emit: Emit): void =>
  emitBoth(hashText(FIELD_SEEDS[field], fold(value)), emit)

const emitHas = (last: string, emit: Emit): void => emitBoth(hashText(SEED.has, last), emit)

/** The tokens of a series by its number: those of `seriesToken`, without an array. */
export const emitSeries = (id: number, emit: Emit): void =>
  emitBoth(SEED.series ^ Math.imul(id, 0x01000193), emit)

/** All tokens of a record but its series': those that the functions above tell, without their arrays. */
export const recordTokens = (record: LogRecord, emit: Emit): void => {
  gramTokens(fold(record.message), emit)
  fieldTokens(record, emit)
}

/** … but its series' and its message's. */
export const fieldTokens = (record: LogRecord, emit: Emit): void => {
  emitField('id', record.id, emit)
  if (record.traceId !== undefined) emitField('trace', record.traceId, emit)
  if (record.spanId !== undefined) emitField('span', record.spanId, emit)
  if (record.redacted !== undefined) emitHas('redacted', emit)
  if (record.truncated !== undefined) emitHas('truncated', emit)
  const { call } = record
  if (call !== undefined && 'id' in call) {
    emitField('call', call.id, emit)
    emitField('request', String(call.requestId), emit)
  } else if (call !== undefined) for (const id of call.candidates) emitField('candidate', id, emit)
  const { attributes } = record
  for (const key in attributes) attributeTokens(key, attributes[key] as Json, emit, 0)
}

/** Only what begins so can be a quantity. */
const QUANTITY = /^[+-]?\.?\d/

const attributeTokens = (key: string, value: Json, emit: Emit, depth: number): void => {
  if (depth > 2 * MAX_DEPTH) return
  if (Array.isArray(value)) {
    for (const item of value) attributeTokens(key, item, emit, depth + 1)
    return
  }
  const last = lastPart(key)
  emitHas(last, emit)
  if (typeof value === 'object' && value !== null) {
    for (const inner in value) attributeTokens(inner, value[inner] as Json, emit, depth + 1)
    return
  }
  if (value === null) return
  emitBoth(hashText(hashText(SEED.value, last), fold(String(value))), emit)
  if (typeof value !== 'string' || !QUANTITY.test(value)) return
  const { dimension, value: amount } = parseQuantity(value) ?? {}
  if (dimension === undefined || amount === undefined) return
  emitBoth(hashText(hashText(SEED.quantity, last), `${dimension} ${amount}`), emit)
}
