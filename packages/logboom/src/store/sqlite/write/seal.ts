/** Sealing: writes a hot file, or a sealed one without some of its records, anew as `segment-<first>.db`. Runs in a worker. */
import { closeSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { failpoint } from '../../../platform/failpoint.ts'
import { type Database, damaged, openDatabase } from '../database.ts'
import { BLOCK_BITS, BLOCK_ROWS, MINUTE, storeFileName } from '../format.ts'
import { readFacts, type SealedEntry, syncDirectory } from '../manifest.ts'
import { encodePostings } from '../postings.ts'
import { NEW_FILE, SEALED_SCHEMA } from '../schema.ts'
import { createBlockTokens } from './block-tokens.ts'
import type { Counted } from './census.ts'
import { addTokens, serverRows } from './hot-file.ts'
import { MIGRATIONS, migrateFile } from './migrate.ts'
import { syncFile } from './space.ts'

export interface SealJob {
  dir: string
  /** Name of the file that is sealed. */
  source: string
  first: number
  /** The distinct buckets of each block, where they are known; what is not is made from the records. */
  tokens?: readonly (Uint32Array | undefined)[] | undefined
  /** What its records are as a whole, where it is known. */
  counted?: Counted | undefined
  /** How many of each server's records go, the oldest first; `source` is a sealed file then. */
  without?: Readonly<Record<string, number>>
  /** `source` is a sealed file of an earlier format, and is brought to this one. */
  migrate?: boolean
  /** `source` is a sealed file, and is only looked at: what SQLite calls damage is thrown. */
  check?: boolean
}

const ALL = ['series', 'outcomes', 'runs', 'open_calls', 'counters']

/** Does it; tells what the manifest has to say of the new file, which has its final name then. */
export const seal = (job: SealJob, migrations = MIGRATIONS): SealedEntry =>
  job.migrate === true ? migrated(job, migrations) : job.check === true ? checked(job) : written(job)

const known = (source: string, entry: SealedEntry | undefined): SealedEntry => {
  if (entry === undefined) throw new TypeError(`${source} does not tell what it holds`)
  return entry
}

const migrated = ({ dir, source }: SealJob, migrations: typeof MIGRATIONS): SealedEntry =>
  known(source, migrateFile(dir, source, 'sealed', migrations).entry)

const checked = ({ dir, source }: SealJob): SealedEntry => {
  const path = join(dir, source)
  const db = openDatabase(path, { readOnly: true })
  try {
    const [found] = db.arrays('PRAGMA quick_check(1)').get() ?? []
    if (found !== 'ok') throw damaged(`${source}: ${found}`)
  } finally {
    db.close()
  }
  return known(source, readFacts(path, source).entry)
}

const written = (job: SealJob): SealedEntry => {
  const name = storeFileName('sealed', job.first)
  const path = join(job.dir, name)
  const made = `${path}.tmp`
  rmSync(made, { force: true })
  closeSync(openSync(made, 'wx', 0o600))
  const db = openDatabase(made)
  let entry: Omit<SealedEntry, 'bytes'>
  try {
    // Nobody reads it before it is whole, and nobody misses it when it is not.
    db.exec(`${NEW_FILE}; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;
      PRAGMA temp_store=MEMORY`)
    db.prepare('ATTACH ? AS source').run(join(job.dir, job.source))
    db.transaction(() => {
      db.exec(SEALED_SCHEMA)
      for (const table of ALL) db.exec(`INSERT INTO ${table} SELECT * FROM source.${table}`)
      failpoint('seal.begun')
      if (job.without === undefined) db.exec('INSERT INTO records SELECT * FROM source.records')
      else copyWithout(db, job.without)
      failpoint('seal.records')
      db.exec(`INSERT INTO rollup SELECT ${MINUTE_OF}, series, count(*) FROM records GROUP BY 1, 2`)
      if (job.without === undefined) writePostings(db, job.first, job.tokens ?? [])
      // What knows more blocks than needed is still right.
      else db.exec('INSERT INTO postings SELECT * FROM source.postings')
      failpoint('seal.postings')
      entry = describe(db, name, job)
      db.prepare("INSERT INTO meta VALUES ('first', ?), ('last', ?), ('entry', ?)").run(
        entry.first,
        entry.last,
        JSON.stringify(entry),
      )
    })
    db.exec('DETACH source')
  } finally {
    db.close()
  }
  syncFile(made)
  failpoint('seal.written')
  renameSync(made, path)
  syncDirectory(job.dir)
  failpoint('seal.renamed')
  // biome-ignore lint/style/noNonNullAssertion: assigned in the transaction
  return { ...entry!, bytes: statSync(path).size }
}

/** `floor`, which not every SQLite has; a cast goes towards zero. */
const MINUTE_OF = `CAST(time / ${MINUTE} AS INTEGER) - (time < CAST(time / ${MINUTE} AS INTEGER) * ${MINUTE}.0)`

const copyWithout = (db: Database, without: Readonly<Record<string, number>>): void => {
  db.exec('CREATE TEMP TABLE gone (position INTEGER PRIMARY KEY)')
  for (const [server, count] of Object.entries(without))
    db.prepare(
      `INSERT INTO gone SELECT position FROM source.records WHERE series IN
         (SELECT id FROM source.series WHERE json ->> '$.server' = ?) ORDER BY position LIMIT ?`,
    ).run(server, count)
  db.exec(`INSERT INTO records SELECT * FROM source.records WHERE position NOT IN (SELECT position FROM gone);
    DELETE FROM outcomes WHERE position IN (SELECT position FROM gone); DROP TABLE gone`)
}

const writePostings = (db: Database, first: number, known: readonly (Uint32Array | undefined)[]): void => {
  const [last] = db.arrays('SELECT max(position) FROM records').get() ?? []
  const blocks = last === null ? 0 : ((Number(last) - first) >> BLOCK_BITS) + 1
  const tokens = createBlockTokens()
  const lists = Array.from({ length: blocks }, (_, block) => {
    const list = known[block]
    if (list !== undefined) return list
    const from = first + block * BLOCK_ROWS
    addTokens(db, from, from + BLOCK_ROWS - 1, tokens.add)
    return tokens.take()
  })
  const insert = db.prepare('INSERT INTO postings VALUES (?, ?)')
  for (const { bucket, data } of encodePostings(lists)) insert.run(bucket, data)
}

const describe = (db: Database, name: string, job: SealJob): Omit<SealedEntry, 'bytes'> => {
  const { first } = job
  const [rows, last] = (db.arrays('SELECT count(*), max(position) FROM records').get() ?? []).map(Number)
  // What was counted on the way is not of this file when the numbers differ.
  const counted =
    job.counted !== undefined && job.counted.rows === rows ? job.counted : countRecords(db, rows ?? 0)
  return { name, first, last: rows === 0 ? first - 1 : (last ?? 0), ...counted }
}

const countRecords = (db: Database, rows: number): Counted => {
  const [early, late, observedEarly, observedLate] = (
    db
      .arrays(
        `SELECT min(time), max(time), min(observed), max(observed) FROM
           (SELECT time, CASE WHEN instr(body, '"observed":') = 0 THEN time
             ELSE coalesce(body ->> '$.observed', time) END AS observed FROM records)`,
      )
      .get() ?? []
  ).map(Number)
  return {
    rows,
    time: [early ?? 0, late ?? 0],
    observed: [observedEarly ?? 0, observedLate ?? 0],
    servers: serverRows(db, 'SELECT series, sum(rows) AS rows FROM rollup GROUP BY series'),
  }
}
