/** The columns before the message, as values. */
import type { Settings } from '../settings/index.ts'

export type Columns = Settings['columns']

export const MIN_WIDTH = 40
export const MAX_WIDTH = 600
const NEW_WIDTH = 120

/** The message keeps this much of a narrow list; between two columns is a gap. */
const MESSAGE = 220
const GAP = 8
/** As narrow as a column gets before the message does. */
const NARROWEST = 24

/**
 * Of the grid of a row: the message has what is left; where that would be too little, the columns give way, each in proportion, but for
 * the time: half of it says nothing.
 */
export const templateOf = (columns: Columns): string => {
  const yielding = columns.filter(({ field }) => field !== 'time')
  const sum = (some: Columns): number => some.reduce((all, { width }) => all + width, 0)
  const kept = MESSAGE + GAP * columns.length + sum(columns) - sum(yielding)
  const widthOf = ({ field, width }: Columns[number]): string =>
    field === 'time'
      ? `${width}px`
      : `max(${NARROWEST}px,min(${width}px,(100% - ${kept}px)*${(width / sum(yielding)).toFixed(4)}))`
  return [...columns.map(widthOf), 'minmax(0,1fr)'].join(' ')
}

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
