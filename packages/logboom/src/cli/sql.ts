/** `logboom query --sql`: one read-only statement over the view `records`, as a table or as NDJSON. */
import { LogboomError } from '@logboom/sdk/errors'
import type { Archive, SqlResult, Store } from '../store/contract.ts'
import { type Cell, clip, createTheme, table, visible } from './render/index.ts'

export interface SqlTextOptions {
  color: boolean
  /** Cells of the terminal; absent, nothing is cut. */
  width?: number
}

/** Cells of one value on a terminal. */
const VALUE_MAX = 80

/** What only a store in a database answers. */
export type Answering = Pick<Archive, 'sql' | 'explain'>

/** The store as a database, if it is one: journals alone answer no SQL. */
export const archiveOf = (store: Store): Answering | undefined =>
  'sql' in store && 'explain' in store ? (store as Store & Answering) : undefined

/** The same, for what only a database can do. */
export const needArchive = (store: Store, what: string): Answering => {
  const archive = archiveOf(store)
  if (archive !== undefined) return archive
  throw new LogboomError('LB_SQL', `${what} needs the store, which cannot be opened here`, {
    hint: 'Without it the journals themselves answer, one query at a time; use a query instead.',
  })
}

type Value = SqlResult['rows'][number][number]

const cellOf = (value: Value, { width }: SqlTextOptions, dim: (text: string) => string): Cell => {
  if (value === null) return { text: 'NULL', paint: dim }
  const text = visible(String(value))
  return { text: width === undefined ? text : clip(text, VALUE_MAX) }
}

/** The rows as a table; no line end at the end. */
export const sqlTable = ({ columns, rows }: SqlResult, options: SqlTextOptions): string => {
  const theme = createTheme(options.color)
  const isNumeric = (index: number): boolean =>
    rows.length > 0 && rows.every((row) => row[index] === null || typeof row[index] === 'number')
  return table(
    columns.map((title, index) => ({ title: visible(title), right: isNumeric(index) })),
    rows.map((row) => row.map((value) => cellOf(value, options, theme.dim))),
    theme.dim,
  )
}

/** The columns' names as keys of one object: a name that comes again gets a number. */
export const keysOf = (columns: readonly string[]): string[] => {
  const taken = new Set<string>()
  return columns.map((column) => {
    let key = column
    for (let count = 2; taken.has(key); count++) key = `${column}_${count}`
    taken.add(key)
    return key
  })
}

/** Each row as one line of JSON, with its line end. */
export const sqlLines = ({ columns, rows }: SqlResult): string[] => {
  const keys = keysOf(columns)
  return rows.map(
    // Not Object.fromEntries: a column may be called __proto__.
    (row) =>
      `{${keys.map((key, index) => `${JSON.stringify(key)}:${JSON.stringify(row[index] ?? null)}`).join(',')}}\n`,
  )
}
