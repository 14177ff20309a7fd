/**
 * Counting what matches. Where the series alone decide, a sealed file answers from its rollup, by whole minutes; what is left
 * of a minute at either end, hot files, and what has to be looked at are counted from the records.
 */
import type { Selection } from '../../contract.ts'
import { MINUTE } from '../format.ts'
import type { FileEntry } from '../manifest.ts'
import type { Handle } from './handle.ts'
import type { Reader } from './reader.ts'
import type { FilePlan, ScanOptions } from './scan.ts'
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
    for (const [id, time, rows] of handle.db.arrays(sql).all(...minutes.values, ids)) {
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
    const grouped = `WITH groups AS MATERIALIZED (SELECT key AS id, value AS number FROM json_each(?) WHERE value IS NOT NULL)
      SELECT number, ${timeOf(step)}, sum(rows) FROM rollup CROSS JOIN groups ON groups.id = rollup.series
      WHERE ${minutes.sql} GROUP BY 1, 2`
    const whole = groups.length === 1 && plan.series === undefined
    const rows = whole
      ? handle.db
          .arrays(`SELECT 0, ${timeOf(step)}, sum(rows) FROM rollup WHERE ${minutes.sql} GROUP BY 2`)
          .all(...minutes.values)
      : handle.db.arrays(grouped).all(JSON.stringify(numbers), ...minutes.values)
    for (const [number, time, count] of rows) add(groups[Number(number)] ?? '', Number(time), Number(count))
  })
}

/** Minutes of a rollup, as a condition. */
interface Minutes {
  sql: string
  values: number[]
}

type FromRollup = (handle: Handle, plan: FilePlan, minutes: Minutes, step: number | undefined) => void

const tally = async (
  reader: Reader,
  selection: Selection,
  { step, only }: TallyOptions,
  add: (series: Series, time: number, rows: number) => void,
  fromRollup: FromRollup,
): Promise<void> => {
  const { bounds, filter } = reader.question(selection)
  const { signal, limitMs } = selection
  const rest = {
    ...(filter === undefined ? {} : { filter }),
    ...(signal === undefined ? {} : { signal }),
    ...(limitMs === undefined ? {} : { limitMs }),
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
  const shortcut = (_: FileEntry, plan: FilePlan, handle: Handle): boolean => {
    if (!plan.sure || handle.kind !== 'sealed') return false
    const minutes: Minutes = { sql: 'TRUE', values: [] }
    for (const [sql, bound] of [
      ['minute >= ?', first],
      ['minute < ?', last],
    ] as const) {
      if (!Number.isFinite(bound)) continue
      minutes.sql += ` AND ${sql}`
      minutes.values.push(bound / MINUTE)
    }
    fromRollup(handle, plan, minutes, step)
    return true
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
