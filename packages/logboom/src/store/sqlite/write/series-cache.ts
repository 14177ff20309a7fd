/**
 * The JSON of series by what records say of themselves: it is long, and making it for every record would be a tenth of what
 * writing costs.
 */
import type { LogRecord, NamedCall } from '@logboom/sdk/record'

export interface SeriesCache {
  get(record: LogRecord): string | undefined
  set(record: LogRecord, json: string): void
  /** Nothing more comes of this run. */
  forget(run: string): void
}

interface Known {
  json: string
  /** A record of the series. */
  sample: LogRecord
}

/** Runs that are known at once: of a server with many tools each takes some hundred kilobytes. */
const MAX_RUNS = 100
/** Of how many series that differ in little, as in their sessions, the last are known. */
const MAX_ALIKE = 32

type Names<T> = Map<string | undefined, T>

export const createSeriesCache = (): SeriesCache => {
  /** By run, level, tool and logger: what is left to be compared are a few. */
  const runs: Names<Names<Names<Names<Known[]>>>> = new Map()
  return {
    get(record) {
      const { run, level, call, logger } = record
      const found = runs.get(run)?.get(level)?.get(toolOf(call))?.get(logger)
      if (found === undefined) return undefined
      for (const { sample, json } of found) if (isSame(sample, record)) return json
      return undefined
    },
    set(record, json) {
      const { run, level, call, logger } = record
      if (runs.size >= MAX_RUNS && !runs.has(run)) runs.clear()
      const levels = within(runs, run, () => new Map())
      const tools = within(levels, level, () => new Map())
      const loggers = within(tools, toolOf(call), () => new Map())
      const known = within(loggers, logger, () => [])
      if (known.length === MAX_ALIKE) known.shift()
      known.push({ json, sample: { ...record, message: '', attributes: {} } })
    },
    forget: (run) => void runs.delete(run),
  }
}

const within = <T>(names: Names<T>, name: string | undefined, make: () => T): T => {
  const known = names.get(name) ?? make()
  names.set(name, known)
  return known
}

const toolOf = (call: LogRecord['call']): string | undefined =>
  call === undefined ? undefined : (call as Partial<NamedCall>).tool

/** Of records with the same run, level, tool and logger. */
const isSame = (a: LogRecord, b: LogRecord): boolean =>
  a.source === b.source &&
  isSameCall(a.call as Partial<NamedCall> | undefined, b.call as Partial<NamedCall> | undefined) &&
  a.server === b.server &&
  a.serverVersion === b.serverVersion &&
  a.protocol === b.protocol &&
  a.host === b.host &&
  a.session === b.session &&
  isSameClient(a.client, b.client)

const isSameCall = (a: Partial<NamedCall> | undefined, b: Partial<NamedCall> | undefined): boolean => {
  if (a === undefined || b === undefined) return a === b
  return (
    a.status === b.status && a.method === b.method && a.from === b.from && a.attribution === b.attribution
  )
}

const isSameClient = (a: LogRecord['client'], b: LogRecord['client']): boolean => {
  if (a === undefined || b === undefined) return a === b
  // A later version may say more of a client.
  let fields = 0
  for (const name in b) {
    if (a[name as keyof typeof a] !== b[name as keyof typeof b]) return false
    fields++
  }
  for (const _ in a) fields--
  return fields === 0
}
