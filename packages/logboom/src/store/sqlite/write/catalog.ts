/** The files of a store as its writer sees them: the manifest in memory, and every change of it on disk. */
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { failpoint } from '../../../platform/failpoint.ts'
import { PRIVATE_DIRECTORY } from '../../../platform/index.ts'
import { QUARANTINE_DIRECTORY } from '../format.ts'
import {
  type FileEntry,
  type HotEntry,
  isSealedEntry,
  type Manifest,
  quarantined,
  type SealedEntry,
  writeManifest,
} from '../manifest.ts'
import { cutAndDelete, deleteDatabase, isOutOfSpace, sizeOf } from './space.ts'

/** Why the store drops records by itself. */
export type DropReason = 'retention' | 'disk' | 'damage'

export interface Catalog {
  readonly dir: string
  manifest(): Manifest
  sealed(): SealedEntry[]
  hot(): HotEntry[]
  /** Replaces the manifest, with these changes. */
  change(changes: Partial<Manifest>): void
  /** Names a file in place of another one, or of none when `by` is absent; its records beyond that are counted as dropped. */
  replace(entry: FileEntry, by: FileEntry | undefined, reason?: DropReason): void
  /** Forgets a sealed file, then deletes it. */
  drop(entry: SealedEntry, reason: DropReason): void
  /** The same with a full file that waits to be sealed, and has so many records. */
  dropUnsealed(entry: HotEntry, rows: number, reason: DropReason): void
  /** Puts a damaged file aside. */
  quarantine(entry: FileEntry): void
  /** Bytes of all files that count, of those that are being written too, and of the quarantine. */
  bytes(): number
}

export const createCatalog = (dir: string, initial: Manifest): Catalog => {
  let manifest = initial

  const change = (changes: Partial<Manifest>): void => {
    const changed = { ...manifest, ...changes, generation: manifest.generation + 1 }
    writeManifest(dir, changed)
    manifest = changed
  }

  const without = (entry: FileEntry): FileEntry[] => manifest.files.filter(({ name }) => name !== entry.name)

  const counted = (records: number, reason: DropReason): Record<string, number> =>
    records === 0
      ? manifest.dropped
      : { ...manifest.dropped, [reason]: (manifest.dropped[reason] ?? 0) + records }

  return {
    dir,
    manifest: () => manifest,
    sealed: () => manifest.files.filter(isSealedEntry),
    hot: () => manifest.files.filter((entry) => !isSealedEntry(entry)),
    change,
    replace(entry, by, reason = 'retention') {
      const lost = isSealedEntry(entry)
        ? entry.rows - (by !== undefined && isSealedEntry(by) ? by.rows : 0)
        : 0
      const files = manifest.files.flatMap((file) =>
        file.name !== entry.name ? [file] : by === undefined ? [] : [by],
      )
      change({ files, dropped: counted(lost, reason) })
    },
    drop(entry, reason) {
      const changes = { files: without(entry), dropped: counted(entry.rows, reason) }
      const path = join(dir, entry.name)
      try {
        change(changes)
      } catch (error) {
        if (!isOutOfSpace(error)) throw error
        // Not even room for the manifest. A file that is cut but still named is forgotten at the next start.
        cutAndDelete(path)
        change(changes)
      }
      failpoint('drop.forgotten')
      cutAndDelete(path)
      failpoint('drop.deleted')
    },
    dropUnsealed(entry, rows, reason) {
      const changes = { files: without(entry), dropped: counted(rows, reason) }
      const path = join(dir, entry.name)
      try {
        change(changes)
      } catch (error) {
        if (!isOutOfSpace(error)) throw error
        deleteDatabase(path)
        change(changes)
      }
      failpoint('drop.forgotten')
      deleteDatabase(path)
      failpoint('drop.deleted')
    },
    quarantine(entry) {
      putAside(dir, entry.name)
      change({
        files: without(entry),
        dropped: counted(isSealedEntry(entry) ? entry.rows : 0, 'damage'),
      })
    },
    bytes: () =>
      manifest.files.reduce((sum, entry) => sum + bytesOf(dir, entry), 0) +
      quarantined(dir).reduce((sum, name) => sum + sizeWithLog(join(dir, QUARANTINE_DIRECTORY, name)), 0),
  }
}

const bytesOf = (dir: string, entry: FileEntry): number => {
  if (isSealedEntry(entry)) return entry.bytes
  return sizeWithLog(join(dir, entry.name))
}

const sizeWithLog = (path: string): number => sizeOf(path) + sizeOf(`${path}-wal`)

/** Moves a file, and what SQLite keeps beside it, to the quarantine. */
export const putAside = (dir: string, name: string): void => {
  const quarantine = join(dir, QUARANTINE_DIRECTORY)
  mkdirSync(quarantine, { recursive: true, mode: PRIVATE_DIRECTORY })
  const stamp = Date.now()
  for (const suffix of ['-wal', '']) {
    try {
      renameSync(join(dir, name) + suffix, join(quarantine, `${stamp}-${name}${suffix}`))
    } catch {
      // It is gone, or was never there.
    }
  }
  deleteDatabase(join(dir, name))
}

/** Deletes the oldest file in quarantine; false when there is none. */
export const dropQuarantined = (dir: string): boolean => {
  const [oldest] = quarantined(dir)
  if (oldest === undefined) return false
  deleteDatabase(join(dir, QUARANTINE_DIRECTORY, oldest))
  return true
}
