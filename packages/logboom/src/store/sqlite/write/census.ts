/** What the records of a file are as a whole, counted while they are written: to find it by SQL takes a third of sealing. */
import type { SealedEntry } from '../manifest.ts'

export type Counted = Pick<SealedEntry, 'rows' | 'time' | 'observed' | 'servers'>

export interface Census {
  add(time: number, observed: number, server: string): void
  /** Nothing is told of no record. */
  counted(): Counted | undefined
}

export const createCensus = (): Census => {
  const servers = new Map<string, number>()
  let rows = 0
  let early = Number.POSITIVE_INFINITY
  let late = Number.NEGATIVE_INFINITY
  let observedEarly = early
  let observedLate = late
  return {
    add(time, observed, server) {
      rows++
      if (time < early) early = time
      if (time > late) late = time
      if (observed < observedEarly) observedEarly = observed
      if (observed > observedLate) observedLate = observed
      servers.set(server, (servers.get(server) ?? 0) + 1)
    },
    counted: () =>
      rows === 0
        ? undefined
        : {
            rows,
            time: [early, late],
            observed: [observedEarly, observedLate],
            servers: Object.fromEntries(servers),
          },
  }
}
