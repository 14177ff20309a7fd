/**
 * The journal: append-only NDJSON files, the durable hand-off between capture and everything else.
 *
 * CONSTRAINTS
 * - Capture must not wait for a disk, a hub or another capture: a file has one writer, and no locks.
 * - A writer may be killed at any byte; a reader may read at any moment; a disk may take half a line.
 * - A person with `tail`, `grep` and `jq` can read it.
 * - Nothing is ever repaired in place and nothing needs to be deleted by hand: what is damaged is counted and passed over.
 *
 * LAYOUT
 *
 *     <home>/journal/                      0700
 *       <run>.<segment>.ndjson             0600; run is a UUIDv7, segment 0, 1, 2… without padding
 *
 *     {"logboom":1,"run":…,"server":…,"pid":…,"pidStart":…,"segment":0}\n      line 1: the header
 *     {"id":…,"time":…,"observed":…,"seq":…, …}\n                              every other line: one record
 *
 * Every line is JSON in UTF-8 and ends with `\n`. What follows the last `\n` is a torn line: it is not there yet, or never
 * will be. Records of a run stand in the order of `seq`, over its segments in the order of their numbers. `seq` ascends
 * but may have gaps: a dropped record took its number with it, and a drop record says how many did.
 *
 * WRITING
 * - The directory and the file are made with the first record; the header and the records after it go in one write.
 * - One write is in flight at a time. Written is what the file system says is written: the lines that lie wholly in it.
 * - An eighth of the disk, or 16 MiB if that is less, is left free, so that what was written can be stored and deleted.
 * - A segment ends when it has reached the segment size (8 MiB by default, and at most a thirty-second of the disk) or when a
 *   write failed or fell short. Then
 *   the torn tail is cut off if possible, and its record is written whole in the next segment. So a torn line can only be
 *   the last of its segment, and a segment is never written again once a later one exists.
 * - There is no fsync: what is written survives the death of the process, not of the machine.
 *
 * READING
 * - Only complete lines count. A position in a journal is a segment and the offset of a line's first byte.
 * - To pass from a segment to the next: first see that the next exists, then read the first to its end.
 * - A torn last line waits. If a later segment exists it was written again there; if the run's process is dead it is lost.
 * - A line that is no record (garbage, a record of another run, longer than 8 MiB) is counted as a problem and skipped.
 * - A missing, empty or torn header is a problem, unless the file has no complete line at all (it is just being made).
 *   The records are read all the same; without any header of a run nobody can say that its process is dead.
 * - A header with a later version: the file is refused with `LB_JOURNAL_FORMAT`. It is left alone, other files are read.
 * - A segment without records may be deleted by its writer and made again: do not hold on to it, open it anew.
 * - Files may grow, appear and vanish at any time. A vanished file is like one that was never there.
 *
 * ENDING
 * A run has ended at its exit record, or when no process has the `pid` and `pidStart` of its header: see `endings.ts`.
 *
 * WHO MAY DELETE WHAT
 * - A writer: its own segments that hold no record yet; and when the home is over its budget, the oldest segments of any
 *   run, except the newest segment of a run whose process lives. Always the oldest of a run first, so that what is
 *   missing is missing at the front. A failed write never deletes anything.
 * - The hub: a segment whose records are all in the store, when it is not the newest of a living run.
 * - Nobody else.
 */
import { isObject, LEVELS, type LogRecord, SOURCES } from '../record/index.ts'
import type { JournalHeader } from './types.ts'

/** Version of the format. */
export const JOURNAL_VERSION = 1
/** Size in bytes at which a segment ends. */
export const SEGMENT_BYTES = 8 * 1024 * 1024
/** Bytes of records waiting in memory, at most. */
export const QUEUE_BYTES = 8 * 1024 * 1024
/** Bytes of all journals of a home together. */
export const BUDGET_BYTES = 512 * 1024 * 1024
/** A line longer than this many bytes is no record. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024

const FILE_NAME =
  /^([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})\.(0|[1-9][0-9]{0,8})\.ndjson$/

/** @example segmentName(run, 0) // '01933f5c-….0.ndjson' */
export const segmentName = (run: string, segment: number): string => `${run}.${segment}.ndjson`

/** Which run and segment a file name stands for; `undefined` when it is no journal's. */
export const parseSegmentName = (name: string): { run: string; segment: number } | undefined => {
  const match = FILE_NAME.exec(name)
  return match?.[1] === undefined ? undefined : { run: match[1], segment: Number(match[2]) }
}

/** Line 1 of a segment, with its `\n`. */
export const encodeHeader = (header: JournalHeader): string => `${JSON.stringify(header)}\n`

/** A record's line, with its `\n`. */
export const encodeRecord = (record: LogRecord): string => `${JSON.stringify(record)}\n`

export type DecodedHeader =
  | { kind: 'header'; header: JournalHeader }
  | { kind: 'newer'; version: number }
  | { kind: 'bad'; problem: string }

/** Reads line 1. */
export const decodeHeader = (line: string): DecodedHeader => {
  const value = parse(line)
  if (!isObject(value)) return { kind: 'bad', problem: 'the header is not JSON' }
  const { logboom, run, server, pid, pidStart, segment } = value
  if (typeof logboom === 'number' && logboom > JOURNAL_VERSION) return { kind: 'newer', version: logboom }
  const complete =
    logboom === JOURNAL_VERSION &&
    typeof run === 'string' &&
    typeof server === 'string' &&
    isCount(pid) &&
    typeof pidStart === 'string' &&
    isCount(segment)
  if (!complete) return { kind: 'bad', problem: 'line 1 is no header' }
  return { kind: 'header', header: { logboom: 1, run, server, pid, pidStart, segment } }
}

/**
 * Reads a record's line; `undefined` when it is none. Checks the fields everything relies on, not the whole shape: a
 * record with fields of a later version is a record.
 */
export const decodeRecord = (line: string): LogRecord | undefined => {
  const value = parse(line)
  return isRecord(value) ? value : undefined
}

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const LEVEL_SET: ReadonlySet<unknown> = new Set(LEVELS)
const SOURCE_SET: ReadonlySet<unknown> = new Set(SOURCES)

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isRecord = (value: unknown): value is LogRecord =>
  isObject(value) &&
  typeof value.id === 'string' &&
  Number.isFinite(value.time) &&
  Number.isFinite(value.observed) &&
  isCount(value.seq) &&
  LEVEL_SET.has(value.level) &&
  typeof value.server === 'string' &&
  typeof value.run === 'string' &&
  SOURCE_SET.has(value.source) &&
  typeof value.message === 'string' &&
  isObject(value.attributes) &&
  (value.call === undefined || isCallRef(value.call)) &&
  (value.client === undefined || (isObject(value.client) && typeof value.client.name === 'string'))

const isCallRef = (value: unknown): boolean =>
  isObject(value) &&
  (value.attribution === 'ambiguous'
    ? Array.isArray(value.candidates)
    : typeof value.id === 'string' &&
      typeof value.method === 'string' &&
      typeof value.attribution === 'string')
