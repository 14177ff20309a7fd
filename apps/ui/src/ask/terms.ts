/** Values as terms of the query language: a term finds exactly its value, whatever is in it. */
import { knownField } from '@logboom/sdk/query'

/** What may stand in a term; null is a value that attributes have. */
export type Value = string | number | boolean | null

/** Words that need no quotes: no operators, wildcards or spaces, and nothing that a field's value begins with. */
const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.:/@#%+=,-]*$/u
const KEYWORDS = /^(?:AND|OR|NOT|TO)$/
const PLAIN_KEY = /^[\p{L}\p{N}_$@-][\p{L}\p{N}\p{M}_$@/-]*$/u

const inQuotes = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** A text where a value stands: in quotes when it needs them. @example quoted('a b') // '"a b"' */
export const quoted = (text: string): string =>
  PLAIN.test(text) && !KEYWORDS.test(text) ? text : inQuotes(text)

/** The field of an attribute by its path. @example attributeField(['user', 'full name']) // '@user."full name"' */
export const attributeField = (path: readonly string[]): string =>
  `@${path.map((key) => (PLAIN_KEY.test(key) ? key : inQuotes(key))).join('.')}`

/** How the language writes a field: a known one by its name, `@…` as it is, anything else as the attribute of that path. */
export const fieldName = (field: string): string => {
  if (field.startsWith('@')) return field
  return knownField(field)?.name ?? attributeField(field.split('.'))
}

/** The first and last milliseconds that are written as plain digits; the others need a date. */
const isEpoch = (ms: number): boolean => /^\d{12,14}(?:\.\d{1,6})?$/.test(String(ms))

const written = (field: string, value: Value): string => {
  if (typeof value !== 'number') return quoted(String(value))
  const isTime = knownField(field)?.type === 'time' && Number.isFinite(value)
  return isTime && !isEpoch(value) ? inQuotes(new Date(value).toISOString()) : String(value)
}

/**
 * The term that finds this value of a field.
 * @param field as the query language writes it: `server`, `@user.id`
 * @example termOf('@path', '/tmp/a*') // '@path:"/tmp/a*"'
 */
export const termOf = (field: string, value: Value): string => `${fieldName(field)}:${written(field, value)}`
