/**
 * What a pruning would drop, told without touching anything: from the manifest, and for files that are still being written
 * from the files themselves. By the plans that the store goes by.
 */
import { join } from 'node:path'
import { openDatabase } from '../../store/sqlite/database.ts'
import { type HotEntry, isSealedEntry, readManifest, type SealedEntry } from '../../store/sqlite/manifest.ts'
import type { Retention } from '../../store/sqlite/types.ts'
import { readClock } from '../../store/sqlite/write/clock.ts'
import { overBudget, overServers, tooOld } from '../../store/sqlite/write/retention.ts'
import { sizeOf } from '../../store/sqlite/write/space.ts'

export interface PrunePlan {
  /** Whole files that go, and for single servers files that are written anew. */
  files: number
  rewritten: number
  records: number
  /** Of the whole files; how much smaller the others get is not known before. */
  bytes: number
  /** Bytes of the store before, and files that stay because newer records stand beside those that are too old. */
  total: number
  mixed: number
  /** The clock jumped since retention looked at it last, so nothing goes by age unless it is confirmed. */
  isClockDoubtful: boolean
}

/** What would be told of a file being written, were it sealed. */
const sealedFrom = (dir: string, { name, first }: HotEntry): SealedEntry | undefined => {
  const path = join(dir, name)
  const bytes = sizeOf(path) + sizeOf(`${path}-wal`)
  const db = openDatabase(path, { readOnly: true })
  try {
    const observed = "coalesce(body ->> '$.observed', time)"
    const [rows, last, from, to] = db
      .arrays(`SELECT count(*), max(position), min(${observed}), max(${observed}) FROM records`)
      .get() ?? [0]
    if (Number(rows) === 0) return undefined
    const range: [number, number] = [Number(from), Number(to)]
    return {
      name,
      first,
      last: Number(last),
      rows: Number(rows),
      bytes,
      time: range,
      observed: range,
      servers: {},
    }
  } finally {
    db.close()
  }
}

const sum = (entries: readonly SealedEntry[], of: 'rows' | 'bytes'): number =>
  entries.reduce((total, entry) => total + entry[of], 0)

/** Plans a pruning of the store in `dir`; of one that is not there, nothing goes. */
export const planPrune = (dir: string, limits: Retention): PrunePlan => {
  const { now, maxAge = Number.POSITIVE_INFINITY, maxBytes = Number.POSITIVE_INFINITY, servers = {} } = limits
  const manifest = readManifest(dir)
  const entries = (manifest?.files ?? []).flatMap((entry) =>
    isSealedEntry(entry) ? [entry] : (sealedFrom(dir, entry) ?? []),
  )
  const isSealed = new Set((manifest?.files ?? []).filter(isSealedEntry).map(({ name }) => name))
  const total = sum(entries, 'bytes')
  const isClockDoubtful = !readClock(manifest?.clock, now).isTrusted && limits.isConfirmed !== true
  const old = isClockDoubtful ? [] : tooOld(entries, now, maxAge)
  const kept = entries.filter((entry) => !old.includes(entry))
  // The file that is being written makes no room: only sealed ones are dropped for it.
  const sealed = kept.filter(({ name }) => isSealed.has(name))
  const over = overBudget(sealed, sum(kept, 'bytes'), maxBytes)
  const thinned = isClockDoubtful
    ? []
    : overServers(
        sealed.filter((entry) => !over.includes(entry)),
        {},
        servers,
        now,
      )
  const gone = [...old, ...over]
  return {
    files: gone.length,
    rewritten: thinned.length,
    records:
      sum(gone, 'rows') +
      thinned.flatMap(({ without }) => Object.values(without)).reduce((records, more) => records + more, 0),
    bytes: sum(gone, 'bytes'),
    total,
    mixed: kept.filter((entry) => !over.includes(entry) && entry.observed[0] < now - maxAge).length,
    isClockDoubtful: isClockDoubtful && (Number.isFinite(maxAge) || Object.keys(servers).length > 0),
  }
}
