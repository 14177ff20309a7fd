/** Makes of a store one of a version before the first, and the step back: an older format that never was. */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../packages/logboom/src/store/sqlite/database.ts'
import { manifestOf } from './store-verdict.ts'

const isOld = (db: Database): boolean =>
  db.arrays("SELECT value FROM meta WHERE key = 'format'").get()?.[0] === 0

/** Only while no hub runs. What is old already stays so. */
export const makeOld = (home: string): void => {
  const dir = join(home, 'store')
  const manifest = manifestOf(home)
  for (const { name } of manifest?.files ?? []) {
    const db = openDatabase(join(dir, name))
    if (!isOld(db))
      db.exec("ALTER TABLE outcomes RENAME TO endings; UPDATE meta SET value = 0 WHERE key = 'format'")
    db.close()
  }
  const json = JSON.stringify({ ...manifest, logboom: 0 })
  writeFileSync(join(dir, 'manifest.json'), `${json}\n${createHash('sha256').update(json).digest('hex')}\n`)
}

/** Files that are still of the old version. */
export const oldFiles = (home: string): number =>
  (manifestOf(home)?.files ?? []).filter(({ name }) => {
    const db = openDatabase(join(home, 'store', name), { readOnly: true })
    try {
      return isOld(db)
    } finally {
      db.close()
    }
  }).length

/** What `openStoreWriter` takes to bring such a store to this version. */
export const MIGRATIONS = { 0: (db: Database): void => db.exec('ALTER TABLE endings RENAME TO outcomes') }
