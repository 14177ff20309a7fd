/**
 * The ingest lock: one process per home writes the store. An exclusive transaction on a SQLite file, so that the system
 * itself frees it however its holder ends; nothing has to be deleted by hand.
 */
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateDirectory, PRIVATE_FILE } from '../platform/index.ts'
import { isBusy, openDatabase } from '../store/sqlite/database.ts'
import { LOCK_FILE } from '../store/sqlite/format.ts'

export interface IngestLock {
  release(): void
}

/**
 * Takes the lock of a store; `undefined` when another process, or another lock of this one, has it.
 * @param dir the store's directory; made if it is not there
 * @throws LogboomError `LB_HOME_UNUSABLE` when it cannot be made, or what SQLite throws
 */
export const takeIngestLock = (dir: string): IngestLock | undefined => {
  makePrivateDirectory(dir)
  const path = join(dir, LOCK_FILE)
  // Made here, so that it is its owner's alone from the beginning.
  closeSync(openSync(path, 'a', PRIVATE_FILE))
  const db = openDatabase(path, { timeout: 0 })
  try {
    // The lock is on the file itself; nothing is ever written to it.
    db.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (isBusy(error)) return undefined
    throw error
  }
  return { release: () => db.close() }
}
