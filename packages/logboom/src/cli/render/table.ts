/** Plain tables for a terminal: aligned by cells, no lines drawn. */
import { displayWidth, pad } from './width.ts'

export interface Cell {
  text: string
  /** Applied after the alignment. */
  paint?: (text: string) => string
}

export interface Column {
  title: string
  /** Numbers stand on the right. */
  right?: boolean
}

/** Rows under their titles, one line each. */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  titles: (text: string) => string,
): string => {
  const widths = columns.map((column, index) =>
    Math.max(displayWidth(column.title), ...rows.map((row) => displayWidth(row[index]?.text ?? ''))),
  )
  const line = (cells: readonly Cell[]): string =>
    `  ${columns
      .map((column, index) => {
        const cell = cells[index] ?? { text: '' }
        const last = index === columns.length - 1 && column.right !== true
        const text = last ? cell.text : pad(cell.text, widths[index] ?? 0, column.right ? 'left' : 'right')
        return (cell.paint ?? ((same: string) => same))(text)
      })
      .join('  ')}`
  return [
    line(columns.map(({ title }) => ({ text: title, paint: titles }))),
    ...rows.map((row) => line(row)),
  ].join('\n')
}
