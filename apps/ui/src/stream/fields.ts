/** What a row shows of its record: fields as text, and the attributes beside the message. */
import { type FieldInfo, knownField, parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '../api/client.ts'
import { formatDuration } from '../parts/format.ts'

/** Beyond this nobody reads in a row. */
const MAX_VALUE = 120
const MAX_ALL = 600

const shortened = (text: string): string => (text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text)

const textOf = (value: unknown): string =>
  shortened(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** An attribute by the path a query has after `@`: keys with dots in them come before nesting. */
const attributeAt = (value: unknown, path: string): unknown => {
  if (typeof value !== 'object' || value === null) return undefined
  const here = value as Record<string, unknown>
  if (Object.hasOwn(here, path)) return here[path]
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot)
    if (!Object.hasOwn(here, key)) continue
    const found = attributeAt(here[key], path.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}

/** The API's type of a record is the record's own, but for what compilers know of JSON. */
type Read = Parameters<FieldInfo['read']>[0]

/** What a filter by a field needs; undefined where the record has none. */
export const fieldOf = (record: LogRecord, field: string): string | number | boolean | undefined => {
  const value = field.startsWith('@')
    ? attributeAt(record.attributes, field.slice(1).replaceAll('"', ''))
    : knownField(field)?.read(record as Read)
  if (value === undefined || value === null) return undefined
  return typeof value === 'object' ? textOf(value) : (value as string | number | boolean)
}

/** What a cell of a field says; empty where the record has none. */
export const cellText = (record: LogRecord, field: string): string => {
  const value = fieldOf(record, field)
  if (value === undefined) return ''
  return field === 'duration' && typeof value === 'number' ? formatDuration(value) : textOf(value)
}

/** `key=value` of the attributes, as they fit in a row. */
export const attributesText = (attributes: Readonly<Record<string, unknown>>): string => {
  let text = ''
  for (const [name, value] of Object.entries(attributes)) {
    text += `${text === '' ? '' : ' '}${name}=${textOf(value)}`
    if (text.length > MAX_ALL) break
  }
  return text
}

/** The first word or phrase that the query searches messages for; empty when there is none. */
export const searchedFor = (q: string): string => {
  try {
    const find = (expr: ReturnType<typeof parseQuery>): string => {
      if (expr.kind === 'text') return expr.wildcard ? '' : expr.text
      if (expr.kind !== 'and' && expr.kind !== 'or') return ''
      for (const one of expr.of) {
        const found = find(one)
        if (found !== '') return found
      }
      return ''
    }
    return find(parseQuery(q, { now: 0 }))
  } catch {
    // The hub says what is wrong with it.
    return ''
  }
}
