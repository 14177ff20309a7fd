/**
 * Counting what matches. Where the series alone decide, a file answers from its rollup, by whole minutes; what is left of a
 * minute at either end, and what has to be looked at, is counted from the records.
 */
import type { Selection } from '../../contract.ts'
import type { SqlValue } from '../database.ts'
import { MINUTE } from '../format.ts'
import { type FileEntry, isSealedEntry } from '../manifest.ts'
import type { Handle } from './handle.ts'
import { patienceOf } from './pace.ts'
import type { SurePlan } from './plan.ts'
import type { Reader } from './reader.ts'
import type { ScanOptions } from './scan.ts'
import type { Series } from './series.ts'

export interface TallyOptions {
  /** Milliseconds; counts are by the beginning of their step. Without it, all have time 0. */
  step?: number
  /** Instead of reading the whole file. */
  only?: (series: Series) => boolean
}

/** Counts by series: `add` is called any number of times for the same series and time. */
export const tallySeries = (
  reader: Reader,
  selection: Selection,
  options: TallyOptions,
  add: (series: Series, time: number, rows: number) => void,
): Promise<void> =>
  tally(reader, selection, options, add, (handle, plan, minutes, step) => {
    const sql = `SELECT series, ${timeOf(step)}, sum(rows) FROM rollup WHERE ${minutes.sql}
      AND series IN (SELECT value FROM json_each(?)) GROUP BY 1, 2`
    const ids = JSON.stringify([...plan.verdicts.keys()])
    for (const [id, time, rows] of handle.remembered(sql, [...minutes.values, ids])) {
      const series = handle.seriesById(Number(id))
      if (series !== undefined) add(series, Number(time), Number(rows))
    }
  })

/** Counts by what `group` says of the series. */
export const tallyGroups = (
  reader: Reader,
  selection: Selection,
  { group, ...options }: TallyOptions & { group: (series: Series) => string },
  add: (key: string, time: number, rows: number) => void,
): Promise<void> => {
  const keys = new Map<Series, string>()
  const keyOf = (series: Series): string => {
    const known = keys.get(series) ?? group(series)
    keys.set(series, known)
    return known
  }
  const addSeries = (series: Series, time: number, rows: number): void => add(keyOf(series), time, rows)
  return tally(reader, selection, options, addSeries, (handle, plan, minutes, step) => {
    const groups: string[] = []
    const numbers: (number | null)[] = []
    for (const id of plan.verdicts.keys()) {
      const series = handle.seriesById(id)
      if (series === undefined) continue
      const key = keyOf(series)
      if (!groups.includes(key)) groups.push(key)
      while (numbers.length < id) numbers.push(null)
      numbers[id] = groups.indexOf(key)
    }
    const whole = groups.length === 1 && plan.series === undefined
    const rows = whole
      ? handle.remembered(
          `SELECT 0, minute, sum(rows) FROM rollup WHERE ${minutes.sql} GROUP BY 2`,
          minutes.values,
        )
      : fromGroups(handle, JSON.stringify(numbers), groups.length, minutes)
    for (const [number, minute, count] of rows) {
      const time = Number(minute) * MINUTE
      const bucket = step === undefined ? 0 : Math.floor(time / step) * step
      add(groups[Number(number)] ?? '', bucket, Number(count))
    }
  })
}

/** Groups counted side by side in one pass in the order of minutes; more than these are sorted. */
const SIDE_BY_SIDE = 16

