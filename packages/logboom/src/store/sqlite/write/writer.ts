/** The writing side of the store: takes batches, begins new files, has full ones sealed, and keeps within its room. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import type { LogRecord } from '@logboom/sdk/record'
import { failpoint } from '../../../platform/failpoint.ts'
import { isDamaged } from '../database.ts'
import { BALLAST_FILE, SEGMENT_ROWS, storeFileName } from '../format.ts'
import { type HotEntry, quarantined, type SealedEntry } from '../manifest.ts'
import type { Batch, EncodedBatch, RunMark, StoreWriter, WriterStats, Written } from '../types.ts'
import { dropQuarantined } from './catalog.ts'
import { createEncoder } from './encode.ts'
import {
  countRecords,
  createHotFile,
  type Heritage,
  type HotFile,
  heritageOf,
  openHotFile,
} from './hot-file.ts'
import { MIGRATIONS, type Migrations } from './migrate.ts'
import { recover } from './recover.ts'
import { createRetain } from './retain.ts'
import { overBudget } from './retention.ts'
import { type Seal, sealInThread } from './seal-thread.ts'
import { createSealer } from './sealer.ts'
import {
  createBallast,
  DEFAULT_MAX_BYTES,
  deleteDatabase,
  fileLimits,
  freeBytes,
  isOutOfSpace,
  isScarce,
} from './space.ts'

export interface WriterOptions {
  dir: string
  /** Bytes the store may have; see `Retention`. */
  maxBytes?: number
  /** Positions and characters of a file, where they are to be less than the format allows. */
  segmentRows?: number
  segmentText?: number
  /** How files are sealed. */
  seal?: Seal
  /** How files of earlier formats become files of this one. */
  migrations?: Migrations
}

/** A writer in this thread: it answers at once. */
export interface DirectWriter extends StoreWriter {
  marks(): RunMark[]
  openCalls(run: string): LogRecord[]
  counters(): Record<string, number>
  append(batch: EncodedBatch): Written
  /** Encodes and appends. */
  write(batch: Batch): Written
  keepRoom(): void
  sync(): void
  stats(): WriterStats
}

const BALLAST_BYTES = 256 * 1024
/** Of how many full files the tokens are kept until they are sealed; the seal makes those of others itself. */
const MAX_TOKENS = 1

/**
 * Opens a store for writing; whoever does holds the ingest lock.
 * @throws LogboomError `LB_STORE_FORMAT` when it is of a later format
 */
