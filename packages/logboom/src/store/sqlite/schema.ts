/** The tables of `format.ts` as SQL. */
import { PAGE_BYTES, POSTINGS_BITS, STORE_VERSION } from './format.ts'

const COMMON = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
  CREATE TABLE series (id INTEGER PRIMARY KEY, json TEXT NOT NULL);
  CREATE TABLE records (
    position INTEGER PRIMARY KEY, series INTEGER NOT NULL, time REAL NOT NULL,
    message TEXT NOT NULL, folded TEXT, body TEXT NOT NULL);
  CREATE TABLE outcomes (position INTEGER PRIMARY KEY, series INTEGER NOT NULL, time REAL NOT NULL, duration REAL);
  CREATE TABLE runs (run TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE open_calls (call TEXT PRIMARY KEY, run TEXT NOT NULL, started TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  INSERT INTO meta VALUES ('format', ${STORE_VERSION});`

/** Set on every connection to a new file, before its first table. */
export const NEW_FILE = `PRAGMA page_size=${PAGE_BYTES}`

export const HOT_SCHEMA = `${COMMON}
  CREATE TABLE blocks (block INTEGER PRIMARY KEY, signature BLOB NOT NULL);
  INSERT INTO meta VALUES ('kind', 'hot');`

export const SEALED_SCHEMA = `${COMMON}
  CREATE TABLE postings (bucket INTEGER PRIMARY KEY, data BLOB NOT NULL);
  CREATE TABLE rollup (minute INTEGER NOT NULL, series INTEGER NOT NULL, rows INTEGER NOT NULL,
    PRIMARY KEY (minute, series)) WITHOUT ROWID;
  INSERT INTO meta VALUES ('kind', 'sealed'), ('postings', ${POSTINGS_BITS});`
