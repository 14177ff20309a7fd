/**
 * SQLite through the API of `node:sqlite`: Node's own where it has it without a flag, else `@photostructure/sqlite`, which has
 * the same API. Everything here is synchronous; whoever asks long questions asks them in pieces.
 */
import { createRequire } from 'node:module'
import process from 'node:process'

/** What a statement takes and gives. Numbers are doubles, so integers are exact up to 2^53. */
export type SqlValue = string | number | bigint | Uint8Array | null

export interface Statement {
  run(...values: SqlValue[]): { changes: number | bigint }
  get(...values: SqlValue[]): unknown
  all(...values: SqlValue[]): unknown[]
  iterate(...values: SqlValue[]): IterableIterator<unknown>
}

/** A statement whose rows are arrays: a third quicker than objects. */
export interface ArrayStatement {
  get(...values: SqlValue[]): SqlValue[] | undefined
  all(...values: SqlValue[]): SqlValue[][]
  iterate(...values: SqlValue[]): IterableIterator<SqlValue[]>
}

export interface Database {
  exec(sql: string): void
  /** Prepared once for the same text; the last `MAX_PREPARED` texts are kept. */
  prepare(sql: string): Statement
  /** The same, with rows as arrays. */
  arrays(sql: string): ArrayStatement
  /** Runs `use` in one transaction that holds the write lock from its beginning; rolls back when it throws. */
  transaction<T>(use: () => T): T
  close(): void
}

interface DriverStatement extends Statement {
  setReturnArrays(on: boolean): void
}
interface Driver {
  DatabaseSync: new (
    path: string,
    options: { readOnly?: boolean; timeout?: number },
  ) => { exec(sql: string): void; prepare(sql: string): DriverStatement; close(): void }
}

/** The module that has the API: a name or a path that any process can `require`. */
export const driverModule = (): string => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const builtIn = major >= 24 || (major === 22 && minor >= 16)
  return builtIn ? 'node:sqlite' : createRequire(import.meta.url).resolve('@photostructure/sqlite')
}

const load = (): Driver => createRequire(import.meta.url)(driverModule()) as Driver

let driver: Driver | undefined

/** How long a connection waits for another one's lock, in milliseconds. */
const BUSY_MS = 5000

/** Statements kept prepared for a connection: queries come in any shape, and a hub runs for months. */
const MAX_PREPARED = 64

/**
 * Opens a database file.
 * @throws what SQLite throws: see `isBusy`, `isDamaged`, `isFull`
 */
export const openDatabase = (path: string, { readOnly = false, timeout = BUSY_MS } = {}): Database => {
  driver ??= load()
  const raw = new driver.DatabaseSync(path, { readOnly, timeout })
  const prepared = new Map<string, DriverStatement>()
  const statement = (key: string, sql: string, arrays: boolean): DriverStatement => {
    const known = prepared.get(key)
    if (known !== undefined) return known
    const oldest = prepared.keys().next().value
    if (prepared.size >= MAX_PREPARED && oldest !== undefined) prepared.delete(oldest)
    const made = raw.prepare(sql)
    if (arrays) made.setReturnArrays(true)
    prepared.set(key, made)
    return made
  }
  return {
    exec: (sql) => raw.exec(sql),
    prepare: (sql) => statement(`o${sql}`, sql, false),
    arrays: (sql) => statement(`a${sql}`, sql, true) as ArrayStatement,
    transaction(use) {
      raw.exec('BEGIN IMMEDIATE')
      try {
        const result = use()
        raw.exec('COMMIT')
        return result
      } catch (error) {
        // SQLite rolls back by itself on some errors, a full disk among them.
        try {
          raw.exec('ROLLBACK')
        } catch {}
        throw error
      }
    },
    close() {
      prepared.clear()
      // `@photostructure/sqlite` cannot finalize statements: until they are collected as garbage they keep the connection, and the
      // file, open behind the scenes. So nothing may depend on what SQLite does when the last connection closes; its cache goes.
      raw.exec('PRAGMA shrink_memory')
      raw.close()
    },
  }
}

/** SQLite's primary result code of an error; `undefined` for any other error. */
export const sqliteCode = (error: unknown): number | undefined => {
  if (!(error instanceof Error)) return undefined
  const { errcode, sqliteCode: code } = error as { errcode?: unknown; sqliteCode?: unknown }
  const full = typeof errcode === 'number' ? errcode : code
  if (typeof full === 'number') return full & 0xff
  // `@photostructure/sqlite` tells no code of an error in the middle of `all`.
  return CODES.get(error.message)
}

/** SQLite's own words for its codes. */
const CODES: ReadonlyMap<string, number> = new Map([
  ['database is locked', 5],
  ['database table is locked', 6],
  ['disk I/O error', 10],
  ['database disk image is malformed', 11],
  ['database or disk is full', 13],
  ['unable to open database file', 14],
  ['file is not a database', 26],
])

/** Somebody else holds the lock. */
export const isBusy = (error: unknown): boolean => [5, 6].includes(sqliteCode(error) ?? 0)
/** An error that says what `isDamaged` asks for: SQLite tells some damage without throwing. */
export const damaged = (message: string): Error => Object.assign(new Error(message), { errcode: 11 })

/** The file is no database, is cut, or its content contradicts itself. */
export const isDamaged = (error: unknown): boolean => [11, 26].includes(sqliteCode(error) ?? 0)
/** No room: the disk, or a quota. */
export const isFull = (error: unknown): boolean => sqliteCode(error) === 13
/** The system refused to read or write. */
export const isIoError = (error: unknown): boolean => sqliteCode(error) === 10
/** The file cannot be opened: it is gone, or may not be read. */
export const cannotOpen = (error: unknown): boolean => sqliteCode(error) === 14
