/**
 * The SQLite store to readers: every question of the archive, asked of files that another process may be writing. What is
 * written, and how, is in `format.ts`; the writer is in `write/`.
 */
import type { IsAlive } from '@logboom/sdk/journal'
import type { RegexEngine } from '@logboom/sdk/query'
import type { Archive } from '../contract.ts'
import { readById, readPage } from './read/page.ts'
import { createReader } from './read/reader.ts'
import { followRecords, readRecords } from './read/stream.ts'

export interface ArchiveSettings {
  /** The store's directory; one that does not exist is empty. */
  dir: string
  /** Compiles the regular expressions of queries; must be linear in time. */
  regex: RegexEngine
  /** Whether a run's process lives. */
  isAlive: IsAlive
}

/**
 * Opens a store to read.
 * @throws LogboomError `LB_STORE_FORMAT` for a store of a later version
 */
export const openSqliteArchive = async ({ dir, regex, isAlive }: ArchiveSettings): Promise<Archive> => {
  const reader = createReader(dir, regex)
  reader.files.list()
  const archive: Pick<Archive, 'records' | 'follow' | 'last' | 'page' | 'byId' | 'close'> = {
    records: (query) => readRecords(reader, query),
    follow: (query) => followRecords(reader, query),
    last: async () => reader.last(),
    page: (query) => readPage(reader, query),
    byId: (id, signal) => readById(reader, id, signal),
    async close() {
      reader.close()
    },
  }
  return archive as Archive
}
