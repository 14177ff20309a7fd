/**
 * What a query says about `time`, taken out of it: terms that every match must pass become bounds, which are compared in
 * SQL and with what a file knows of its times.
 */
import { type Expr, type Interval, knownField, parseTime, type Test } from '@logboom/sdk/query'

/** Unix epoch milliseconds; inclusive and exclusive. */
export interface Bounds {
  since: number
  until: number
}

export interface Bounded extends Bounds {
  /** What is left to ask; absent when nothing is. */
  filter?: Expr
}

const ALWAYS: Bounds = { since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY }

/** Splits a filter into bounds on the time and the rest: together they say what the filter said. */
export const takeBounds = (filter: Expr | undefined, given: Partial<Bounds>): Bounded => {
  const bounds = { since: given.since ?? ALWAYS.since, until: given.until ?? ALWAYS.until }
  const rest = filter === undefined ? undefined : take(filter, bounds)
  return rest === undefined ? bounds : { ...bounds, filter: rest }
}

/** True for a time within. */
export const inBounds = ({ since, until }: Bounds, time: number): boolean => time >= since && time < until

const take = (expr: Expr, bounds: Bounds): Expr | undefined => {
  if (expr.kind === 'all') return undefined
  if (expr.kind === 'and') {
    const rest = expr.of.map((part) => take(part, bounds)).filter((part) => part !== undefined)
    return rest.length > 1 ? { ...expr, of: rest } : rest[0]
  }
  if (expr.kind !== 'field' || expr.field.kind !== 'known') return expr
  if (knownField(expr.field.name)?.name !== 'time') return expr
  const own = boundsOf(expr.test)
  if (own === undefined) return expr
  bounds.since = Math.max(bounds.since, own.since)
  bounds.until = Math.min(bounds.until, own.until)
  return undefined
}

const boundsOf = (test: Test): Bounds | undefined => {
  switch (test.kind) {
    case 'exists':
      return ALWAYS
    case 'equals':
      return whole(parseTime(test.text))
    case 'compare':
      return compared(test.op, parseTime(test.text))
    case 'range': {
      const from = test.from === undefined ? ALWAYS : compared('>=', parseTime(test.from))
      const to = test.to === undefined ? ALWAYS : compared('<=', parseTime(test.to))
      return from && to && { since: from.since, until: to.until }
    }
    default:
      return undefined
  }
}

const isPoint = ({ from, to }: Interval): boolean => from === to

const whole = (time: Interval | undefined): Bounds | undefined =>
  time && { since: time.from, until: isPoint(time) ? after(time.to) : time.to }

const compared = (op: '>' | '>=' | '<' | '<=', time: Interval | undefined): Bounds | undefined => {
  if (time === undefined) return undefined
  if (op === '>=') return { ...ALWAYS, since: time.from }
  if (op === '<') return { ...ALWAYS, until: time.from }
  const end = isPoint(time) ? after(time.to) : time.to
  return op === '>' ? { ...ALWAYS, since: end } : { ...ALWAYS, until: end }
}

/** The next number a double can hold: what is below it is at most `value`. Times are positive. */
const after = (value: number): number => {
  const bits = new BigInt64Array(new Float64Array([value]).buffer)
  bits[0] = (bits[0] ?? 0n) + 1n
  return new Float64Array(bits.buffer)[0] ?? value
}
