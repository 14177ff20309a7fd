/** The file that is being written: appends batches, each in one transaction, and knows what it holds. */
import { closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { fold } from '@logboom/sdk/query'
import { isCallRecord, type LogRecord } from '@logboom/sdk/record'
import { failpoint } from '../../../platform/failpoint.ts'
import { type Database, openDatabase, type SqlValue } from '../database.ts'
import { BLOCK_BITS, BLOCK_ROWS, blockOf } from '../format.ts'
import { syncDirectory } from '../manifest.ts'
import { decodeRow } from '../rows.ts'
import { HOT_SCHEMA, NEW_FILE } from '../schema.ts'
import { emitSeries, gramTokens, recordTokens } from '../tokens.ts'
import type { EncodedBatch, EncodedRows, RunMark } from '../types.ts'
import { createBlockTokens, signatureOf } from './block-tokens.ts'
import { type Census, type Counted, createCensus } from './census.ts'
import { syncFile } from './space.ts'

export interface HotFile {
  readonly path: string
  readonly first: number
  /** Position of its newest record; `first - 1` when it has none. */
  last(): number
  /** Characters of text, about. */
  text(): number
  /** Writes a batch in one transaction; tells the position of its first record. */
  append(batch: EncodedBatch): number | undefined
  marks(): RunMark[]
  counters(): Record<string, number>
  openCalls(run: string): LogRecord[]
  /** Makes what was written safe from the machine's death. */
  sync(): void
  /** The distinct buckets of each full block, as far as they are known. */
  tokens(): (Uint32Array | undefined)[]
  forgetTokens(): void
  /** What its records are as a whole; known when all of them came through here. */
  counted(): Counted | undefined
  /** When its first record was observed. */
  oldest(): number | undefined
  /** Rows by server. */
  servers(): Record<string, number>
  /** Closes it. What `isDeleted` has nothing to bring to the disk. */
  close(options?: { isDeleted?: boolean }): void
}

/** What is known of a series of the file. */
interface Series {
  id: number
  server: string
}

/** Where a new file takes runs, open calls and counters from. */
export type Heritage = readonly [table: string, rows: readonly unknown[][]][]

const INHERITED = { runs: 2, open_calls: 3, counters: 2 } as const

/** Reads what a new file begins with from an older one. */
export const heritageOf = (path: string): Heritage => {
  const db = openDatabase(path, { readOnly: true })
  try {
    return Object.keys(INHERITED).map((table) => [table, db.arrays(`SELECT * FROM ${table}`).all()] as const)
  } finally {
    db.close()
  }
}

/** Records in a file. */
export const countRecords = (path: string): number => {
  const db = openDatabase(path, { readOnly: true })
  try {
    return Number(db.arrays('SELECT count(*) FROM records').get()?.[0])
  } finally {
    db.close()
  }
}

/** Makes a new file, with what it inherits, safe from the machine's death. */
export const createHotFile = (path: string, first: number, heritage: Heritage): void => {
  // Made here, so that it is nobody else's from the beginning; SQLite gives its other files the same mode.
  closeSync(openSync(path, 'wx', 0o600))
  const db = openDatabase(path)
  try {
    db.exec(`${NEW_FILE}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL`)
    db.transaction(() => {
      db.exec(HOT_SCHEMA)
      db.prepare("INSERT INTO meta VALUES ('first', ?)").run(first)
      for (const [table, rows] of heritage) {
        const marks = Array.from({ length: INHERITED[table as keyof typeof INHERITED] }, () => '?').join()
        for (const row of rows) db.prepare(`INSERT INTO ${table} VALUES (${marks})`).run(...(row as string[]))
      }
    })
  } finally {
    db.close()
  }
}

/** Opens a file to write on. `walPages`: how long its log may get, in pages. */
export const openHotFile = (path: string, first: number, walPages: number): HotFile => {
  const db = openDatabase(path)
  db.exec(
    `PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=${walPages};
     PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY`,
  )
  const tables = statements(db)
  const tokens = createBlockTokens()
  let lists: (Uint32Array | undefined)[] = []
  let series = new Map<string, Series>()
  let census: Census | undefined
  let last = first - 1
  let text = 0
  // A transaction came to nothing, and with it what is known of the file.
  let stale = false

  /** Learns what is in the file: at the beginning, and after a transaction that came to nothing. */
  const restore = (): void => {
    series = new Map(
      (db.arrays('SELECT json, id FROM series').all() as [string, number][]).map(([json, id]) => [
        json,
        { id, server: (JSON.parse(json) as { server: string }).server },
      ]),
    )
    last = Number(db.arrays('SELECT max(position) FROM records').get()?.[0] ?? first - 1)
    census = last < first ? createCensus() : undefined
    const full = (last - first + 1) >> BLOCK_BITS
    lists = lists.slice(0, full)
    lists.length = full
    tokens.take()
    addTokens(db, first + (full << BLOCK_BITS), last, tokens.add)
    stale = false
  }
  restore()
  text = Number(db.arrays('PRAGMA page_count').get()?.[0]) * Number(db.arrays('PRAGMA page_size').get()?.[0])
  if (last < first) text = 0

  const addSeries = (json: string): Series => {
    const { server } = JSON.parse(json) as { server: string }
    const added = { id: series.size + 1, server }
    tables.series.run(added.id, json)
    series.set(json, added)
    return added
  }

  /** Values of rows that are not inserted yet. */
  const values: SqlValue[] = []

  const insert = (): void => {
    const whole = values.length === ROWS_AT_ONCE * COLUMNS
    if (whole) tables.records.run(...values)
    else
      for (let at = 0; at < values.length; at += COLUMNS) tables.record.run(...values.slice(at, at + COLUMNS))
    values.length = 0
  }

  const endBlock = (): void => {
    const buckets = tokens.take()
    const block = blockOf(last, first)
    tables.block.run(block, signatureOf(buckets))
    lists[block] = buckets
  }

  const appendRows = (rows: EncodedRows): void => {
    const known = rows.series.map((json) => series.get(json) ?? addSeries(json))
    for (let index = 0, at = 0; index < rows.times.length; index++) {
      const { id, server } = known[rows.seriesOf[index] as number] as Series
      const time = rows.times[index] as number
      const message = rows.messages[index] as string
      const folded = rows.folded[index] as string | null
      const body = rows.bodies[index] as string
      last++
      values.push(last, id, time, message, folded, body)
      if (values.length === ROWS_AT_ONCE * COLUMNS) insert()
      text += message.length + body.length + (folded?.length ?? 0)
      const duration = rows.outcomes.get(index)
      if (duration !== undefined) tables.outcome.run(last, id, time, duration)
      emitSeries(id, tokens.add)
      gramTokens(folded ?? fold(message), tokens.add)
      for (const end = rows.ends[index] as number; at < end; at++) tokens.add(rows.tokens[at] as number)
      census?.add(time, rows.observed[index] as number, server)
      if (((last - first) & (BLOCK_ROWS - 1)) === BLOCK_ROWS - 1) endBlock()
    }
    insert()
  }

  const appendRest = ({ marks, forget, opened, closed, dropped }: EncodedBatch): void => {
    for (const mark of marks) tables.mark.run(mark.run, JSON.stringify(mark))
    for (const start of opened)
      if (isCallRecord(start)) tables.open.run(start.call.id, start.run, JSON.stringify(start))
    for (const call of closed) tables.close.run(call)
    for (const run of forget) {
      tables.forget.run(run)
      tables.closeRun.run(run)
    }
    for (const [reason, count] of Object.entries(dropped)) tables.count.run(reason, count)
  }

  return {
    path,
    first,
    last() {
      if (stale) restore()
      return last
    },
    text: () => text,
    append(batch) {
      if (stale) restore()
      const before = text
      const start = last + 1
      try {
        db.transaction(() => {
          appendRows(batch.rows)
          failpoint('append.records')
          appendRest(batch)
          failpoint('append.rest')
        })
      } catch (error) {
        text = before
        values.length = 0
        stale = true
        throw error
      }
      failpoint('append.committed')
      return batch.rows.times.length === 0 ? undefined : start
    },
    marks: () =>
      db
        .arrays('SELECT mark FROM runs ORDER BY run')
        .all()
        .map(([mark]) => JSON.parse(String(mark))),
    counters: () => Object.fromEntries(db.arrays('SELECT name, value FROM counters').all()),
    openCalls: (run) =>
      db
        .arrays('SELECT started FROM open_calls WHERE run = ?')
        .all(run)
        .map(([started]) => JSON.parse(String(started)) as LogRecord)
        .sort((a, b) => a.seq - b.seq),
    sync() {
      // Not by a commit: one that changes something needs room, and it is where there is none that journals have to go. What was
      // committed stands in the log, or was brought from there into the file safely. SQLite keeps no lock on the log.
      syncFile(`${path}-wal`)
      syncDirectory(dirname(path))
    },
    tokens: () => lists,
    forgetTokens() {
      lists = []
    },
    counted: () => census?.counted(),
    oldest() {
      const row = db
        .arrays("SELECT coalesce(body ->> '$.observed', time) FROM records ORDER BY position LIMIT 1")
        .get()
      return row === undefined ? undefined : Number(row[0])
    },
    servers: () => serverRows(db, 'SELECT series, count(*) AS rows FROM records GROUP BY series'),
    close({ isDeleted = false } = {}) {
      try {
        if (isDeleted) db.exec('PRAGMA synchronous=OFF')
        // Brings the log into the file, as far as readers let it.
        else db.arrays('PRAGMA wal_checkpoint(PASSIVE)').all()
      } catch {
        // The disk may be full: what stands in the log stays there, and is as safe.
      }
      db.close()
    },
  }
}

/** Rows of one statement: what a call into SQLite costs is shared. */
const ROWS_AT_ONCE = 10
const COLUMNS = 6
const ROW = '(?, ?, ?, ?, ?, ?)'

const statements = (db: Database) => ({
  series: db.prepare('INSERT INTO series VALUES (?, ?)'),
  record: db.prepare(`INSERT INTO records VALUES ${ROW}`),
  records: db.prepare(`INSERT INTO records VALUES ${Array(ROWS_AT_ONCE).fill(ROW).join()}`),
  outcome: db.prepare('INSERT INTO outcomes VALUES (?, ?, ?, ?)'),
  block: db.prepare('INSERT INTO blocks VALUES (?, ?)'),
  mark: db.prepare('INSERT INTO runs VALUES (?, ?) ON CONFLICT (run) DO UPDATE SET mark = excluded.mark'),
  forget: db.prepare('DELETE FROM runs WHERE run = ?'),
  open: db.prepare(
    'INSERT INTO open_calls VALUES (?, ?, ?) ON CONFLICT (call) DO UPDATE SET run = excluded.run, started = excluded.started',
  ),
  close: db.prepare('DELETE FROM open_calls WHERE call = ?'),
  closeRun: db.prepare('DELETE FROM open_calls WHERE run = ?'),
  count: db.prepare(
    'INSERT INTO counters VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = value + excluded.value',
  ),
})

/** Rows by server, from a question that gives series and their rows. */
export const serverRows = (db: Database, counts: string): Record<string, number> => {
  const servers = new Map<string, number>()
  const rows = db.arrays(`SELECT json, rows FROM (${counts}) JOIN series ON series.id = series`)
  for (const [json, count] of rows.all()) {
    const { server } = JSON.parse(String(json)) as { server: string }
    servers.set(server, (servers.get(server) ?? 0) + Number(count))
  }
  return Object.fromEntries(servers)
}

/** Emits the tokens of the records at these positions, inclusive, of a database's `records` and `series`. */
export const addTokens = (db: Database, from: number, to: number, emit: (hash: number) => void): void => {
  const seriesOf = db.arrays('SELECT json FROM series WHERE id = ?')
  const parsed = new Map<number, object>()
  const rows = db.arrays(
    'SELECT series, time, message, body FROM records WHERE position BETWEEN ? AND ? ORDER BY position',
  )
  for (const [id, time, message, body] of rows.all(from, to)) {
    const known = parsed.get(id as number)
    const series = known ?? (JSON.parse(String(seriesOf.get(id as number)?.[0])) as object)
    parsed.set(id as number, series)
    emitSeries(id as number, emit)
    recordTokens(decodeRow(series, time as number, message as string, body as string), emit)
  }
}
