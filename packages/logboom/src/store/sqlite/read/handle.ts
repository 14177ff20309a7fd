/** One open file of the store: its connection, and what is kept of it in memory. */
import type { BlockSet } from '../block-set.ts'
import { addBlock, allBlocks, hasBlock, intersect, mayHaveToken, noBlocks, unite } from '../block-set.ts'
import { type Database, openDatabase, type SqlValue } from '../database.ts'
import { BLOCK_ROWS, blockOf, type FileKind, MINUTE, SEGMENT_BLOCKS, STORE_VERSION } from '../format.ts'
import { readPostings } from '../postings.ts'
import { seriesToken } from '../tokens.ts'
import type { Places } from './places.ts'
import type { Series, SeriesPool } from './series.ts'

/** A file of another format than this version reads. */
export class NotReadable extends Error {}

export interface Handle {
  readonly db: Database
  readonly kind: FileKind
  /** All series; those of a hot file that were added since are read first. */
  series(): readonly Series[]
  seriesById(id: number): Series | undefined
  /** Blocks that may hold a record with this token. */
  blocksWith(hash: number): BlockSet
  /** … of any of these series. */
  blocksOfSeries(ids: readonly number[]): BlockSet
  /**
   * The rows of a statement, remembered where the file is sealed: it always has the same answer.
   * @param prepare what must be done before it is asked, with `about` telling what
   */
  remembered(sql: string, values: readonly SqlValue[], prepare?: () => void, about?: string): SqlValue[][]
  /** Where the records of questions are of which the series alone tell what matches. */
  readonly places: Map<string, Places>
  /** Calls `each` with what a rollup of a hot file would have, up to its end: kept in memory, and only ever added to. */
  hotRollup(each: (minute: number, series: number, rows: number) => void): void
  /** The newest position; 0 for a file without records. */
  last(): number
  /** Bytes, about, that are kept of it in memory beside its connection. */
  weight(): number
  /** Keeps nothing any more; it is read again when it is asked for. */
  forget(): void
  close(): void
}

/** Pages kept for a connection, in KiB: many files are open, and the system keeps their pages too. */
const CACHE_KIB = 512

/** What is kept, in bytes, about: of a series, of the set of its blocks, of a value of an answer and of a row, of a position. */
const WEIGHT = { series: 400, blocks: 300, value: 16, row: 64, position: 8 } as const

/** Answers remembered of a sealed file, and how many rows each may have: about a megabyte at most. */
const MAX_REMEMBERED = 8
const MAX_REMEMBERED_ROWS = 3000

/**
 * Opens a file to read.
 * @throws what SQLite throws, and an Error for a file that is not what its name says
 */
