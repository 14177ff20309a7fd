/**
 * What is loaded of the stream: rows in the order of positions, and what is known to lie beyond them. Pure.
 *
 * Between the first and the last row nothing that matches is missing without a row that says so (`skipped`); beyond them
 * `older` and `newer` say whether there is more. Past the cap, rows at the far end go, and are loaded again when somebody gets there.
 */
import type { Stored } from '../api/client.ts'
import type { Arrival } from '../api/tail.ts'

/** A record, or a mark that some between two positions are not here. */
export type Row = Arrival
export type SkippedRow = Extract<Row, { kind: 'skipped' }>

export interface Window {
  rows: readonly Row[]
  /** Some that match may lie before the first row, and after the last. */
  older: boolean
  newer: boolean
  /** Everything that matches from the first row up to this position is here, or marked as skipped. */
  upTo: number
}

/** Rows kept; a record takes about a kilobyte. */
export const CAP = 20_000

export const EMPTY: Window = { rows: [], older: false, newer: false, upTo: 0 }

/** What React and the list know a row by. */
export const keyOf = (row: Row): number => (row.kind === 'record' ? row.position : row.after + 0.5)

/** The first position a row speaks for. */
export const startOf = (row: Row): number => (row.kind === 'record' ? row.position : row.after + 1)

/** The last. */
export const endOf = (row: Row): number => (row.kind === 'record' ? row.position : row.before - 1)

export const asRows = (items: readonly Stored[]): Row[] =>
  items.map(({ position, record }) => ({ kind: 'record', position, record }))

const withoutOldest = (window: Window, cap: number): Window =>
  window.rows.length <= cap
    ? window
    : { ...window, rows: window.rows.slice(window.rows.length - cap), older: true }

const withoutNewest = (window: Window, cap: number): Window => {
  if (window.rows.length <= cap) return window
  const rows = window.rows.slice(0, cap)
  const last = rows.at(-1)
  return { ...window, rows, newer: true, upTo: last === undefined ? 0 : endOf(last) }
}

/** What the tail brought; it begins where the window is complete. */
export const append = (window: Window, arrivals: readonly Row[], cap = CAP): Window => {
  const fresh = arrivals.filter((row) => startOf(row) > window.upTo)
  const last = fresh.at(-1)
  if (last === undefined) return window
  return withoutOldest({ ...window, rows: [...window.rows, ...fresh], upTo: endOf(last) }, cap)
}

/** Before which position older rows are asked for. */
export const olderEdge = ({ rows: [first], upTo }: Window): number =>
  first === undefined ? upTo + 1 : startOf(first)

/** The page before `before`, oldest first; one that was asked for by rows that are gone fits nowhere, and is left out. */
export const prependPage = (
  window: Window,
  before: number,
  { items, more }: { items: readonly Stored[]; more: boolean },
  cap = CAP,
): Window =>
  before === olderEdge(window)
    ? withoutNewest({ ...window, rows: [...asRows(items), ...window.rows], older: more }, cap)
    : window

/** The page after `after`, oldest first; `last` is how far the store was searched. As above, it must fit. */
export const appendPage = (
  window: Window,
  after: number,
  { items, more, last }: { items: readonly Stored[]; more: boolean; last: number },
  cap = CAP,
): Window => {
  if (after !== window.upTo) return window
  const appended = append(window, asRows(items), cap)
  return { ...appended, newer: more, upTo: more ? appended.upTo : Math.max(appended.upTo, last) }
}

/** The first page of what a skipped row stands for, in its place; what is still missing keeps a row. */
export const fillSkipped = (
  window: Window,
  skipped: SkippedRow,
  { items, more }: { items: readonly Stored[]; more: boolean },
): Window => {
  const at = window.rows.findIndex((row) => row.kind === 'skipped' && row.after === skipped.after)
  if (at === -1) return window
  const rows = asRows(items.filter(({ position }) => position > skipped.after && position < skipped.before))
  const last = rows.at(-1)
  const left: Row[] =
    more && last !== undefined
      ? [{ ...skipped, after: endOf(last), count: Math.max(1, skipped.count - rows.length) }]
      : []
  return { ...window, rows: [...window.rows.slice(0, at), ...rows, ...left, ...window.rows.slice(at + 1)] }
}

/** Where a row of this key is, or the nearest before it; -1 when all come after. */
export const indexOf = (rows: readonly Row[], key: number): number => {
  let from = 0
  let to = rows.length
  while (from < to) {
    const middle = (from + to) >> 1
    const row = rows[middle]
    if (row !== undefined && keyOf(row) <= key) from = middle + 1
    else to = middle
  }
  return from - 1
}

/** The row of a key, if it is here. */
export const rowOf = (rows: readonly Row[], key: number | undefined): Row | undefined => {
  const row = key === undefined ? undefined : rows[indexOf(rows, key)]
  return row !== undefined && keyOf(row) === key ? row : undefined
}
