/** What whoever writes does first: makes of what is on disk a store in order, as `format.ts` says. */
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { makePrivateDirectory } from '../../../platform/index.ts'
import { isDamaged, isIoError, openDatabase, sqliteCode } from '../database.ts'
import { PAGE_BYTES, parseStoreFileName, STORE_VERSION } from '../format.ts'
import {
  type FileEntry,
  type HotEntry,
  isSealedEntry,
  type Manifest,
  readFacts,
  readManifest,
  rebuildManifest,
  type SealedEntry,
} from '../manifest.ts'
import { type Catalog, createCatalog, putAside } from './catalog.ts'
import { canMigrate, type Migrations, migrateFile } from './migrate.ts'
import { cutAndDelete, deleteDatabase, isOutOfSpace, sizeOf } from './space.ts'

/** SQLite's code for an SQL error: a table is not there, so the file is none of ours. */
const SQL_ERROR = 1

/** True when an error of SQLite means that the file itself is at fault. */
export const isFileAtFault = (error: unknown): boolean =>
  !isOutOfSpace(error) && (isDamaged(error) || isIoError(error) || sqliteCode(error) === SQL_ERROR)

export interface Recovered {
  catalog: Catalog
  /** The file to write on; absent when there is none, or it was damaged: then a new one begins at `next`. */
  current: HotEntry | undefined
  /** Sealed files of an earlier format. */
  outdated: SealedEntry[]
}

/**
 * Opens the files of a store for writing.
 * @throws LogboomError `LB_STORE_FORMAT` when any file is of a later format
 */
export const recover = (dir: string, migrations: Migrations): Recovered => {
  makePrivateDirectory(dir)
  for (const name of readdirSync(dir)) if (name.endsWith('.tmp')) rmSync(join(dir, name), { force: true })
  const known = readManifest(dir)
  const { manifest, damaged } = known === undefined ? rebuildManifest(dir) : { manifest: known, damaged: [] }
  for (const name of damaged) putAside(dir, name)
  const catalog = createCatalog(dir, manifest)
  deleteUnnamed(catalog)
  const old = manifest.files.filter((entry) => checkFile(catalog, entry, migrations))
  // What is written on next, and sealed, has to be of this version; sealed files are brought to it one by one, later.
  for (const entry of old) if (!isSealedEntry(entry)) migrateFile(dir, entry.name, 'hot', migrations)
  const outdated = old.filter(isSealedEntry)
  // Made anew from the files, it may not know of positions that were given out after the last of them.
  if (known === undefined) catalog.change(damaged.length === 0 ? {} : { dropped: lostIn(damaged, manifest) })
  const current = known === undefined ? undefined : lastHot(catalog, manifest.files.at(-1))
  return { catalog, current, outdated }
}

/** What was in files of which nothing tells their records: as many as they had positions, which is at most too many. */
const lostIn = (damaged: readonly string[], { files }: Manifest): Record<string, number> => {
  const begins = damaged.map((name) => parseStoreFileName(name)?.first ?? 0)
  const all = [...begins, ...files.map(({ first }) => first)].sort((a, b) => a - b)
  const positions = begins.map((first) => (all.find((next) => next > first) ?? first) - first)
  return { damage: positions.reduce((sum, count) => sum + count, 0) }
}

/** The last file, when it is one to be written on and still there, and SQLite finds no fault with it. */
const lastHot = (catalog: Catalog, last: FileEntry | undefined): HotEntry | undefined => {
  const entry = catalog.hot().at(-1)
  if (entry === undefined || entry.name !== last?.name) return undefined
  if (isSound(join(catalog.dir, entry.name))) return entry
  catalog.quarantine(entry)
  return undefined
}

/** Deletes what the manifest does not name. */
const deleteUnnamed = (catalog: Catalog): void => {
  const named = new Set(catalog.manifest().files.map(({ name }) => name))
  const names = readdirSync(catalog.dir).map((name) => name.replace(/-(?:wal|shm|journal)$/, ''))
  for (const name of new Set(names)) {
    if (parseStoreFileName(name) === undefined || named.has(name)) continue
    cutAndDelete(join(catalog.dir, name))
    deleteDatabase(join(catalog.dir, name))
  }
}

/** Sees that a file is what the manifest says, and does what is needed when not; true when it is of an earlier format. */
const checkFile = (catalog: Catalog, entry: FileEntry, migrations: Migrations): boolean => {
  const path = join(catalog.dir, entry.name)
  if (sizeOf(path) === 0) {
    // Nothing of it is left: it was cut to make room, or somebody else deleted it.
    deleteDatabase(path)
    catalog.replace(entry, undefined, 'damage')
    return false
  }
  try {
    const facts = readFacts(path, entry.name)
    const sealed = isSealedEntry(entry)
    if (facts.kind !== (sealed ? 'sealed' : 'hot')) throw notOurs()
    if (!Number.isInteger(facts.format) || !canMigrate(facts.format, migrations)) throw notOurs()
    if (!sealed) return facts.format < STORE_VERSION
    if (facts.entry?.first !== entry.first || sizeOf(path) % PAGE_BYTES !== 0) throw notOurs()
    // It was written anew, and the manifest did not come to tell.
    if (!isSame(facts.entry, entry)) catalog.replace(entry, facts.entry)
    return facts.format < STORE_VERSION
  } catch (error) {
    if (error instanceof LogboomError || !(isFileAtFault(error) || error instanceof NotOurs)) throw error
    catalog.quarantine(entry)
    return false
  }
}

class NotOurs extends Error {}
const notOurs = (): NotOurs => new NotOurs('not the file that its name says')

const isSame = (a: SealedEntry, b: SealedEntry): boolean =>
  a.rows === b.rows && a.bytes === b.bytes && a.last === b.last

/** False when SQLite finds fault with a file that is to be written on. */
const isSound = (path: string): boolean => {
  try {
    const db = openDatabase(path)
    try {
      return db.arrays('PRAGMA quick_check(1)').get()?.[0] === 'ok'
    } finally {
      db.close()
    }
  } catch (error) {
    if (isFileAtFault(error)) return false
    throw error
  }
}
