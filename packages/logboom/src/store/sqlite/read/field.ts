/** Reading a field of records for counts: a known field, or an attribute's path as the query language writes it. */
import { type Expr, knownField, parseQuery, someAt } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { isSeriesField } from './series.ts'

export interface FieldReader {
  /** As the query language writes it. */
  name: string
  /** Its values stand in the series. */
  ofSeries: boolean
  /** The query that finds the records that have it. */
  exists: Expr
  /** Its values as text, each once. */
  values(record: LogRecord): string[]
}

/**
 * @param name `level`, `@user.id`
 * @throws LogboomError `LB_QUERY_SYNTAX` for what is no field
 */
export const fieldReader = (name: string): FieldReader => {
  const exists = parseQuery(`${name}:*`, { now: 0 })
  const field = exists.kind === 'field' ? exists.field : undefined
  if (field === undefined) return { name, ofSeries: false, exists, values: () => [] }
  const info = field.kind === 'known' ? knownField(field.name) : undefined
  if (info === undefined) {
    const path = field.kind === 'known' ? [field.name] : field.path
    return { name, ofSeries: false, exists, values: (record) => valuesAt(record, path) }
  }
  const values = (record: LogRecord): string[] => {
    const value = info.read(record)
    if (value === undefined) return []
    return typeof value === 'object' ? [...new Set(value)] : [String(value)]
  }
  return { name, ofSeries: isSeriesField(info.name), exists, values }
}

const valuesAt = (record: LogRecord, path: readonly string[]): string[] => {
  const found = new Set<string>()
  someAt(record.attributes, path, (value) => {
    if (value !== null && typeof value !== 'object') found.add(String(value))
    return false
  })
  return [...found]
}

const AND_SPAN = { start: 0, end: 1 }

/** Both of two filters. */
export const both = (filter: Expr | undefined, other: Expr): Expr =>
  filter === undefined ? other : { kind: 'and', of: [filter, other], span: AND_SPAN }
