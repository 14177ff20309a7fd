/**
 * The SQLite store to readers: every question of the archive, asked of files that another process may be writing. What is
 * written, and how, is in `format.ts`; the writer is in `write/`.
 */
import type { IsAlive } from '@logboom/sdk/journal'
import type { RegexEngine } from '@logboom/sdk/query'
import type { Archive } from '../contract.ts'
import { readCallPage, readCalls, readStory } from './read/calls.ts'
import { explainPage } from './read/explain.ts'
import { readFacets, readFields } from './read/facets.ts'
import { readHistogram } from './read/histogram.ts'
import { readById, readPage } from './read/page.ts'
import { readPatterns } from './read/patterns.ts'
import { runSql } from './read/query-sql.ts'
import { createReader } from './read/reader.ts'
import { readRuns } from './read/runs.ts'
import { readStats } from './read/stats.ts'
import { followRecords, readRecords } from './read/stream.ts'

export interface ArchiveSettings {
  /** The store's directory; one that does not exist is empty. */
  dir: string
  /** Compiles the regular expressions of queries; must be linear in time. */
  regex: RegexEngine
  /** Whether a run's process lives. */
  isAlive: IsAlive
  /** Milliseconds, by which questions give way to others and end at their deadline; `performance.now` unless told otherwise. */
  clock?: () => number
  /** Told the name of a file in which damage was found, once; no question is answered from it any more. */
  onDamage?: (name: string) => void
  /** Bytes, about, that may be kept of the files in memory, beside their connections. */
  maxKept?: number
}

/**
 * Opens a store to read.
 * @throws LogboomError `LB_STORE_FORMAT` for a store of a later version
 */
export const openSqliteArchive = async (settings: ArchiveSettings): Promise<Archive> => {
  const { dir, regex, isAlive, onDamage, maxKept, clock = () => performance.now() } = settings
  const reader = createReader(dir, { regex, clock, onDamage, maxKept })
  reader.files.list()
  return {
    records: (query) => readRecords(reader, query),
    follow: (query) => followRecords(reader, query),
    calls: (query) => readCalls(reader, query),
    stats: (query) => readStats(reader, query, isAlive),
    last: async () => reader.last(),
    page: (query) => readPage(reader, query),
    byId: (id, patience = {}) => readById(reader, id, patience),
    histogram: (query) => readHistogram(reader, query),
    facets: (query) => readFacets(reader, query),
    fields: (query) => readFields(reader, query),
    patterns: (query) => readPatterns(reader, query),
    callPage: (query) => readCallPage(reader, query),
    story: (call, patience = {}) => readStory(reader, call, patience),
    runs: (query) => readRuns(reader, query, isAlive),
    explain: (query) => explainPage(reader, query),
    sql: (statement, options) => runSql(reader, statement, options),
    async close() {
      reader.close()
    },
  }
}
