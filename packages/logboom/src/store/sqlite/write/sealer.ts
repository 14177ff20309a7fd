/** Seals full files one after the other, and writes sealed ones anew; everything that another thread does goes through here. */
import { join } from 'node:path'
import { failpoint } from '../../../platform/failpoint.ts'
import { isDamaged } from '../database.ts'
import { storeFileName } from '../format.ts'
import { type HotEntry, readManifest, type SealedEntry } from '../manifest.ts'
import type { Catalog } from './catalog.ts'
import type { SealJob } from './seal.ts'
import type { Seal } from './seal-thread.ts'
import { cutAndDelete, deleteDatabase, freeBytes, isOutOfSpace, sizeOf } from './space.ts'

export interface SealerOptions {
  catalog: Catalog
  seal: Seal
  /** The full file that has waited longest. */
  next(): HotEntry | undefined
  /** What is known of it; the tokens are handed over. */
  known(entry: HotEntry): Pick<SealJob, 'tokens' | 'counted'>
  /** Its records stand in a sealed file now, or it was damaged: its connection goes. */
  release(entry: HotEntry): void
  /** Frees something on a full disk; false when there is nothing. */
  makeRoom(): boolean
  /** A file was sealed. */
  onSealed(): void
}

export interface Sealer {
  /** Begins to seal what waits, unless it is under way. */
  start(): void
  /** Resolves when nothing waits and nothing is under way, or the last try has failed. */
  idle(): Promise<void>
  /** Name of the file that is being read for its seal. */
  reads(): string | undefined
  /** Why the last try failed. */
  failure(): string | undefined
  /** Writes a sealed file anew without the oldest records of some servers; tells how many bytes went. */
  rewrite(entry: SealedEntry, without: Readonly<Record<string, number>>): Promise<number>
  /** Brings a sealed file of an earlier format to this one. */
  migrate(entry: SealedEntry): Promise<void>
  /** Puts a sealed file aside when it is damaged. */
  check(name: string): Promise<void>
  /** Waits for what is under way, and begins nothing more. */
  stop(): Promise<void>
}

/** Room is scarce when there is less than for this many files. */
const SCARCE = 8

export const createSealer = (options: SealerOptions): Sealer => {
  const { catalog, seal } = options
  let queue: Promise<unknown> = Promise.resolve()
  let sealing: Promise<void> | undefined
  let failed: string | undefined
  let reading: string | undefined
  let stopped = false

  const inTurn = <T>(job: () => Promise<T>): Promise<T> => {
    const done = queue.then(job)
    queue = done.catch(() => {})
    return done
  }

  const withRoom = (change: () => void): void => {
    for (;;) {
      try {
        change()
        return
      } catch (error) {
        if (!isOutOfSpace(error) || !options.makeRoom()) throw error
      }
    }
  }

  /** Readers may read on in what has no name any more, unless its room is needed. */
  const deleteHot = (path: string): void => {
    const isScarce = (freeBytes(catalog.dir) ?? 0) < SCARCE * sizeOf(path)
    if (isScarce) for (const suffix of ['-wal', '']) cutAndDelete(path + suffix)
    deleteDatabase(path)
  }

  const discard = (name: string): void => cutAndDelete(join(catalog.dir, name))

  /** What a seal that failed has left: a full disk needs the room. */
  const discardHalf = (name: string): void => {
    deleteDatabase(join(catalog.dir, `${name}.tmp`))
    // The one on disk: it counts after a kill.
    if (readManifest(catalog.dir)?.files.every((file) => file.name !== name)) discard(name)
  }

  const finish = (entry: HotEntry, sealed: SealedEntry): void => {
    // A file that never took a record has nothing to be kept.
    withRoom(() => catalog.replace(entry, sealed.rows === 0 ? undefined : sealed))
    failpoint('seal.named')
    if (sealed.rows === 0) discard(sealed.name)
    options.release(entry)
    deleteHot(join(catalog.dir, entry.name))
    failpoint('seal.done')
  }

  /** Seals one file; false when there is none, or it cannot be. */
  const sealNext = async (): Promise<boolean> => {
    const entry = options.next()
    if (stopped || entry === undefined) return false
    reading = entry.name
    try {
      const job = { dir: catalog.dir, source: entry.name, first: entry.first }
      finish(entry, await seal({ ...job, ...options.known(entry) }))
      failed = undefined
      options.onSealed()
      return true
    } catch (error) {
      reading = undefined
      discardHalf(storeFileName('sealed', entry.first))
      if (isDamaged(error)) {
        options.release(entry)
        withRoom(() => catalog.quarantine(entry))
        return true
      }
      if (isOutOfSpace(error) && options.makeRoom()) return true
      failed = error instanceof Error ? error.message : String(error)
      return false
    } finally {
      reading = undefined
    }
  }

  /** Writes a sealed file anew under its name; `undefined` when it was dropped before that was done. */
  const anew = async (entry: SealedEntry, how: Partial<SealJob>): Promise<SealedEntry | undefined> => {
    const isNamed = (): boolean => catalog.sealed().some(({ name }) => name === entry.name)
    if (stopped || !isNamed()) return undefined
    let made: SealedEntry
    try {
      made = await seal({ dir: catalog.dir, source: entry.name, first: entry.first, ...how })
    } catch (error) {
      discardHalf(storeFileName('sealed', entry.first))
      if (!isNamed()) return undefined
      throw error
    }
    if (!isNamed()) {
      discard(storeFileName('sealed', entry.first))
      return undefined
    }
    withRoom(() => catalog.replace(entry, made.rows === 0 ? undefined : made))
    failpoint('anew.named')
    if (made.rows === 0) discard(made.name)
    return made
  }

  const start = (): void => {
    if (sealing !== undefined || stopped || options.next() === undefined) return
    sealing = inTurn(async () => {
      while (await sealNext());
    })
      .catch((error: unknown) => {
        failed = error instanceof Error ? error.message : String(error)
      })
      .finally(() => {
        sealing = undefined
      })
  }

  return {
    start,
    async idle() {
      start()
      await sealing
      await queue
    },
    reads: () => reading,
    failure: () => failed,
    rewrite: (entry, without) =>
      inTurn(async () => {
        const made = await anew(entry, { without })
        return made === undefined ? 0 : entry.bytes - (made.rows === 0 ? 0 : made.bytes)
      }),
    migrate: (entry) =>
      inTurn(async () => {
        await anew(entry, { migrate: true })
      }),
    check: (name) =>
      inTurn(async () => {
        const named = (): SealedEntry | undefined => catalog.sealed().find((entry) => entry.name === name)
        const entry = named()
        if (stopped || entry === undefined) return
        try {
          await seal({ dir: catalog.dir, source: name, first: entry.first, check: true })
        } catch (error) {
          // It may have been dropped, and cut, meanwhile.
          if (!isDamaged(error) || named() === undefined) throw error
          withRoom(() => catalog.quarantine(entry))
        }
      }),
    async stop() {
      stopped = true
      await queue
    },
  }
}
