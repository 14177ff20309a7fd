/** What a test asks of one value: of a text, of a number, of whatever JSON an attribute holds. */
import type { Json } from '../record/index.ts'
import { fold } from './fold.ts'
import { type Ordered, readOrdered } from './operands.ts'
import type { Test } from './types.ts'
import { type Interval, parseQuantity, parseTime, type Quantity } from './units.ts'

export type TextCheck = (text: string) => boolean
export type NumberCheck = (value: number) => boolean
type Op = '>' | '>=' | '<' | '<='

const never = (): boolean => false

/** The check of a test on a field that is text. `regex` is the compiled expression of a `regex` test. */
export const textCheck = (test: Test, regex: TextCheck | undefined): TextCheck => {
  switch (test.kind) {
    case 'exists':
      return () => true
    case 'equals': {
      const wanted = fold(test.text)
      return (text) => fold(text) === wanted
    }
    case 'wildcard':
      return wildcardCheck(test.pattern)
    case 'regex':
      return regex ?? never
    case 'compare':
      return textOrder(test.op, test.text)
    case 'range':
      return both(test.from, test.to, textOrder)
  }
}

/** Lower and upper end of a range, as two comparisons on one value. */
const both = <T>(
  from: string | undefined,
  to: string | undefined,
  order: (op: Op, text: string) => (value: T) => boolean,
): ((value: T) => boolean) => {
  const above = from === undefined ? () => true : order('>=', from)
  const below = to === undefined ? () => true : order('<=', to)
  return (value) => above(value) && below(value)
}

const wildcardCheck = (pattern: string): TextCheck => {
  // Split before folding: a full-width asterisk folds to `*` and is no wildcard.
  const parts = pattern.split('*').map(fold)
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  const middle = parts.slice(1, -1)
  return (raw) => {
    const text = fold(raw)
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
      return false
    const end = text.length - last.length
    let at = first.length
    for (const part of middle) {
      const found = text.indexOf(part, at)
      if (found === -1 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}

const textOrder = (op: Op, text: string): TextCheck => {
  const bound = fold(text)
  if (op === '>') return (value) => fold(value) > bound
  if (op === '>=') return (value) => fold(value) >= bound
  if (op === '<') return (value) => fold(value) < bound
  return (value) => fold(value) <= bound
}

/** The check of a test on a number, where the text stands for a place on that type's scale. */
export const orderedCheck = (type: Ordered, test: Test): NumberCheck => {
  const order = (op: Op, text: string): NumberCheck => {
    const place = readOrdered(type, text)
    return place === undefined ? never : intervalOrder(op, place)
  }
  switch (test.kind) {
    case 'exists':
      return () => true
    case 'equals': {
      const place = readOrdered(type, test.text)
      return place === undefined ? never : within(place)
    }
    case 'compare':
      return order(test.op, test.text)
    case 'range':
      return both(test.from, test.to, order)
    default:
      return never
  }
}

const within = ({ from, to }: Interval): NumberCheck =>
  from === to ? (value) => value === from : (value) => value >= from && value < to

/** After a day is after its end, up to a day is with all of it. */
const intervalOrder = (op: Op, { from, to }: Interval): NumberCheck => {
  const isPoint = from === to
  if (op === '>=') return (value) => value >= from
  if (op === '<') return (value) => value < from
  if (op === '>') return isPoint ? (value) => value > from : (value) => value >= to
  return isPoint ? (value) => value <= from : (value) => value < to
}

/** The check of a test on one JSON value that is no array. Objects never match, except for `exists`. */
export const valueCheck = (test: Test, regex: TextCheck | undefined): ((value: Json) => boolean) => {
  switch (test.kind) {
    case 'exists':
      return (value) => value !== null
    case 'equals':
      return valueEquals(test.text)
    case 'compare':
      return valueOrder(test.op, test.text)
    case 'range':
      return both(test.from, test.to, valueOrder)
    default: {
      const check = textCheck(test, regex)
      return (value) => {
        const text = textOf(value)
        return text !== undefined && check(text)
      }
    }
  }
}

const textOf = (value: Json): string | undefined => {
  if (typeof value === 'string') return value
  return typeof value === 'object' && value !== null ? undefined : String(value)
}

/** Numbers by value; texts by text, or by value when both carry a unit: `1s` is `1000ms`, but `1.10` is not `1.1`. */
const valueEquals = (text: string): ((value: Json) => boolean) => {
  const wanted = fold(text)
  const quantity = parseQuantity(text)
  return (value) => {
    if (typeof value === 'number') return quantity !== undefined && value === quantity.value
    const own = textOf(value)
    if (own === undefined) return false
    if (fold(own) === wanted) return true
    if (quantity?.dimension === undefined || typeof value !== 'string') return false
    const other = parseQuantity(value)
    return other?.dimension === quantity.dimension && other.value === quantity.value
  }
}

const valueOrder = (op: Op, text: string): ((value: Json) => boolean) => {
  const quantity = parseQuantity(text)
  if (quantity !== undefined) return quantityOrder(op, quantity)
  const time = parseTime(text)
  if (time !== undefined) return timeOrder(op, time)
  const check = textOrder(op, text)
  return (value) => typeof value === 'string' && check(value)
}

/** A plain number stands for the base unit: milliseconds, bytes, percent. */
const quantityOrder = (op: Op, wanted: Quantity): ((value: Json) => boolean) => {
  const check = intervalOrder(op, { from: wanted.value, to: wanted.value })
  return (value) => {
    if (typeof value === 'number') return check(value)
    const own = typeof value === 'string' ? parseQuantity(value) : undefined
    if (own === undefined) return false
    const comparable =
      own.dimension === undefined || wanted.dimension === undefined || own.dimension === wanted.dimension
    return comparable && check(own.value)
  }
}

const timeOrder = (op: Op, wanted: Interval): ((value: Json) => boolean) => {
  const check = intervalOrder(op, wanted)
  return (value) => {
    if (typeof value === 'number') return check(value)
    // A year or a month alone is more likely a number or a name.
    const own = typeof value === 'string' && value.length >= 10 ? parseTime(value) : undefined
    return own !== undefined && check(own.from)
  }
}
