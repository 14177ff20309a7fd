/**
 * Roles of a grid for plain elements: a `<table>` cannot have rows that stand where they are put. The grid itself holds the focus and
 * names the active row, so nothing in it is a stop of the Tab key.
 */
export const ROWGROUP = { role: 'rowgroup' } as const
/** The row that names the columns is the first. */
export const HEAD_ROW = { role: 'row', 'aria-rowindex': 1 } as const
export const HEADER = { role: 'columnheader' } as const
export const ROW_HEADER = { role: 'rowheader' } as const
export const CELL = { role: 'gridcell' } as const
