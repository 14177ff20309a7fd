/**
 * What a query needs in the index: which tokens a block must have so that a record in it can match. Never less than that:
 * where nothing can be said (a NOT, an order, a text too short), every block may have it.
 */
import { type Expr, type Field, fold, knownField, parseQuantity, type Test } from '@logboom/sdk/query'
import { allBlocks, type BlockSet, intersect, unite } from '../block-set.ts'
import { fieldToken, gramTokens, hasToken, quantityToken, type TokenField, valueToken } from '../tokens.ts'
import { requiredLiterals } from './literals.ts'

export type Need =
  | { kind: 'any' }
  /** All of these hashes. */
  | { kind: 'tokens'; hashes: readonly number[] }
  | { kind: 'and' | 'or'; of: readonly Need[] }

const ANY: Need = { kind: 'any' }

/** What any match of the query needs. */
export const needOf = (expr: Expr): Need => {
  switch (expr.kind) {
    case 'all':
    case 'not':
      return ANY
    case 'and':
      return all(expr.of.map(needOf))
    case 'or':
      return any(expr.of.map(needOf))
    case 'text':
      return grams(expr.wildcard ? expr.text.split('*') : [expr.text])
    case 'regex':
      return grams(requiredLiterals(expr.source))
    case 'field':
      return fieldNeed(expr.field, expr.test)
  }
}

const all = (of: readonly Need[]): Need => {
  const real = of.filter(({ kind }) => kind !== 'any')
  return real.length > 1 ? { kind: 'and', of: real } : (real[0] ?? ANY)
}

const any = (of: readonly Need[]): Need =>
  of.some(({ kind }) => kind === 'any') ? ANY : of.length === 1 ? (of[0] ?? ANY) : { kind: 'or', of }

const tokens = (hashes: readonly number[]): Need => (hashes.length === 0 ? ANY : { kind: 'tokens', hashes })

/** More than this narrow no further. */
const MAX_GRAMS = 40

/** Every part is somewhere in the message. */
const grams = (parts: readonly string[]): Need => {
  const hashes = new Set<number>()
  for (const part of parts) gramTokens(fold(part), (hash) => hashes.add(hash))
  return tokens([...hashes].slice(0, MAX_GRAMS))
}

const TOKEN_FIELDS: Readonly<Record<string, TokenField>> = {
  id: 'id',
  call: 'call',
  candidate: 'candidate',
  request: 'request',
  traceId: 'trace',
  spanId: 'span',
}

const fieldNeed = (field: Field, test: Test): Need => {
  const info = field.kind === 'known' ? knownField(field.name) : undefined
  if (info === undefined) return attributeNeed(field.kind === 'known' ? [field.name] : field.path, test)
  if (info.name === 'message') return messageNeed(test)
  if (info.name === 'redacted' || info.name === 'truncated') return tokens(hasToken(info.name))
  const own = TOKEN_FIELDS[info.name]
  if (own === undefined || test.kind !== 'equals') return ANY
  if (own !== 'request') return tokens(fieldToken(own, fold(test.text)))
  // Compared as a value: by number too, and with units.
  const quantity = parseQuantity(test.text)
  if (quantity?.dimension !== undefined) return ANY
  return any(textsOf(test.text).map((text) => tokens(fieldToken(own, text))))
}

const messageNeed = (test: Test): Need => {
  if (test.kind === 'equals') return grams([test.text])
  if (test.kind === 'wildcard') return grams(test.pattern.split('*'))
  return test.kind === 'regex' ? grams(requiredLiterals(test.source)) : ANY
}

/** Folded texts that a value equal to this one may have. */
export const textsOf = (text: string): string[] => {
  const quantity = parseQuantity(text)
  const texts = [fold(text)]
  if (quantity !== undefined) texts.push(fold(String(quantity.value)))
  return [...new Set(texts)]
}

const attributeNeed = (path: readonly string[], test: Test): Need =>
  any(keysOf(path).map((key) => keyNeed(key, test)))

const INDEX = /^(?:0|[1-9]\d{0,8})$/

/** Keys under which the value may stand: the last part, or what is before it where that may be an array's index. */
export const keysOf = (path: readonly string[]): string[] => {
  const keys: string[] = []
  for (let at = path.length - 1; at >= 0; at--) {
    const part = path[at] ?? ''
    keys.push(part)
    if (!INDEX.test(part)) break
  }
  return keys
}

const keyNeed = (key: string, test: Test): Need => {
  // A null has a key, but no value.
  if (test.kind !== 'equals' || fold(test.text) === 'null') return tokens(hasToken(key))
  const values = textsOf(test.text).map((text) => tokens(valueToken(key, text)))
  const { dimension, value = 0 } = parseQuantity(test.text) ?? {}
  return any(dimension === undefined ? values : [...values, tokens(quantityToken(key, dimension, value))])
}

/** Blocks of a file that may hold what is needed. `lookup` gives those that may have one token. */
export const blocksFor = (need: Need, lookup: (hash: number) => BlockSet): BlockSet => {
  if (need.kind === 'any') return allBlocks()
  if (need.kind === 'or') {
    const found = new Uint32Array(allBlocks().length)
    for (const part of need.of) unite(found, blocksFor(part, lookup))
    return found
  }
  const found = allBlocks()
  for (const part of need.kind === 'tokens' ? need.hashes : need.of) {
    intersect(found, typeof part === 'number' ? lookup(part) : blocksFor(part, lookup))
    // Nothing is left to be narrowed.
    if (found.every((word) => word === 0)) break
  }
  return found
}
