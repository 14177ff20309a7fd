/**
 * A query as SQL over the table `records`: never less than what matches. Where it says exactly what the query says, no
 * record has to be looked at again.
 */
import { type Expr, type Field, fold, knownField, parseQuantity, type Test } from '@logboom/sdk/query'
import type { SqlValue } from '../database.ts'
import { lastPart } from '../tokens.ts'
import { requiredLiterals } from './literals.ts'
import { keysOf, textsOf } from './need.ts'
import { isSeriesField } from './series.ts'

export interface Where {
  /** A condition; absent means any record. */
  sql?: string
  values: readonly SqlValue[]
  /** The condition holds for a record exactly if the query does. */
  exact: boolean
}

const ANYTHING: Where = { values: [], exact: false }

/** The folded message. */
const FOLDED = 'CASE WHEN folded IS NULL THEN lower(message) ELSE folded END'

/** The conditions of a query, besides those on the series and the time. `exact`: for records whose series may match. */
export const whereOf = (filter: Expr | undefined): Where => {
  if (filter === undefined) return { values: [], exact: true }
  const parts = filter.kind === 'and' ? filter.of : [filter]
  // What the series say is asked of the series: a record of those that are left passes it.
  const rest = parts.filter((part) => !isOfSeries(part))
  if (rest.length === 0) return { values: [], exact: true }
  return join(rest.map(condition), 'AND')
}

/** True when the series alone tell whether it holds. */
const isOfSeries = (expr: Expr): boolean => {
  switch (expr.kind) {
    case 'all':
      return true
    case 'and':
    case 'or':
      return expr.of.every(isOfSeries)
    case 'not':
      return isOfSeries(expr.of)
    case 'field':
      return expr.field.kind === 'known' && isSeriesField(expr.field.name)
    default:
      return false
  }
}

const condition = (expr: Expr): Where => {
  switch (expr.kind) {
    case 'and':
      return join(expr.of.map(condition), 'AND')
    case 'or':
      return join(expr.of.map(condition), 'OR')
    case 'not': {
      const { sql, values, exact } = condition(expr.of)
      return exact && sql !== undefined ? { sql: `NOT ${sql}`, values, exact } : ANYTHING
    }
    case 'text':
      return contains(expr.wildcard ? expr.text.split('*') : [expr.text])
    case 'regex':
      return { ...contains(requiredLiterals(expr.source)), exact: false }
    case 'field':
      return fieldCondition(expr.field, expr.test)
    default:
      return ANYTHING
  }
}

const join = (parts: readonly Where[], operator: 'AND' | 'OR'): Where => {
  if (operator === 'OR' && parts.some(({ sql }) => sql === undefined)) return ANYTHING
  const real = parts.filter(({ sql }) => sql !== undefined)
  if (real.length === 0) return ANYTHING
  return {
    sql: real.length === 1 ? (real[0]?.sql ?? '') : `(${real.map(({ sql }) => sql).join(` ${operator} `)})`,
    values: real.flatMap(({ values }) => values),
    exact: parts.every(({ exact }) => exact),
  }
}

/** All of these texts are in the message. Exact for a single one that a column can hold. */
const contains = (parts: readonly string[]): Where => {
  const needles = parts.map(fold)
  // What a column cannot hold stands there as U+FFFD: the text between such places is looked for.
  const found = needles.flatMap((needle) => needle.toWellFormed().split(/[\0\ufffd]/)).filter(Boolean)
  if (found.length === 0) return ANYTHING
  return {
    sql: and(found.map(() => `instr(${FOLDED}, ?) > 0`)),
    values: found,
    exact: needles.length === 1 && found.length === 1 && found[0] === needles[0],
  }
}

const and = (conditions: readonly string[]): string =>
  conditions.length === 1 ? (conditions[0] ?? '') : `(${conditions.join(' AND ')})`

const superset = (where: Where): Where => ({ ...where, exact: false })

const fieldCondition = (field: Field, test: Test): Where => {
  const info = field.kind === 'known' ? knownField(field.name) : undefined
  if (info === undefined) {
    const path = field.kind === 'known' ? [field.name] : field.path
    return join(
      keysOf(path).map((key) => attributeCondition(key, test)),
      'OR',
    )
  }
  switch (info.name) {
    case 'message':
      if (test.kind === 'equals') return superset(contains([test.text]))
      if (test.kind === 'wildcard') return superset(contains(test.pattern.split('*')))
      return test.kind === 'regex' ? superset(contains(requiredLiterals(test.source))) : ANYTHING
    case 'duration':
      return inBody('"durationMs":')
    case 'redacted':
    case 'truncated':
      return inBody(`"${info.name}":`)
    case 'traceId':
    case 'spanId':
      return join([inBody(`"${info.name}":`), valueInBody(test)], 'AND')
    case 'id':
    case 'call':
    case 'candidate':
    case 'request':
      return valueInBody(test)
    default:
      return ANYTHING
  }
}

const inBody = (text: string): Where => ({ sql: 'instr(body, ?) > 0', values: [text], exact: false })

/** JSON writes a key in one way; what is before the last dot of a path may be a key of its own. */
const attributeCondition = (key: string, test: Test): Where =>
  join([inBody(`${JSON.stringify(lastPart(key)).slice(1)}:`), valueInBody(test)], 'AND')

/** Printable ASCII that JSON writes as it is. */
const WRITTEN_AS_IS = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/

/** A value equal to a plain text is written like it, unless the body has characters that fold to plain ones. */
const valueInBody = (test: Test): Where => {
  if (test.kind !== 'equals' || parseQuantity(test.text)?.dimension !== undefined) return ANYTHING
  const texts = textsOf(test.text)
  if (!texts.every((text) => WRITTEN_AS_IS.test(text))) return ANYTHING
  return {
    sql: `(${texts.map(() => 'instr(lower(body), ?) > 0').join(' OR ')} OR length(body) <> octet_length(body))`,
    values: texts,
    exact: false,
  }
}

/** What must be read of a record to tell whether a query matches it: nothing beyond its series and time, its text, or all. */
export const readsOf = (expr: Expr | undefined): 'message' | 'body' => {
  if (expr === undefined) return 'message'
  switch (expr.kind) {
    case 'and':
    case 'or':
      return expr.of.some((part) => readsOf(part) === 'body') ? 'body' : 'message'
    case 'not':
      return readsOf(expr.of)
    case 'field': {
      const name = expr.field.kind === 'known' ? (knownField(expr.field.name)?.name ?? '') : ''
      return name === 'message' || name === 'time' || isSeriesField(name) ? 'message' : 'body'
    }
    default:
      return 'message'
  }
}
