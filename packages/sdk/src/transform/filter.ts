/** Leaves out, as `filtered`, every record that is not meant. Nothing is told of them but their number. */
import { checkOptions, kinds, optional } from '../errors/options.ts'
import type { RegexEngine } from '../query/index.ts'
import { matcherOf, type Selector } from './select.ts'
import type { Transform } from './types.ts'

export interface FilterOptions {
  /** Compiles the regular expressions of a query; linear in time. @default none: a query with one is an error */
  regex?: RegexEngine
}

/**
 * Passes what a query, a level or a function means; everything else is `filtered`. What other transforms tell is filtered too: it is
 * of level `info` and source `lifecycle`.
 * @param what a query (`now` in it is the moment of this call), `{ level }` for that level and above, or a function
 * @throws LogboomError LB_QUERY_SYNTAX, LB_SINK_OPTIONS
 * @example filter('level:>=info -server:chatty*')
 */
export const filter = (what: Selector, options: FilterOptions = {}): Transform => {
  checkOptions('filter', options, { regex: optional(kinds.callback) })
  const meant = matcherOf('filter', what, options.regex)
  return {
    start: () => ({ reason: 'filtered', take: (record) => (meant(record) ? record : undefined) }),
  }
}
