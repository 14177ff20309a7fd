/** A record's attributes as a tree of rows: each value with its path, as it is asked for and as it is read. */
import { attributeField } from '../ask/terms.ts'

export type Key = string | number

export interface Branch {
  kind: 'branch'
  /** From the parent; several keys where each has but one child. */
  path: readonly Key[]
  list: boolean
  /** What is in it; not yet looked at. */
  entries: readonly (readonly [Key, unknown])[]
}

export interface Leaf {
  kind: 'leaf'
  path: readonly Key[]
  value: string | number | boolean | null
}

export type Node = Branch | Leaf

/** Longer chains would not be read on one line. */
const MAX_CHAIN = 8

/** Keys and values of an object, indexes and items of a list. */
export const entriesOf = (value: object): readonly (readonly [Key, unknown])[] =>
  Array.isArray(value) ? value.map((item: unknown, index) => [index, item] as const) : Object.entries(value)

/**
 * The node of a value. A chain of objects with one key each is one node: `{a: {b: 1}}` is the leaf `a.b`.
 * @example nodeOf('user', { id: 42 }) // { kind: 'leaf', path: ['user', 'id'], value: 42 }
 */
export const nodeOf = (key: Key, value: unknown): Node => {
  const path: Key[] = [key]
  let at = value
  while (typeof at === 'object' && at !== null) {
    const entries = entriesOf(at)
    const [only] = entries
    if (Array.isArray(at) || entries.length !== 1 || only === undefined || path.length >= MAX_CHAIN)
      return { kind: 'branch', path, list: Array.isArray(at), entries }
    path.push(only[0])
    at = only[1]
  }
  return { kind: 'leaf', path, value: leafValue(at) }
}

const leafValue = (value: unknown): Leaf['value'] =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
    ? value
    : String(value)

/**
 * The field of a path in the query language. Indexes are left out: a list is asked for any of its elements.
 * @example fieldOf(['items', 0, 'unit price']) // '@items."unit price"'
 */
export const fieldOf = (path: readonly Key[]): string =>
  attributeField(path.filter((part) => typeof part === 'string'))

/** The path as it is read: `items[0].sku`. */
export const readPath = (path: readonly Key[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : `${text}.${part}`),
    '',
  )

/** What a text that holds JSON holds: an object or a list; nothing for any other text. */
export const heldJson = (text: string): object | undefined => {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
