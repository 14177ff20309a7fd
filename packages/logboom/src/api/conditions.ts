/** Conditions as the query language parses them, made without a text. */
import type { Expr } from '@logboom/sdk/query'
import type { Selection } from '../store/contract.ts'

const NOWHERE = { start: 0, end: 0 }

/** A known field equals a text. */
export const is = (name: string, text: string): Expr => ({
  kind: 'field',
  field: { kind: 'known', name },
  test: { kind: 'equals', text },
  span: NOWHERE,
})

export const not = (of: Expr): Expr => ({ kind: 'not', of, span: NOWHERE })

/** A selection, narrowed. */
export const both = (selection: Selection, ...more: readonly Expr[]): Selection => ({
  ...selection,
  filter: {
    kind: 'and',
    of: selection.filter === undefined ? more : [selection.filter, ...more],
    span: NOWHERE,
  },
})

/** A known field is there. */
export const has = (name: string): Expr => ({
  kind: 'field',
  field: { kind: 'known', name },
  test: { kind: 'exists' },
  span: NOWHERE,
})
