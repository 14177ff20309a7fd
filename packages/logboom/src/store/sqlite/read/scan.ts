/**
 * Reading what may match, file by file and block range by block range, newest or oldest first, and giving what does. Each
 * step is one short statement; between steps others have their turn.
 *
 * A file that vanishes under the reader was sealed or dropped: the list of files is asked again, and reading goes on at the
 * position it had reached.
 */
import type { LogRecord } from '@logboom/sdk/record'
import { countBlocks, intersect } from '../block-set.ts'
import type { SqlValue } from '../database.ts'
import { BLOCK_ROWS, SEGMENT_ROWS } from '../format.ts'
import { type FileEntry, isSealedEntry } from '../manifest.ts'
import { decodeRow } from '../rows.ts'
import type { Files } from './files.ts'
import { type Handle, type Range, rangesOf } from './handle.ts'
import { blocksFor } from './need.ts'
import type { Pace } from './pace.ts'
import type { Question } from './question.ts'
import type { Series, Verdict } from './series.ts'

/** A record that matches, as far as it was asked for. */
export interface Hit {
  position: number
  series: Series
  time: number
  /** As its column holds it; empty unless asked for. */
  message: string
  /** Empty unless asked for. */
  body: string
  /** How many records it stands for: more than one where they were only counted, see `ScanOptions.count`. */
  rows: number
}

/** How much of each record is wanted. */
export type Wants = 'time' | 'message' | 'record'