export const openStoreWriter = (options: WriterOptions): DirectWriter => {
  const { dir, maxBytes = DEFAULT_MAX_BYTES, segmentRows = SEGMENT_ROWS, seal = sealInThread } = options
  // In need, what recovery writes takes its room.
  rmSync(join(dir, BALLAST_FILE), { force: true })
  const { catalog, current: newest, outdated } = recover(dir, options.migrations ?? MIGRATIONS)
  const ballast = createBallast(dir, Math.min(BALLAST_BYTES, Math.ceil(maxBytes / 64)))
  /** Full files whose connection is still open. */
  const full = new Map<string, HotFile>()
  const { encode } = createEncoder()
  let limits = fileLimits(maxBytes)
  let hot: HotFile
  /** The newest file was damaged and put aside; there is none in its place yet. */
  let isGone = false
  let written = 0

  /** Drops the oldest full file: to seal it there would have to be room. Not while that is tried, and never the newest. */
  const dropUnsealed = (): boolean => {
    const [waiting] = catalog.hot().slice(0, -1)
    if (waiting === undefined || waiting.name === sealer.reads()) return false
    full.get(waiting.name)?.close({ isDeleted: true })
    full.delete(waiting.name)
    catalog.dropUnsealed(waiting, countRecords(join(dir, waiting.name)), 'disk')
    return true
  }

  const dropOldest = (): boolean => {
    if (dropQuarantined(dir)) return true
    const [oldest] = catalog.sealed()
    if (oldest !== undefined) catalog.drop(oldest, 'disk')
    return oldest !== undefined
  }

  const keepRoom = (): void => {
    while (isScarce(dir) && dropOldest());
    ballast.restore()
  }

  /** Frees the oldest there is; false when there is nothing. */
  const makeRoom = (): boolean => {
    ballast.release()
    try {
      return dropOldest() || dropUnsealed()
    } finally {
      ballast.restore()
    }
  }

  const withRoom = <T>(use: () => T): T => {
    let isLast = false
    for (;;) {
      try {
        return use()
      } catch (error) {
        if (!isOutOfSpace(error)) throw error
        if (makeRoom()) continue
        // What is stored lets journals go, and that is room.
        if (!isLast && ballast.release()) {
          isLast = true
          continue
        }
        throw new LogboomError('LB_STORE_FULL', `no room for records in ${dir}`, {
          hint: 'Free some space; what was captured waits in the journals.',
          cause: error,
        })
      }
    }
  }

  const openHot = ({ name, first }: HotEntry): HotFile => openHotFile(join(dir, name), first, limits.walPages)

  /** Begins a new file. */
  const begin = (first: number, heritage: Heritage): HotFile => {
    const free = freeBytes(dir) ?? maxBytes
    limits = fileLimits(Math.min(maxBytes, catalog.bytes() + free))
    const entry = { name: storeFileName('hot', first), first }
    const path = join(dir, entry.name)
    let made: HotFile | undefined
    try {
      createHotFile(path, first, heritage)
      failpoint('rotate.created')
      made = openHot(entry)
      catalog.change({
        files: [...catalog.manifest().files, entry],
        next: Math.max(catalog.manifest().next, first + SEGMENT_ROWS),
      })
      failpoint('rotate.named')
      return made
    } catch (error) {
      made?.close({ isDeleted: true })
      deleteDatabase(path)
      throw error
    }
  }

  const inherited = (): Heritage => {
    const newest = catalog.manifest().files.at(-1)
    return newest === undefined ? [] : heritageOf(join(dir, newest.name))
  }

  /** The file to write on. In place of one that was put aside a new one begins, with the newest marks that are left. */
  const current = (): HotFile => {
    if (!isGone) return hot
    hot = withRoom(() => begin(catalog.manifest().next, inherited()))
    isGone = false
    return hot
  }

  /** Puts the newest file aside when an error says that it is damaged. */
  const judge = (error: unknown): void => {
    const entry = catalog.hot().at(-1)
    if (!isDamaged(error) || entry === undefined || join(dir, entry.name) !== hot.path) return
    isGone = true
    try {
      hot.close({ isDeleted: true })
    } catch {
      // It is damaged.
    }
    withRoom(() => catalog.quarantine(entry))
  }

  const sealer = createSealer({
    catalog,
    seal,
    next: () => catalog.hot().find(({ name }) => join(dir, name) !== hot.path),
    known({ name }) {
      const file = full.get(name)
      return { tokens: file?.tokens(), counted: file?.counted() }
    },
    release({ name }) {
      full.get(name)?.close({ isDeleted: true })
      full.delete(name)
    },
    makeRoom,
    onSealed() {
      keepWithin(maxBytes)
      keepRoom()
    },
  })

  /** Drops the oldest files until the rest is within this. */
  const keepWithin = (bytes: number): SealedEntry[] => {
    while (catalog.bytes() > bytes && dropQuarantined(dir));
    const gone = overBudget(catalog.sealed(), catalog.bytes(), bytes)
    for (const entry of gone) catalog.drop(entry, 'retention')
    return gone
  }

  const rotate = (): void => {
    // Then whoever asks for safety need only look at the newest file.
    const old = current()
    old.sync()
    failpoint('rotate.synced')
    hot = begin(old.last() + 1, heritageOf(old.path))
    full.set(storeFileName('hot', old.first), old)
    for (const file of [...full.values()].slice(0, -MAX_TOKENS)) file.forgetTokens()
    sealer.start()
  }

  const isFull = (records: number): boolean => {
    const rows = hot.last() - hot.first + 1
    return rows > 0 && (rows + records > segmentRows || hot.text() >= (options.segmentText ?? limits.text))
  }

  const append = (batch: EncodedBatch): Written => {
    const records = batch.rows.times.length
    if (records > segmentRows) throw new RangeError(`a batch has at most ${segmentRows} records`)
    current()
    try {
      const first = withRoom(() => {
        if (isFull(records)) rotate()
        return hot.append(batch)
      })
      keepRoom()
      written += records
      return first === undefined ? {} : { first }
    } catch (error) {
      judge(error)
      throw error
    }
  }

  hot = withRoom(() => (newest === undefined ? begin(catalog.manifest().next, inherited()) : openHot(newest)))
  sealer.start()
  // One that cannot be is asked for again at the next start; readers leave it out until then.
  for (const entry of outdated) sealer.migrate(entry).catch(() => {})

  return {
    marks: () => current().marks(),
    counters: () => current().counters(),
    openCalls: (run) => current().openCalls(run),
    encode,
    append,
    write: (batch) => append(encode(batch)),
    keepRoom,
    sync: () => withRoom(() => current().sync()),
    retain: createRetain({ catalog, sealer, keepWithin, hot: current, rotate: () => withRoom(rotate) }),
    async check(names = catalog.sealed().map(({ name }) => name)) {
      for (const name of [...names]) await sealer.check(name)
    },
    sealed: () => sealer.idle(),
    stats() {
      const failure = sealer.failure()
      return {
        written,
        sealing: catalog.hot().length - 1,
        ...(failure === undefined ? {} : { sealFailed: failure }),
        bytes: catalog.bytes(),
        last: lastPosition(current(), catalog.sealed().at(-1)?.last),
        dropped: catalog.manifest().dropped,
        quarantined: quarantined(dir).length,
      }
    },
    async close() {
      await sealer.stop()
      for (const file of [...(isGone ? [] : [hot]), ...full.values()]) file.close()
    },
  }
}

const lastPosition = (hot: HotFile, sealed = 0): number => (hot.last() < hot.first ? sealed : hot.last())