/** Rows of (number of the group, minute, count). `numbers`: the group of each series, as a JSON array by id. */
const fromGroups = (handle: Handle, numbers: string, groups: number, minutes: Minutes): SqlValue[][] => {
  const from = `FROM rollup CROSS JOIN temp.groups ON groups.id = rollup.series WHERE ${minutes.sql}`
  const prepare = (): void => {
    handle.db.exec(`CREATE TEMP TABLE IF NOT EXISTS groups (id INTEGER PRIMARY KEY, number INTEGER);
      DELETE FROM temp.groups`)
    handle.db
      .prepare('INSERT INTO temp.groups SELECT key, value FROM json_each(?) WHERE value IS NOT NULL')
      .run(numbers)
  }
  if (groups > SIDE_BY_SIDE) {
    const sql = `SELECT number, minute, sum(rows) ${from} GROUP BY 1, 2`
    return handle.remembered(sql, minutes.values, prepare, numbers)
  }
  const columns = Array.from({ length: groups }, (_, at) => `sum(rows) FILTER (WHERE number = ${at})`)
  const sql = `SELECT minute, ${columns.join(', ')} ${from} GROUP BY 1`
  const found: SqlValue[][] = []
  for (const [minute = 0, ...counts] of handle.remembered(sql, minutes.values, prepare, numbers)) {
    for (const [number, count] of counts.entries()) if (count !== null) found.push([number, minute, count])
  }
  return found
}

/** Minutes of a rollup, as a condition. */
interface Minutes {
  sql: string
  values: number[]
}

type FromRollup = (handle: Handle, plan: SurePlan, minutes: Minutes, step: number | undefined) => void

const tally = async (
  reader: Reader,
  selection: Selection,
  { step, only }: TallyOptions,
  add: (series: Series, time: number, rows: number) => void,
  fromRollup: FromRollup,
): Promise<void> => {
  const { bounds, filter } = reader.question(selection)
  const rest = {
    ...(filter === undefined ? {} : { filter }),
    ...patienceOf(selection),
  }
  const end = { before: reader.last() + 1 }
  const count = async (since: number, until: number, options: Partial<ScanOptions>): Promise<void> => {
    if (since >= until) return
    const range = {
      ...(Number.isFinite(since) ? { since } : {}),
      ...(Number.isFinite(until) ? { until } : {}),
    }
    const scanning: ScanOptions = {
      ...end,
      ...options,
      order: 'oldest',
      wants: 'time',
      count: step === undefined ? {} : { step },
      ...(only === undefined ? {} : { only }),
    }
    for await (const hits of reader.scan({ ...rest, ...range }, scanning)) {
      for (const { series, time, rows } of hits)
        add(series, step === undefined ? 0 : Math.floor(time / step) * step, rows)
    }
  }
  const { since, until } = bounds
  const first = Math.ceil(since / MINUTE) * MINUTE
  const last = Math.floor(until / MINUTE) * MINUTE
  if ((step ?? MINUTE) % MINUTE !== 0 || first >= last) return count(since, until, {})
  const shortcut = (file: FileEntry, plan: SurePlan, handle: Handle): void => {
    if (handle.kind === 'hot') {
      handle.hotRollup((minute, id, rows) => {
        const series = plan.verdicts.has(id) ? handle.seriesById(id) : undefined
        const time = minute * MINUTE
        if (series === undefined || time < first || time >= last) return
        add(series, step === undefined ? 0 : Math.floor(time / step) * step, rows)
      })
      return
    }
    const minutes: Minutes = { sql: 'TRUE', values: [] }
    const [early, late] = isSealedEntry(file)
      ? file.time
      : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (const [sql, bound, inside] of [
      ['minute >= ?', first, early >= first],
      ['minute < ?', last, late < last],
    ] as const) {
      // A file that lies within is asked the same whatever the bounds: its answer is remembered.
      if (inside) continue
      minutes.sql += ` AND ${sql}`
      minutes.values.push(bound / MINUTE)
    }
    fromRollup(handle, plan, minutes, step)
  }
  await count(since, first, {})
  await count(first, last, { shortcut })
  await count(last, until, {})
}

/** The beginning of the step that a rollup's minute is in. */
const timeOf = (step: number | undefined): string => {
  if (step === undefined) return '0'
  const minutes = step / MINUTE
  return `minute / ${minutes} * ${step}`
}
