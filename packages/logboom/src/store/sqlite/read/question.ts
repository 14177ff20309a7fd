/** A question as everything that answers it needs it: made once, from the selection that was asked. */
import { compile, type Expr, type RegexEngine } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import type { Selection } from '../../contract.ts'
import { type Bounds, takeBounds } from './bounds.ts'
import { type Need, needOf } from './need.ts'
import { type Decide, deciderOf } from './series.ts'
import { readsOf, type Where, whereOf } from './where.ts'

export interface Question {
  /** As it was asked; with the bounds on time taken out. */
  filter: Expr | undefined
  /** The same for questions that ask the same by the letter, bounds aside. */
  key: string
  bounds: Bounds
  decide: Decide
  need: Need
  where: Where
  /** What must be read to check a record whose series leaves it open. */
  reads: 'nothing' | 'message' | 'body'
  /** Whether a record matches the filter; the bounds are not asked. */
  matches: (record: LogRecord) => boolean
}

/**
 * Prepares a question.
 * @throws LogboomError `LB_QUERY_SYNTAX` for a regular expression the engine refuses
 */
export const makeQuestion = (selection: Selection, regex: RegexEngine): Question => {
  const { filter, ...bounds } = takeBounds(selection.filter, selection)
  const where = whereOf(filter)
  return {
    filter,
    key: keyOf(filter),
    bounds,
    decide: deciderOf(filter, regex),
    need: filter === undefined ? { kind: 'any' } : needOf(filter),
    where,
    reads: where.exact ? 'nothing' : readsOf(filter),
    matches: filter === undefined ? () => true : compile(filter, { regex }),
  }
}

/** Where in a text the terms stand does not matter. */
const keyOf = (filter: Expr | undefined): string =>
  JSON.stringify(filter ?? null, (name, value: unknown) => (name === 'span' ? undefined : value))
