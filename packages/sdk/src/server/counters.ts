/** What happened to records, per server and for the process: a factory makes many servers. */
import type { UndeliveredReason } from './types.ts'

export interface Counters {
  records: number
  notified: number
  undelivered: Partial<Record<UndeliveredReason, number>>
}

export const newCounters = (): Counters => ({ records: 0, notified: 0, undelivered: {} })

/** All servers of the process. */
export const processCounters: Counters = newCounters()

/** Counts for a server and for the process. */
export const count = (own: Counters, what: 'records' | 'notified'): void => {
  own[what] += 1
  processCounters[what] += 1
}

export const countUndelivered = (own: Counters, reason: UndeliveredReason, records: number): void => {
  for (const counters of [own, processCounters])
    counters.undelivered[reason] = (counters.undelivered[reason] ?? 0) + records
}