export const openHandle = (path: string, kind: FileKind, pool: SeriesPool): Handle => {
  const db = openDatabase(path, { readOnly: true })
  try {
    db.exec(`PRAGMA cache_size=-${CACHE_KIB}; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY`)
    const [format] = db.arrays("SELECT value FROM meta WHERE key = 'format'").get() ?? []
    if (format !== STORE_VERSION) throw new NotReadable(`its format is ${format}, not ${STORE_VERSION}`)
  } catch (error) {
    db.close()
    throw error
  }
  const blocksWith = kind === 'sealed' ? (hash: number) => readPostings(db, hash) : signatures(db)
  const known = new Map<number, Series>()
  let newest = -1
  let settled = false
  /** Of a sealed file: they do not change. */
  const seriesBlocks = new Map<number, BlockSet>()

  /** Minute, series, rows in turn. */
  const rollup: number[] = []
  let rolledUp = 0
  const answers = new Map<string, SqlValue[][]>()
  const places = new Map<string, Places>()

  const blocksOf = (id: number): BlockSet => {
    const found = allBlocks()
    for (const hash of seriesToken(id)) intersect(found, blocksWith(hash))
    if (kind === 'sealed') seriesBlocks.set(id, found)
    return found
  }

  const add = (id: number, json: string): Series => {
    const content = pool.take(json)
    // Of one shape, and not spread: a question looks at every series of a file.
    const series: Series = { id, json: content.json, fields: content.fields, sample: content.sample }
    known.set(id, series)
    return series
  }

  const load = (): void => {
    if (settled) return
    for (const [id, json] of db.arrays('SELECT id, json FROM series WHERE id > ? ORDER BY id').all(newest)) {
      newest = Number(id)
      if (!known.has(newest)) add(newest, String(json))
    }
    settled = kind === 'sealed'
  }

  /** One alone: what is found by an index is of few series, and a file may have thousands. */
  const loadOne = (id: number): Series | undefined => {
    const [json] = db.arrays('SELECT json FROM series WHERE id = ?').get(id) ?? []
    if (json === undefined) return undefined
    return add(id, String(json))
  }

  return {
    db,
    kind,
    places,
    series() {
      load()
      return [...known.values()]
    },
    seriesById: (id) => known.get(id) ?? loadOne(id),
    blocksWith,
    blocksOfSeries(ids) {
      const found = noBlocks()
      for (const id of ids) unite(found, seriesBlocks.get(id) ?? blocksOf(id))
      return found
    },
    remembered(sql, values, prepare, about = '') {
      const key = JSON.stringify([sql, values, about])
      const known = answers.get(key)
      if (known !== undefined) return known
      prepare?.()
      const rows = db.arrays(sql).all(...values)
      if (kind === 'hot' || rows.length > MAX_REMEMBERED_ROWS) return rows
      const oldest = answers.keys().next().value
      if (answers.size >= MAX_REMEMBERED && oldest !== undefined) answers.delete(oldest)
      answers.set(key, rows)
      return rows
    },
    hotRollup(each) {
      const [end = 0] = db.arrays('SELECT max(position) FROM records').get() ?? []
      const whole = `CAST(time / ${MINUTE}.0 AS INTEGER)`
      const sql = `SELECT ${whole} - (time < ${whole} * ${MINUTE}.0), series, count(*) FROM records
        WHERE position > ? AND position <= ? GROUP BY 1, 2`
      for (const row of db.arrays(sql).all(rolledUp, end)) rollup.push(...row.map(Number))
      rolledUp = Number(end)
      for (let at = 0; at < rollup.length; at += 3)
        each(rollup[at] ?? 0, rollup[at + 1] ?? 0, rollup[at + 2] ?? 0)
    },
    last: () => Number(db.arrays('SELECT max(position) FROM records').get()?.[0] ?? 0),
    weight() {
      let bytes =
        known.size * WEIGHT.series + seriesBlocks.size * WEIGHT.blocks + rollup.length * WEIGHT.position
      for (const [key, rows] of answers)
        bytes += key.length + rows.length * (WEIGHT.row + (rows[0]?.length ?? 0) * WEIGHT.value)
      for (const [key, { positions }] of places) bytes += key.length + positions.length * WEIGHT.position
      return bytes
    },
    forget() {
      for (const { json } of known.values()) pool.giveBack(json)
      for (const kept of [known, seriesBlocks, answers, places]) kept.clear()
      newest = -1
      settled = false
      rollup.length = 0
      rolledUp = 0
    },
    close() {
      for (const { json } of known.values()) pool.giveBack(json)
      known.clear()
      db.close()
    },
  }
}

/** The signatures of a hot file's full blocks; they never change once they are there. Other blocks may hold anything. */
const signatures = (db: Database): ((hash: number) => BlockSet) => {
  const known: (Uint8Array | undefined)[] = []
  return (hash) => {
    const rows = db
      .arrays('SELECT block, signature FROM blocks WHERE block >= ? ORDER BY block')
      .all(known.length)
    for (const [block, signature] of rows)
      if (signature instanceof Uint8Array) known[Number(block)] = signature
    const found = noBlocks()
    for (let block = 0; block < SEGMENT_BLOCKS; block++) {
      const signature = known[block]
      if (signature === undefined || mayHaveToken(signature, hash)) addBlock(found, block)
    }
    return found
  }
}

/** A stretch of positions, both ends included. */
export interface Range {
  from: number
  to: number
}

/** The positions of a set's blocks between two positions, neighbours joined; oldest first. */
export const rangesOf = (set: BlockSet, first: number, from: number, to: number): Range[] => {
  const ranges: Range[] = []
  const begin = Math.max(0, blockOf(from, first))
  const end = Math.min(SEGMENT_BLOCKS - 1, blockOf(to, first))
  for (let block = begin; block <= end; block++) {
    if (!hasBlock(set, block)) continue
    let until = block
    while (until < end && hasBlock(set, until + 1)) until++
    ranges.push({
      from: Math.max(from, first + block * BLOCK_ROWS),
      to: Math.min(to, first + (until + 1) * BLOCK_ROWS - 1),
    })
    block = until
  }
  return ranges
}
