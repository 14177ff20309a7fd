/** Journals: append-only NDJSON files between capture and everything else. `format.ts` specifies them. */
export { processMayLive } from './budget.ts'
export { diskReserve } from './disk-room.ts'
export {
  isExit,
  missingRecords,
  type RunTracker,
  type TrackerStart,
  type TrackerState,
  toldDrops,
  trackRun,
} from './endings.ts'
export {
  BUDGET_BYTES,
  type DecodedHeader,
  decodeHeader,
  decodeRecord,
  encodeHeader,
  encodeRecord,
  JOURNAL_VERSION,
  MAX_LINE_BYTES,
  parseSegmentName,
  QUEUE_BYTES,
  SEGMENT_BYTES,
  segmentName,
} from './format.ts'
export { type JournalFile, type JournalFs, nodeFs } from './fs.ts'
export { ownStart } from './own-start.ts'
export {
  countLines,
  type JournalProblem,
  type JournalRun,
  type JournalSegment,
  listJournals,
  openSegment,
  readHeader,
  type SegmentChunk,
  type SegmentReader,
  type SegmentReaderSettings,
} from './reader.ts'
export type * from './types.ts'
export { createJournalWriter, type JournalWriterSettings } from './writer.ts'
