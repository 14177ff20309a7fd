/**
 * A table of divs: rows that are placed one by one cannot be table rows. The grid alone has the focus, and names the active row by
 * `aria-activedescendant`: rows come and go with what is scrolled into view, and would take the focus with them.
 */

/** `rows` as -1: nobody knows how many there are. */
export const gridOf = (label: string, rows: number, busy: boolean, active: string | undefined) => ({
  role: 'grid',
  tabIndex: 0,
  'aria-label': label,
  'aria-rowcount': rows,
  'aria-busy': busy,
  'aria-activedescendant': active,
})

/** From 1; the head is the first. */
export const rowOf = (index: number) => ({ role: 'row', 'aria-rowindex': index })

/** `current`: what a context is about. */
export const recordRowOf = (index: number, selected: boolean, current: boolean) => ({
  ...rowOf(index),
  'aria-selected': selected,
  'aria-current': current || undefined,
})

export const wideCell = (columns: number) => ({ role: 'gridcell', 'aria-colspan': columns })

export const ROWS = { role: 'rowgroup' }
export const CELL = { role: 'gridcell' }
export const HEAD = { role: 'columnheader' }
