/**
 * The numbers of series by what records say of themselves: their JSON is long, and making and hashing it for every record
 * would be a tenth of what writing costs.
 */
import type { LogRecord, NamedCall } from '@logboom/sdk/record'

export interface SeriesCache {
  get(record: LogRecord): number | undefined
  set(record: LogRecord, id: number): void
}

interface Known {
  id: number
  /** A record of the series: what hardly changes within a run is compared with it. */
  sample: LogRecord
}

export const createSeriesCache = (): SeriesCache => {
  const runs = new Map<string, Map<string, Known>>()
  return {
    get(record) {
      const known = runs.get(record.run)?.get(keyOf(record))
      return known !== undefined && isSame(known.sample, record) ? known.id : undefined
    },
    set(record, id) {
      const keys = runs.get(record.run) ?? new Map<string, Known>()
      runs.set(record.run, keys)
      keys.set(keyOf(record), { id, sample: { ...record, message: '', attributes: {} } })
    },
  }
}

/** What usually tells the series of one run apart; the texts in it may hold anything, so they are compared too. */
const keyOf = ({ level, source, logger, call }: LogRecord): string => {
  const own = `${level}\0${source}\0${logger === undefined ? '' : `=${logger}`}`
  if (call === undefined) return own
  const { method, tool, from, attribution, status = '' } = call as Partial<NamedCall>
  return `${own}\0${method ?? ''}\0${from ?? ''}\0${attribution}\0${status}\0${tool === undefined ? '' : `=${tool}`}`
}

const isSame = (a: LogRecord, b: LogRecord): boolean =>
  a.server === b.server &&
  a.logger === b.logger &&
  isSameCall(a.call, b.call) &&
  a.serverVersion === b.serverVersion &&
  a.protocol === b.protocol &&
  a.host === b.host &&
  a.session === b.session &&
  isSameClient(a.client, b.client)

const isSameCall = (a: LogRecord['call'], b: LogRecord['call']): boolean => {
  if (a === undefined || b === undefined) return a === b
  const { method, tool } = a as Partial<NamedCall>
  const other = b as Partial<NamedCall>
  return method === other.method && tool === other.tool
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
