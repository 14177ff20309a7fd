/** The options of `sample`. */
import { LogboomError } from '../../errors/index.ts'
import { checkOptions, kinds, oneOf, optional } from '../../errors/options.ts'
import type { RegexEngine } from '../../query/index.ts'
import { LEVELS, type Level } from '../../record/index.ts'
import { type Selector, selector } from '../select.ts'

export interface SampleOptions {
  /** Share that stays, 0 to 1. @default required, or 1 with `adaptive` */
  keep?: number
  /** Only records of this level and below are sampled; what is above passes. @default every level */
  level?: Level
  /** Only records that a query, a level or a function means are sampled; all others pass. @default every record */
  when?: Selector
  /** `error` and above pass, also of a call that is not kept. @default true */
  keepErrors?: boolean
  /** Thins bursts, before `keep` is asked. @default none */
  adaptive?: AdaptiveOptions
  /** Milliseconds from the first record that `keep` left out until a server's are told. @default 60_000 */
  reportMs?: number
  /** Compiles the regular expressions of `when`; linear in time. @default none: a query with one is an error */
  regex?: RegexEngine
}

/** Of the n-th record of a server and message pattern in a window, one in `n / first` (rounded up) stays. */
export interface AdaptiveOptions {
  /** Records of each pattern that stay in each window, at least. @default 100 */
  first?: number
  /** Milliseconds; a window begins with the first record of its pattern, and what was thinned is told after it. @default 10_000 */
  windowMs?: number
  /** Patterns of all servers kept in mind; beyond, the one longest not seen begins anew. @default 1000 */
  maxKeys?: number
}

/** @throws LogboomError LB_SINK_OPTIONS */
export const checkSample = (options: SampleOptions): void => {
  checkOptions('sample', options, {
    keep: optional(kinds.share),
    level: optional(oneOf(...LEVELS)),
    when: optional(selector),
    keepErrors: optional(kinds.flag),
    adaptive: optional(kinds.table),
    reportMs: optional(kinds.positive),
    regex: optional(kinds.callback),
  })
  if (options.keep === undefined && options.adaptive === undefined)
    throw new LogboomError('LB_SINK_OPTIONS', 'sample: the option "keep" is needed', {
      hint: 'Give the share that stays, 0.1 for one in ten, or "adaptive".',
    })
  if (options.adaptive === undefined) return
  checkOptions('sample: adaptive', options.adaptive, {
    first: optional(kinds.count),
    windowMs: optional(kinds.positive),
    maxKeys: optional(kinds.count),
  })
}