export interface ScanOptions {
  order: 'oldest' | 'newest'
  /** Only positions above, or below, these. */
  after?: number
  before?: number
  wants: Wants
  /**
   * Records that need no check are counted by series, and by time where a step in milliseconds is given: a hit then has the
   * beginning of its step as its time.
   */
  count?: { step?: number }
  /** About how many are wanted, so that no more is read at once. */
  take?: number
  /** Only series of which this is true. */
  only?: (series: Series) => boolean
  /** Answers for a file of which the series alone decide, instead of reading what matches in it. */
  shortcut?: (file: FileEntry, plan: SurePlan, handle: Handle) => void
  /** What was asked of each file. */
  trace?: (file: FileEntry, plan: FilePlan | undefined) => void
  /** How many rows were read. */
  checked?: (rows: number) => void
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

/** The record of a hit that was read as a whole. */
export const recordOf = ({ series, time, message, body }: Hit): LogRecord =>
  decodeRow(series.fields, time, message, body)

export async function* scan(
  files: Files,
  question: Question,
  options: ScanOptions,
  pace: Pace,
): AsyncGenerator<Hit[], void, undefined> {
  const newest = options.order === 'newest'
  let after = options.after ?? 0
  let before = options.before ?? Number.MAX_SAFE_INTEGER
  let list = files.list()
  while (before - after > 1) {
    const index = newest
      ? list.findLastIndex(({ first }) => first < before)
      : list.findIndex((_, at) => endOf(list, at) > after)
    const file = list[index]
    if (file === undefined || file.first >= before) return
    const range = { from: Math.max(file.first, after + 1), to: Math.min(endOf(list, index), before - 1) }
    const progress = { complete: false }
    for await (const { found, reached } of scanFile(files, file, question, options, range, pace, progress)) {
      if (newest) before = Math.min(before, reached)
      else after = Math.max(after, reached)
      if (found.length > 0) yield found
    }
    if (progress.complete) {
      if (newest) before = range.from
      else after = Math.max(after, range.to)
    } else {
      // Sealed under another name, dropped, or damaged.
      list = files.list().filter(({ name }) => name !== file.name)
    }
  }
}

/** The last position that may be in a file of the list. */
const endOf = (list: readonly FileEntry[], index: number): number => {
  const next = list[index + 1]
  const file = list[index]
  if (next !== undefined) return next.first - 1
  return file !== undefined && isSealedEntry(file) ? file.last : Number.MAX_SAFE_INTEGER
}

interface Step {
  found: Hit[]
  /** The last position that was looked at. */
  reached: number
}

/** Rows of one statement, and positions it may look at. */
const MAX_ROWS = 2000
const MIN_SPAN = 1024
const MAX_SPAN = 32_768
/** A step is meant to take between these, in milliseconds. */
const SHORT_STEP = 3
const LONG_STEP = 8

async function* scanFile(
  files: Files,
  file: FileEntry,
  question: Question,
  options: ScanOptions,
  range: Range,
  pace: Pace,
  progress: { complete: boolean },
): AsyncGenerator<Step> {
  await pace.breathe()
  const planned = files.use(file, (handle) => {
    const plan = planFile(handle, file, question, options, range)
    if (options.shortcut === undefined || plan === undefined || !isSure(plan))
      return { plan, answered: false }
    options.shortcut(file, plan, handle)
    return { plan, answered: true }
  })
  if (planned === undefined) return
  options.trace?.(file, planned.plan)
  const { plan } = planned
  if (plan === undefined || planned.answered) {
    progress.complete = true
    return
  }
  const newest = options.order === 'newest'
  const reading = makeReading(file, question, plan, options)
  // Begins small, for who wants few; grows while little is found.
  let span = options.take === undefined ? MAX_SPAN / 4 : MIN_SPAN
  for (const { from, to } of newest ? plan.ranges.toReversed() : plan.ranges) {
    let at = newest ? to : from
    while (newest ? at >= from : at <= to) {
      await pace.breathe()
      const piece = newest
        ? { from: Math.max(from, at - span + 1), to: at }
        : { from: at, to: Math.min(to, at + span - 1) }
      const began = performance.now()
      const step = files.use(file, (handle) => readStep(handle, piece, reading))
      if (step === undefined) return
      yield step
      at = newest ? step.reached - 1 : step.reached + 1
      const took = performance.now() - began
      if (took < SHORT_STEP) span = Math.min(MAX_SPAN, span * 2)
      else if (took > LONG_STEP) span = Math.max(MIN_SPAN, span >>> 1)
    }
  }
  progress.complete = true
}

const isSure = (plan: FilePlan): plan is SurePlan => plan.sure && plan.verdicts !== undefined

/** What to ask of a file; undefined when nothing in it can match. */
export const planFile = (
  handle: Handle,
  file: FileEntry,
  question: Question,
  { only }: Pick<ScanOptions, 'only'>,
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

/** What all steps of a file have in common. */
interface Reading {
  question: Question
  verdictOf: (series: Series) => Verdict
  /** Positions first, and how many rows last. */
  sql: string
  values: readonly SqlValue[]
  rows: number
  reads: Question['reads']
  options: ScanOptions
  /** Rows are counts. */
  counts: boolean
}

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

const makeReading = (file: FileEntry, question: Question, plan: FilePlan, options: ScanOptions): Reading => {
  const reads = plan.sure ? 'nothing' : question.reads
  const verdictOf = verdictsOf(question, plan, options)
  const columns = ['position', 'series', 'time']
  if (options.wants !== 'time' || reads !== 'nothing') columns.push('message')
  if (options.wants === 'record' || reads === 'body') columns.push('body')
  const { condition, values } = statementOf(file, question, plan)
  const { count } = options
  if (count !== undefined && reads === 'nothing') {
    const time = count.step === undefined ? '0' : bucketOf(count.step)
    const sql = `SELECT position, series, ${time}, '', '', count(*) FROM records WHERE ${condition} GROUP BY 2, 3`
    return { question, verdictOf, sql, values, rows: 0, reads, options, counts: true }
  }
  const order = options.order === 'newest' ? ' DESC' : ''
  const sql = `SELECT ${columns.join(', ')} FROM records WHERE ${condition} ORDER BY position${order} LIMIT ?`
  const take = options.take ?? MAX_ROWS
  const rows = Math.min(MAX_ROWS, reads === 'nothing' ? Math.max(take, 16) : Math.max(take * 2, 256))
  return { question, verdictOf, sql, values, rows, reads, options, counts: false }
}

/** What a series says: as it was planned, or asked once when it is first met. */
const verdictsOf = (
  question: Question,
  { verdicts }: FilePlan,
  { only }: ScanOptions,
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

/** The beginning of the step that a time is in. A cast goes towards zero; `floor` is not in every SQLite. */
const bucketOf = (step: number): string => {
  const whole = `CAST(time / ${step}.0 AS INTEGER)`
  return `(${whole} - (time < ${whole} * ${step}.0)) * ${step}`
}

const readStep = (handle: Handle, { from, to }: Range, reading: Reading): Step => {
  const { question, sql, values, reads, options, counts, verdictOf } = reading
  const limit = counts ? [] : [reading.rows]
  const rows = handle.db.arrays(sql).all(from, to, ...values, ...limit)
  options.checked?.(rows.length)
  const found: Hit[] = []
  for (const [position, id, time, message = '', body = '', count = 1] of rows) {
    const series = handle.seriesById(Number(id))
    if (series === undefined) continue
    const verdict = verdictOf(series)
    if (verdict === false) continue
    const hit: Hit = {
      position: Number(position),
      series,
      time: Number(time),
      message: String(message),
      body: String(body),
      rows: Number(count),
    }
    if (reads === 'nothing' || verdict === true || question.matches(checkable(handle, hit, reads)))
      found.push(hit)
  }
  const cut = !counts && rows.length === reading.rows ? rows.at(-1)?.[0] : undefined
  return { found, reached: cut === undefined ? (options.order === 'newest' ? from : to) : Number(cut) }
}

/** The record of a hit as far as the check reads it. */
const checkable = (handle: Handle, hit: Hit, reads: Question['reads']): LogRecord => {
  if (reads === 'body') return recordOf(hit)
  const { position, series, time, message } = hit
  // It may be a message that no column holds: that one stands in the body.
  if (!message.includes('\ufffd')) return { ...series.sample, time, message }
  const [body = '{}'] = handle.db.arrays('SELECT body FROM records WHERE position = ?').get(position) ?? []
  return recordOf({ ...hit, body: String(body) })
}
