/** Moving between rows by keys: pure. */
import { indexOf, keyOf, type Row } from './window.ts'

const BAD: ReadonlySet<string> = new Set(['error', 'critical', 'alert', 'emergency'])

/** The row after or before, in the order of positions; with none active the last, where people look. */
export const stepFrom = (
  rows: readonly Row[],
  active: number | undefined,
  step: 1 | -1,
): number | undefined => {
  if (rows.length === 0) return undefined
  const at =
    active === undefined
      ? rows.length - 1
      : Math.min(rows.length - 1, Math.max(0, indexOf(rows, active) + step))
  const row = rows[at]
  return row && keyOf(row)
}

/** The nearest error among the rows; `unknown` where what is not loaded would come first. */
export const errorFrom = (
  rows: readonly Row[],
  from: number,
  step: 1 | -1,
  beyond: boolean,
): number | 'unknown' | undefined => {
  const start = indexOf(rows, from)
  for (let at = step === 1 ? start + 1 : start - 1; at >= 0 && at < rows.length; at += step) {
    const row = rows[at]
    if (row?.kind === 'skipped') return 'unknown'
    if (row !== undefined && BAD.has(row.record.level)) return row.position
  }
  return beyond ? 'unknown' : undefined
}
