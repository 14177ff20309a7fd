/**
 * The store on disk: SQLite files, each a stretch of positions, and a manifest that says which of them count.
 *
 * CONSTRAINTS
 * - One process writes (it holds the ingest lock), any number read at the same time, from other processes too.
 * - Whoever writes may be killed at any instruction; a disk may be full at any write. Opening never needs a repair by hand.
 * - Journals are ingested exactly once: how far each was read stands in the file that holds its records, and both are
 *   written in one transaction.
 * - Any index only narrows. What a question finds is checked against the record itself, with the same evaluation that a
 *   live tail uses, so memory and disk cannot disagree.
 *
 * LAYOUT
 *
 *     <home>/store/                        0700, files 0600
 *       manifest.json                      which files count, in the order of positions
 *       hot-<first>.db   (-wal, -shm)      being written; the last one takes records, earlier ones wait to be sealed
 *       segment-<first>.db                 sealed: never written again
 *       *.tmp                              being made; nobody's, deleted at the next start
 *       quarantine/                        what could not be read, as it was found; `stats` names it
 *       ballast                            room for what must be written when the disk is full
 *       ingest.lock                        a SQLite file; who holds an exclusive transaction on it may write
 *
 * `<first>` is the position of the first record the file may hold, in 12 digits. Positions ascend in the order of
 * acceptance, from 1, and are never used again; there may be gaps. A file holds at most `SEGMENT_ROWS` positions, so its
 * blocks of `BLOCK_ROWS` positions are numbered 0 to `SEGMENT_BLOCKS` - 1: `(position - first) >> BLOCK_BITS`.
 *
 * MANIFEST
 * `{"logboom":1,"generation":…,"next":…,"files":[{"name","first","last","rows","bytes","time":[min,max],"observed":[min,max],
 * "servers":{name: rows}}],"dropped":{reason: records},"clock"?:{…}}`, and on a second line the SHA-256 of the first. Sealed
 * files come first, then the hot ones (which have a name and `first` only: they are still growing). Replaced as a whole
 * (write-new, fsync, rename, fsync of the directory); `generation` grows by one each time. A reader whose file has vanished
 * or was cut reads the manifest again. `next` is a position above all that were ever given out. A manifest that is missing
 * or not what was written is made anew from the files, which know themselves (`meta`).
 *
 * TABLES OF EVERY FILE (page size 8192)
 *
 *     meta(key, value)          format (this version), kind (hot | sealed), first; of a sealed file also last and its entry of the
 *                               manifest
 *     series(id, json)          what records have in common; see `rows.ts`
 *     records(position, series, time, message, folded, body)
 *     outcomes(position, series, time, duration)      one row for each outcome of a call
 *     runs(run, mark)           how far each run's journal was read, as JSON; in a sealed file: when it was sealed
 *     open_calls(call, run, started)                  calls without outcome, with their start as JSON
 *     counters(name, value)     drops told by the journals, by reason, since the store began
 *
 * and of hot files:   blocks(block, signature)        one row for each full block: 2^16 bits, bit `hash >>> 16` for each token
 * and of sealed ones: postings(bucket, data)          token -> blocks, see `postings.ts`
 *                     rollup(minute, series, rows)    minute is `floor(time / 60000)`
 *
 * A hot file is in WAL mode with `synchronous=NORMAL`: a killed process loses nothing it committed. Before a journal is
 * deleted its records are made safe from the machine's death too (fsync of the log, which needs no room).
 *
 * ROTATION AND SEALING
 * 1. When the hot file is full (positions, or `SEGMENT_BYTES` of text) a new one is made; its first transaction copies `runs`,
 *    `open_calls` and `counters`, with `synchronous=FULL`. Then the manifest names it last, and it takes records.
 * 2. A worker thread writes the old one anew as `segment-<first>.db.tmp` with its indexes, fsyncs and renames it.
 * 3. The manifest names the segment in place of the hot file, which is then deleted.
 *
 * RECOVERY, at the start of whoever writes
 * - Only what the manifest names counts. A hot file it does not name was just made (nothing but copies is in it) or was
 *   sealed already; a segment it does not name was about to replace a hot file that is still there. Both are deleted.
 * - Every hot file but the last is sealed again.
 * - A file that SQLite calls damaged, or that is not what its name says, goes to `quarantine/`, is counted, and the store
 *   opens without it. If it was the last hot file, reading goes on from the newest marks that are left.
 *   So it does when that shows while it is written.
 * - Damage inside a file that opens well is found by who reads there, and by a hub, which looks at all of them when it starts:
 *   the file is left out of all answers, and who writes sees for itself and puts it aside in the same way. Of damaged files that
 *   no manifest describes, as many records count as they had positions.
 * - A file of a later format is refused with `LB_STORE_FORMAT`, and the store with it. One of an earlier format is migrated:
 *   written anew like a sealing, file by file, while the old one still answers.
 *
 * RETENTION
 * Whole sealed files go, oldest first: the manifest forgets the file, then it is truncated (so that space comes back even
 * while somebody reads it), then unlinked. So it is too while the disk has less free than twice what journals leave of it: captures
 * stop there, and have what is newest. On a disk so full that nothing can be sealed, full hot files go the same way when no
 * sealed one is left.
 */

/** Version of the format. */
export const STORE_VERSION = 1

/** Positions in a block, the unit that an index points at. */
export const BLOCK_BITS = 8
export const BLOCK_ROWS = 1 << BLOCK_BITS
/** Blocks in a file. */
export const SEGMENT_BLOCKS = 512
/** Positions in a file. */
export const SEGMENT_ROWS = SEGMENT_BLOCKS * BLOCK_ROWS
/** Characters of text in a file; it is full when it has that many, whatever the rows. */
export const SEGMENT_TEXT = 96 * 1024 * 1024

/** Bytes of a page of SQLite; a sealed file is a whole number of them. */
export const PAGE_BYTES = 8192

/** Bits of a block's signature in a hot file: bit `hash >>> (32 - SIGNATURE_BITS)`. */
export const SIGNATURE_BITS = 16
/** Buckets of the postings of a sealed file: bucket `hash >>> (32 - POSTINGS_BITS)`. */
export const POSTINGS_BITS = 19

/** Milliseconds in a rollup's minute. */
export const MINUTE = 60_000

export const STORE_DIRECTORY = 'store'
export const MANIFEST_FILE = 'manifest.json'
/** Gives its room away when the disk is full and something has to be written to make some. */
export const BALLAST_FILE = 'ballast'
export const LOCK_FILE = 'ingest.lock'
export const QUARANTINE_DIRECTORY = 'quarantine'

export type FileKind = 'hot' | 'sealed'

const PREFIX: Readonly<Record<FileKind, string>> = { hot: 'hot', sealed: 'segment' }
const FILE_NAME = /^(hot|segment)-(\d{12,16})\.db$/

/** @example storeFileName('hot', 1) // 'hot-000000000001.db' */
export const storeFileName = (kind: FileKind, first: number): string =>
  `${PREFIX[kind]}-${String(first).padStart(12, '0')}.db`

/** What a file name stands for; `undefined` when it is none of the store's. */
export const parseStoreFileName = (name: string): { kind: FileKind; first: number } | undefined => {
  const match = FILE_NAME.exec(name)
  if (match === null) return undefined
  return { kind: match[1] === 'hot' ? 'hot' : 'sealed', first: Number(match[2]) }
}

/** The block of a position in the file that begins at `first`. */
export const blockOf = (position: number, first: number): number => (position - first) >> BLOCK_BITS
