/** What a question asks of one file: which series, which blocks, and the statement that reads what may match. */
import { countBlocks, intersect } from '../block-set.ts'
import type { SqlValue } from '../database.ts'
import { BLOCK_ROWS, SEGMENT_ROWS } from '../format.ts'
import { type FileEntry, isSealedEntry } from '../manifest.ts'
import { type Handle, type Range, rangesOf } from './handle.ts'
import { blocksFor } from './need.ts'
import type { Question } from './question.ts'
import type { Series, Verdict } from './series.ts'

/** What a plan depends on besides the question. */
export interface PlanOptions {
  /** Only series of which this is true. */
  only?: (series: Series) => boolean
  /** Answers for a file of which the series alone decide, instead of reading what matches in it. */
  shortcut?: (file: FileEntry, plan: SurePlan, handle: Handle) => void
}

/** What a question asks of one file. */
export interface FilePlan {
  /** Series of which records may match, as JSON; absent when all may. */
  series: string | undefined
  /** Of these: true where all records match. Absent when so little is left to read that each series is asked when it is met. */
  verdicts: ReadonlyMap<number, Verdict> | undefined
  /** Of all of them all records match. */
  sure: boolean
  /** The newest position that was there. */
  last: number
  ranges: Range[]
  blocks: number
}

/** The plan for a file of which the series alone decide. */
export interface SurePlan extends FilePlan {
  verdicts: ReadonlyMap<number, Verdict>
}

export const isSure = (plan: FilePlan): plan is SurePlan => plan.sure && plan.verdicts !== undefined

/** What to ask of a file; undefined when nothing in it can match. */
export const planFile = (
  handle: Handle,
  file: FileEntry,
  question: Question,
  { only, shortcut }: PlanOptions,
  range: Range,
): FilePlan | undefined => {
  const { since, until } = question.bounds
  if (isSealedEntry(file) && (file.time[1] < since || file.time[0] >= until)) return undefined
  // First the end, then the series: no record up to it has a series that is not known then.
  const last = isSealedEntry(file) ? file.last : handle.last()
  const to = Math.min(range.to, last)
  if (to < range.from) return undefined
  const end = Math.min(to, file.first + SEGMENT_ROWS - 1)
  const blocks = blocksFor(question.need, handle.blocksWith)
  if (question.need.kind !== 'any') {
    const ranges = rangesOf(blocks, file.first, range.from, end)
    if (ranges.length === 0) return undefined
    if (positionsOf(ranges) <= FEW_POSITIONS)
      return {
        series: undefined,
        verdicts: undefined,
        sure: false,
        ranges,
        last,
        blocks: countBlocks(blocks),
      }
  }
  // Everything: nobody has to ask the series, unless they are counted.
  if (question.filter === undefined && only === undefined && shortcut === undefined) {
    const ranges = rangesOf(blocks, file.first, range.from, end)
    return { series: undefined, verdicts: undefined, sure: true, ranges, last, blocks: countBlocks(blocks) }
  }
  const verdicts = new Map<number, Verdict>()
  let sure = true
  const all = handle.series()
  for (const series of all) {
    const verdict: Verdict = only === undefined || only(series) ? question.decide(series) : false
    if (verdict === false) continue
    verdicts.set(series.id, verdict)
    if (verdict === undefined) sure = false
  }
  if (verdicts.size === 0) return undefined
  const some = verdicts.size < all.length
  if (some && verdicts.size <= MAX_SERIES_TOKENS[handle.kind] && countBlocks(blocks) > FEW_BLOCKS)
    intersect(blocks, handle.blocksOfSeries([...verdicts.keys()]))
  const ranges = rangesOf(blocks, file.first, range.from, end)
  if (ranges.length === 0) return undefined
  const series = some ? JSON.stringify([...verdicts.keys()]) : undefined
  return { series, verdicts, sure, ranges, last, blocks: countBlocks(blocks) }
}

/** Sets of series larger than this are in most blocks; a hot file does not remember where they are. */
const MAX_SERIES_TOKENS = { sealed: 256, hot: 24 } as const
/** As many are read sooner than narrowed. */
const FEW_BLOCKS = 4
/** As many are read sooner than all series of a file are asked what they say. */
const FEW_POSITIONS = 10 * BLOCK_ROWS

const positionsOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)

/** The statement that reads what may match between two positions. */
export const statementOf = (
  file: FileEntry,
  question: Question,
  plan: FilePlan,
): { condition: string; values: SqlValue[] } => {
  const { since, until } = question.bounds
  const conditions = ['position BETWEEN ? AND ?']
  const values: SqlValue[] = []
  const add = (sql: string, ...more: readonly SqlValue[]): void => {
    conditions.push(sql)
    values.push(...more)
  }
  const [min, max] = isSealedEntry(file) ? file.time : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  if (since > min && Number.isFinite(since)) add('time >= ?', since)
  if (until <= max && Number.isFinite(until)) add('time < ?', until)
  if (plan.series !== undefined) add('series IN (SELECT value FROM json_each(?))', plan.series)
  const { sql, values: more } = question.where
  if (!plan.sure && sql !== undefined) add(sql, ...more)
  return { condition: conditions.join(' AND '), values }
}

/** What a series says: as it was planned, or asked once when it is first met. */
export const verdictsOf = (
  question: Question,
  { verdicts }: FilePlan,
  { only }: PlanOptions,
): ((series: Series) => Verdict) => {
  if (verdicts !== undefined) return ({ id }) => verdicts.get(id)
  const met = new Map<number, Verdict>()
  return (series) => {
    if (met.has(series.id)) return met.get(series.id)
    const verdict = only === undefined || only(series) ? question.decide(series) : false
    met.set(series.id, verdict)
    return verdict
  }
}
