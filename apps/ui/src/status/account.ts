/** The promise in numbers: captured = stored + queued + dropped. What a capture holds in memory only it knows: it is not in here. */
import type { Stats } from '../api/client.ts'

/** Past these bytes the hub counts no lines, it estimates. */
const COUNTED_BYTES = 4 * 1024 * 1024

export interface Account {
  /** All that reached a disk, or was told as lost before. */
  captured: number
  /** In the store now. */
  stored: number
  /** In journals, and not yet in the store. */
  queued: number
  dropped: number
  /** Why something was dropped, most first. */
  reasons: readonly { reason: string; records: number }[]
  /** `queued`, and with it `captured`, are not counted line by line. */
  estimated: boolean
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

export const accountOf = ({ servers, dropped, hub }: Pick<Stats, 'servers' | 'dropped' | 'hub'>): Account => {
  const stored = sum(servers.map(({ records }) => records))
  const queued = hub.atRisk.records
  const reasons = Object.entries(dropped)
    .map(([reason, records]) => ({ reason, records }))
    .filter(({ records }) => records > 0)
    .sort((a, b) => b.records - a.records)
  const lost = sum(reasons.map(({ records }) => records))
  return {
    captured: stored + queued + lost,
    stored,
    queued,
    dropped: lost,
    reasons,
    estimated: hub.atRisk.bytes > COUNTED_BYTES,
  }
}

/** Servers with a process that lives. */
export const aliveOf = ({ servers }: Pick<Stats, 'servers'>): number =>
  servers.filter(({ alive }) => alive > 0).length
