/**
 * Files of an earlier format are written anew in this one, each by the steps from its version to the next: on a copy, which then
 * takes the name. A step may do anything SQL can, and leaves the tables and the `meta` of the next version behind.
 */
import { copyFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { failpoint } from '../../../platform/failpoint.ts'
import { type Database, openDatabase } from '../database.ts'
import { type FileKind, STORE_VERSION } from '../format.ts'
import { type FileFacts, readFacts, syncDirectory } from '../manifest.ts'
import { syncFile } from './space.ts'

/** From one version to the next. */
export type Migration = (db: Database, kind: FileKind) => void

/** By the version they begin with. Version 1 is the first, so there is none yet; the tests have one of their own. */
export type Migrations = Readonly<Record<number, Migration>>
export const MIGRATIONS: Migrations = {}

/** True when there is a step from every version between this one and ours. */
export const canMigrate = (format: number, migrations: Migrations): boolean => {
  for (let version = format; version < STORE_VERSION; version++)
    if (!Object.hasOwn(migrations, version)) return false
  return true
}

/** Brings a file to this version; tells what it says of itself then. Nobody else may write on it. */
export const migrateFile = (
  dir: string,
  name: string,
  kind: FileKind,
  migrations = MIGRATIONS,
): FileFacts => {
  const path = join(dir, name)
  const made = `${path}.tmp`
  if (kind === 'hot') foldLog(path)
  rmSync(made, { force: true })
  copyFileSync(path, made)
  failpoint('migrate.copied')
  const db = openDatabase(made)
  try {
    // No log: what is done stands in the file itself.
    db.exec('PRAGMA journal_mode=DELETE')
    for (let { format } = readFacts(path, name); format < STORE_VERSION; format++)
      db.transaction(() => {
        migrations[format]?.(db, kind)
        db.prepare("UPDATE meta SET value = ? WHERE key = 'format'").run(format + 1)
      })
  } finally {
    db.close()
  }
  syncFile(made)
  failpoint('migrate.written')
  renameSync(made, path)
  // The log was of the old file.
  if (kind === 'hot') for (const suffix of ['-wal', '-shm']) rmSync(path + suffix, { force: true })
  syncDirectory(dir)
  failpoint('migrate.renamed')
  return readFacts(path, name)
}

/** Brings what stands in the log into the file itself, and empties the log. */
const foldLog = (path: string): void => {
  const db = openDatabase(path)
  try {
    const [busy] = db.arrays('PRAGMA wal_checkpoint(TRUNCATE)').get() ?? []
    if (busy !== 0) throw new Error(`somebody reads ${path} and does not end`)
  } finally {
    db.close()
  }
}
