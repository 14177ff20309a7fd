/**
 * What a series says about a query: that all its records match, that none does, or that it depends on the record. In
 * three-valued logic, so that a NOT of what depends still depends, and no record is lost.
 */
import { compile, type Expr, knownField, type RegexEngine } from '@logboom/sdk/query'
import type { LogRecord, NamedCall } from '@logboom/sdk/record'
import { decodeRow } from '../rows.ts'

/** What a series says, in whatever file. */
interface SeriesContent {
  /** Its JSON. */
  readonly json: string
  /** The parsed JSON: shared by all its records. */
  readonly fields: object
  /** Its records without what is their own: the fields of the series can be read from it. */
  readonly sample: LogRecord
}

/** One series of a file. */
export interface Series extends SeriesContent {
  readonly id: number
}

/**
 * The contents of series, each kept once for all files that use it: a run that goes on for long has the same ones in every
 * file, and they are most of what is kept of a file.
 */
export interface SeriesPool {
  take(json: string): SeriesContent
  /** To be called once for each `take`. */
  giveBack(json: string): void
}

export const createSeriesPool = (): SeriesPool => {
  const pool = new Map<string, { content: SeriesContent; users: number }>()
  return {
    take(json) {
      const known = pool.get(json) ?? { content: contentOf(json), users: 0 }
      if (known.users++ === 0) pool.set(json, known)
      return known.content
    },
    giveBack(json) {
      const known = pool.get(json)
      if (known !== undefined && --known.users === 0) pool.delete(json)
    },
  }
}

const contentOf = (json: string): SeriesContent => {
  const fields = JSON.parse(json) as object
  const call = 'call' in fields ? '{"call":{"candidates":[]}}' : '{}'
  return { json, fields, sample: decodeRow(fields, 0, '', call) }
}

/** Fields that stand in the series. */
export const SERIES_QUERY_FIELDS: ReadonlySet<string> = new Set([
  'level',
  'server',
  'source',
  'logger',
  'tool',
  'method',
  'status',
  'attribution',
  'from',
  'client',
  'clientVersion',
  'serverVersion',
  'protocol',
  'run',
  'session',
  'host',
])

/** True, false, or undefined where it depends on the record. */
export type Verdict = boolean | undefined
export type Decide = (series: Series) => Verdict

const DEPENDS: Decide = () => undefined

/** Whether the known field `name` is of the series alone. */
export const isSeriesField = (name: string): boolean => SERIES_QUERY_FIELDS.has(knownField(name)?.name ?? '')

/** Makes the function that decides about a series; like `compile`, every choice is made once. */
export const deciderOf = (expr: Expr | undefined, regex: RegexEngine): Decide => {
  if (expr === undefined) return () => true
  switch (expr.kind) {
    case 'all':
      return () => true
    case 'not': {
      const decide = deciderOf(expr.of, regex)
      return (series) => {
        const verdict = decide(series)
        return verdict === undefined ? undefined : !verdict
      }
    }
    case 'and':
      return several(expr.of, regex, false)
    case 'or':
      return several(expr.of, regex, true)
    case 'text':
    case 'regex':
      return DEPENDS
    case 'field':
      return fieldDecider(expr, regex)
  }
}

/** AND ends with the first false, OR with the first true; else one that depends leaves it open. */
const several = (of: readonly Expr[], regex: RegexEngine, ending: boolean): Decide => {
  const deciders = of.map((part) => deciderOf(part, regex))
  return (series) => {
    let result: Verdict = !ending
    for (const decide of deciders) {
      const verdict = decide(series)
      if (verdict === ending) return ending
      if (verdict === undefined) result = undefined
    }
    return result
  }
}

const fieldDecider = (expr: Expr & { kind: 'field' }, regex: RegexEngine): Decide => {
  const name = expr.field.kind === 'known' ? knownField(expr.field.name)?.name : undefined
  if (name === undefined) return DEPENDS
  const matches = compile(expr, { regex })
  if (SERIES_QUERY_FIELDS.has(name)) return ({ sample }) => matches(sample)
  // Records without a call have none of these.
  if (name === 'call' || name === 'request' || name === 'duration') {
    return ({ sample }) => (isNamed(sample) ? undefined : false)
  }
  if (name === 'candidate') return ({ sample }) => (isAmbiguous(sample) ? undefined : false)
  return DEPENDS
}

const isAmbiguous = ({ call }: LogRecord): boolean => call?.attribution === 'ambiguous'

/** The records of the series surely or very probably belong to a call. */
export const isNamed = (sample: LogRecord): boolean => sample.call !== undefined && !isAmbiguous(sample)

/** What the records of the series say of the call they belong to; its id is their own. */
export const seriesCallOf = (sample: LogRecord): Pick<NamedCall, 'method' | 'tool'> | undefined =>
  isNamed(sample) ? (sample.call as NamedCall) : undefined

/** The records of the series are starts or outcomes of calls. */
export const callStatusOf = ({ source, call }: LogRecord): string | undefined =>
  source === 'call' && call !== undefined && 'status' in call ? call.status : undefined
