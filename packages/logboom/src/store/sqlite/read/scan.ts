/**
 * Reading what may match, file by file and block range by block range, newest or oldest first, and giving what does. Each
 * step is one short statement; between steps others have their turn.
 *
 * A file that vanishes under the reader was sealed or dropped: the list of files is asked again, and reading goes on at the
 * position it had reached.
 */
import type { LogRecord } from '@logboom/sdk/record'
import type { SqlValue } from '../database.ts'
import { type FileEntry, isSealedEntry } from '../manifest.ts'
import { decodeRow } from '../rows.ts'
import type { Files } from './files.ts'
import type { Handle, Range } from './handle.ts'
import type { Pace } from './pace.ts'
import { joinPlaces, knownPlaces } from './places.ts'
import { type FilePlan, isSure, type PlanOptions, planFile, statementOf, verdictsOf } from './plan.ts'
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

export interface ScanOptions extends PlanOptions {
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
  /** What was asked of each file. */
  trace?: (file: FileEntry, plan: FilePlan | undefined) => void
  /** How many rows were read. */
  checked?: (rows: number) => void
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
  const bottom = plan.ranges[0]?.from ?? 0
  let reached = Number.MAX_SAFE_INTEGER
  for (const [index, { from, to }] of newest ? [...plan.ranges.entries()].reverse() : plan.ranges.entries()) {
    // What is known already may have led below a range.
    let at = newest ? Math.min(to, reached - 1) : from
    const below = plan.ranges[index - 1]
    const floor = below === undefined ? from : below.to + 1
    while (newest ? at >= from : at <= to) {
      await pace.breathe()
      const piece = newest
        ? { from: Math.max(from, at - span + 1), to: at }
        : { from: at, to: Math.min(to, at + span - 1) }
      const began = performance.now()
      const step = files.use(file, (handle) =>
        reading.places === undefined
          ? readStep(handle, piece, reading)
          : readPlaces(handle, reading.places, piece, { from, floor, bottom }, reading),
      )
      if (step === undefined) return
      yield step
      reached = step.reached
      at = newest ? step.reached - 1 : step.reached + 1
      const took = performance.now() - began
      if (took < SHORT_STEP) span = Math.min(MAX_SPAN, span * 2)
      else if (took > LONG_STEP) span = Math.max(MIN_SPAN, span >>> 1)
    }
  }
  progress.complete = true
}

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
  /** By what it is remembered where all that matches is. */
  places?: string
  /** Reads the records at positions given as JSON. */
  at?: string
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
  const reading = { question, verdictOf, sql, values, rows, reads, options, counts: false }
  // Only where nothing but the series tells what matches, and few are wanted.
  const { series, sure } = plan
  if (!sure || series === undefined || values.length > 1 || order === '' || options.take === undefined)
    return reading
  const at = `SELECT ${columns.join(', ')} FROM records
    WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position DESC`
  // Series that come later have no record among those that were read: the question stays the same, their set does not.
  return { ...reading, places: options.only === undefined ? question.key : series, at }
}

/** The beginning of the step that a time is in. A cast goes towards zero; `floor` is not in every SQLite. */
const bucketOf = (step: number): string => {
  const whole = `CAST(time / ${step}.0 AS INTEGER)`
  return `(${whole} - (time < ${whole} * ${step}.0)) * ${step}`
}

const readStep = (handle: Handle, { from, to }: Range, reading: Reading): Step => {
  const { sql, values, options, counts } = reading
  const limit = counts ? [] : [reading.rows]
  const rows = handle.db.arrays(sql).all(from, to, ...values, ...limit)
  const cut = !counts && rows.length === reading.rows ? rows.at(-1)?.[0] : undefined
  const end = options.order === 'newest' ? from : to
  return { found: hitsOf(handle, rows, reading), reached: cut === undefined ? end : Number(cut) }
}

/** Questions of which a file remembers the places. */
const MAX_PLACES = 8
/** So many positions that came since are read at once. */
const NEAR = 8192

/**
 * The same, newest first, where the series alone tell what matches: what is known is read by its places, the rest is read and
 * then known.
 * @param limits `from` is where the range ends, nothing is between it and `floor`; `bottom` is where the last range ends
 */
const readPlaces = (
  handle: Handle,
  key: string,
  piece: Range,
  limits: { from: number; floor: number; bottom: number },
  reading: Reading,
): Step => {
  const { places } = handle
  const known = places.get(key)
  if (known !== undefined && piece.to >= known.from && piece.to <= known.to) {
    const range = { from: limits.bottom, to: piece.to }
    const { positions, reached } = knownPlaces(known, range, reading.rows)
    const rows =
      positions.length === 0 ? [] : handle.db.arrays(reading.at ?? '').all(JSON.stringify(positions))
    return { found: hitsOf(handle, rows, reading), reached }
  }
  // Down to what is known, also where the piece would end above it: what is known would be given up for less.
  const isNear = known !== undefined && known.to < piece.to && piece.to - known.to <= NEAR
  const step = readStep(
    handle,
    isNear ? { from: Math.max(limits.bottom, known.to + 1), to: piece.to } : piece,
    reading,
  )
  const positions = step.found.map(({ position }) => position)
  const from = step.reached === limits.from ? limits.floor : step.reached
  const oldest = places.keys().next().value
  if (known === undefined && places.size >= MAX_PLACES && oldest !== undefined) places.delete(oldest)
  places.set(key, joinPlaces(known, { from, to: piece.to, positions }))
  return step
}

/** Of the rows, those that match. */
const hitsOf = (handle: Handle, rows: readonly SqlValue[][], reading: Reading): Hit[] => {
  const { question, reads, options, verdictOf } = reading
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
  return found
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
