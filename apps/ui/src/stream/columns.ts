/** The columns before the message, as values. */
import type { Settings } from '../settings/index.ts'

export type Columns = Settings['columns']

export const MIN_WIDTH = 40
export const MAX_WIDTH = 600
const NEW_WIDTH = 120

/** Of the grid of a row: the message has what is left. */
export const templateOf = (columns: Columns): string =>
  [...columns.map(({ width }) => `${width}px`), 'minmax(0,1fr)'].join(' ')

/** @example withWidth(columns, 'time', 20) // at least MIN_WIDTH */
export const withWidth = (columns: Columns, field: string, width: number): Columns =>
  columns.map((column) =>
    column.field === field
      ? { field, width: Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width))) }
      : column,
  )

export const withColumn = (columns: Columns, field: string): Columns =>
  columns.some((column) => column.field === field) ? columns : [...columns, { field, width: NEW_WIDTH }]

export const withoutColumn = (columns: Columns, field: string): Columns =>
  columns.filter((column) => column.field !== field)
