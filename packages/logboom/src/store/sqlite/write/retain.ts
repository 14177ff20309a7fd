/** Keeps a store within its limits, by the plans of `retention.ts`. */
import type { SealedEntry } from '../manifest.ts'
import type { Retained, Retention } from '../types.ts'
import type { Catalog } from './catalog.ts'
import { readClock } from './clock.ts'
import type { HotFile } from './hot-file.ts'
import { overServers, type ServerLimits, tooOld } from './retention.ts'
import type { Sealer } from './sealer.ts'
import { DEFAULT_MAX_BYTES } from './space.ts'

export interface RetainOptions {
  catalog: Catalog
  sealer: Sealer
  hot(): HotFile
  rotate(): void
  /** Drops the oldest files until the rest is within this; tells which. */
  keepWithin(bytes: number): SealedEntry[]
}

const DAY = 86_400_000
const DEFAULT_MAX_AGE = 30 * DAY
/** A file is sealed when it has held records for this part of the age, however few: so that they can go one day. */
const PART_OF_AGE = 1 / 8
/** The clock is written down when it has gone on by this much. */
const CLOCK_STEP = DAY / 4

export const createRetain = (options: RetainOptions): ((limits: Retention) => Promise<Retained>) => {
  const { catalog, sealer } = options

  const askClock = (now: number): boolean => {
    const before = catalog.manifest().clock
    const { clock, isTrusted } = readClock(before, now)
    const isNews = before === undefined || Math.abs(clock.seen - before.seen) >= CLOCK_STEP
    if (isNews || clock.suspect !== before.suspect) catalog.change({ clock })
    return isTrusted
  }

  return async (limits: Retention): Promise<Retained> => {
    const { now, maxAge = DEFAULT_MAX_AGE, maxBytes = DEFAULT_MAX_BYTES, servers = {} } = limits
    const isTrusted = askClock(now) || limits.isConfirmed === true
    const before = catalog.manifest().dropped.retention ?? 0
    const dropFiles = (): SealedEntry[] => {
      const old = isTrusted ? tooOld(catalog.sealed(), now, maxAge) : []
      for (const entry of old) catalog.drop(entry, 'retention')
      return [...old, ...options.keepWithin(maxBytes)]
    }
    // What is sealed does not wait for what is being sealed.
    const gone = dropFiles()
    const oldest = options.hot().oldest()
    if (oldest !== undefined && oldest < now - maxAge * PART_OF_AGE) options.rotate()
    await sealer.idle()
    gone.push(...dropFiles())
    let bytes = gone.reduce((sum, entry) => sum + entry.bytes, 0)
    const plans = overServers(
      catalog.sealed(),
      options.hot().servers(),
      isTrusted ? servers : withoutAges(servers),
      now,
    )
    for (const { file, without } of plans) bytes += await sealer.rewrite(file, without)
    return { files: gone.length, records: (catalog.manifest().dropped.retention ?? 0) - before, bytes }
  }
}

const withoutAges = (servers: Readonly<Record<string, ServerLimits>>): Record<string, ServerLimits> =>
  Object.fromEntries(
    Object.entries(servers).map(([name, { maxRecords }]) => [
      name,
      maxRecords === undefined ? {} : { maxRecords },
    ]),
  )
