/** The rows of a group: what the hub counted, and what is chosen though nothing has it. Pure. */
import type { Facet } from '../api/client.ts'
import { negated, termOf } from '../ask/filters.ts'
import type { Chip } from '../location/index.ts'
import { LEVELS } from '../look/levels.ts'

export interface Row {
  value: string
  count: number
  /** `in`: only this value; `out`: without it. */
  chosen: 'in' | 'out' | undefined
}

/** The value of a chip of this field, where it is one that a click here made. */
const clickedValue = (field: string, term: string): string | undefined => {
  const bare = term.startsWith('-') ? term.slice(1) : term
  if (!bare.startsWith(`${field}:`)) return undefined
  const written = bare.slice(field.length + 1)
  const value = written.startsWith('"') ? written.slice(1, -1).replace(/\\(["\\])/g, '$1') : written
  return termOf(field, value) === bare ? value : undefined
}

export const rowsOf = (facet: Pick<Facet, 'field' | 'values'>, chips: readonly Chip[]): Row[] => {
  const { field, values } = facet
  const on = new Set(chips.filter((chip) => chip.on).map(({ term }) => term))
  const chosen = (value: string): Row['chosen'] => {
    const term = termOf(field, value)
    return on.has(term) ? 'in' : on.has(negated(term)) ? 'out' : undefined
  }
  const rows = values.map(({ value, count }): Row => ({ value, count, chosen: chosen(value) }))
  for (const term of on) {
    const value = clickedValue(field, term)
    if (value !== undefined && !rows.some((row) => row.value === value))
      rows.push({ value, count: 0, chosen: chosen(value) })
  }
  if (field !== 'level') return rows
  // Levels have an order of their own: the worst first.
  const severity = ({ value }: Row): number => (LEVELS as readonly string[]).indexOf(value)
  return rows.sort((a, b) => severity(b) - severity(a))
}
