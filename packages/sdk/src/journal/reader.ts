/**
 * Reading journals, as their format (`format.ts`) says: complete lines from a byte offset, in bounded memory, while files
 * grow, appear and vanish.
 */
import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { LogboomError } from '../errors/index.ts'
import type { LogRecord } from '../record/index.ts'
import { decodeHeader, decodeRecord, MAX_LINE_BYTES, parseSegmentName } from './format.ts'
import { errorCode } from './fs.ts'
import type { JournalHeader } from './types.ts'

export interface JournalSegment {
  run: string
  segment: number
  path: string
}

export interface JournalRun {
  run: string
  /** In order; never empty. */
  segments: JournalSegment[]
}

/** Something in a file that is not what the format says. */
export interface JournalProblem {
  /** Of the line's first byte. */
  offset: number
  problem: string
}

export interface SegmentChunk {
  records: LogRecord[]
  /** Of the first byte after the last complete line: where to read on, now or in another process. */
  offset: number
  problems: JournalProblem[]
  /** Nothing more is there now, but for a torn line. */
  end: boolean
  /** Bytes after the last complete line. */
  torn: number
}

export interface SegmentReader {
  /** Reads the next complete lines; at the end of the file no records, until it has grown. */
  read(): Promise<SegmentChunk>
  /** Known once line 1 was read from offset 0 and is good. */
  readonly header: JournalHeader | undefined
  close(): Promise<void>
}

export interface SegmentReaderSettings {
  /** Where to begin: 0, or an `offset` told before. */
  offset?: number
  /** Bytes read at once; 64 KiB. A longer line takes a larger buffer, up to `maxLineBytes`. */
  bufferBytes?: number
  maxLineBytes?: number
  /** Called with each record and its line's offset, if the caller wants these. */
  onRecord?: (record: LogRecord, offset: number) => void
}

/** Many runs are read side by side, and what was read waits for its turn: more of each would mostly be old garbage. */
const BUFFER_BYTES = 64 * 1024
const LF = 0x0a

/**
 * The journals of a directory, by run. A directory that does not exist holds none.
 * @throws LogboomError `LB_HOME_UNUSABLE` when it cannot be read
 */
export const listJournals = async (dir: string): Promise<JournalRun[]> => {
  const runs = new Map<string, JournalSegment[]>()
  for (const name of await names(dir)) {
    const parsed = parseSegmentName(name)
    if (parsed === undefined) continue
    const segments = runs.get(parsed.run) ?? []
    segments.push({ ...parsed, path: join(dir, name) })
    runs.set(parsed.run, segments)
  }
  return [...runs]
    .map(([run, segments]) => ({ run, segments: segments.sort((a, b) => a.segment - b.segment) }))
    .sort((a, b) => (a.run < b.run ? -1 : 1))
}

const names = async (dir: string): Promise<string[]> => {
  try {
    return await readdir(dir)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw new LogboomError('LB_HOME_UNUSABLE', `cannot read the journals in ${dir}: ${reason(error)}`, {
      hint: 'Check that it is a directory you may read, or choose another home with --home or LOGBOOM_HOME.',
      cause: error,
    })
  }
}

const reason = (error: unknown): string => {
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied'
    case 'ENOTDIR':
      return 'it is not a directory'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Opens a segment for reading; `undefined` when it has vanished.
 * @throws what the file system throws, when the file is there but cannot be read
 */
export const openSegment = async (
  segment: JournalSegment,
  settings: SegmentReaderSettings = {},
): Promise<SegmentReader | undefined> => {
  const handle = await openExisting(segment.path)
  return handle && segmentReader(handle, segment, settings)
}

const openExisting = async (path: string): Promise<FileHandle | undefined> => {
  try {
    return await open(path, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

const segmentReader = (
  handle: FileHandle,
  segment: JournalSegment,
  { offset = 0, bufferBytes = BUFFER_BYTES, maxLineBytes = MAX_LINE_BYTES, onRecord }: SegmentReaderSettings,
): SegmentReader => {
  let buffer: Buffer = Buffer.allocUnsafe(0)
  let size = bufferBytes
  let spare: Buffer | undefined
  /** What follows, read while its owner is busy with what came before. */
  let ahead: { position: number; buffer: Buffer; filled: Promise<number> } | undefined
  let header: JournalHeader | undefined
  /** While inside a line that is too long: how far it was searched for its end. */
  let searched: number | undefined

  const fillFrom = async (into: Buffer, position: number): Promise<number> => {
    let filled = 0
    while (filled < into.byteLength) {
      const { bytesRead } = await handle.read(into, filled, into.byteLength - filled, position + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return filled
  }

  const fill = async (position: number): Promise<number> => {
    if (ahead !== undefined) {
      const { position: at, buffer: next, filled } = ahead
      ahead = undefined
      // Where the file ended then there may be more now.
      if (at === position && size === next.byteLength && (await filled) === size) {
        spare = buffer
        buffer = next
        return size
      }
    }
    if (buffer.byteLength !== size) buffer = Buffer.allocUnsafe(size)
    return fillFrom(buffer, position)
  }

  const readAhead = (position: number): void => {
    const next = spare?.byteLength === size ? spare : Buffer.allocUnsafe(size)
    spare = undefined
    // What goes wrong is told when it is read again.
    ahead = { position, buffer: next, filled: fillFrom(next, position).catch(() => 0) }
  }

  const line = (chunk: SegmentChunk, text: string, at: number): void => {
    if (at === 0) {
      const decoded = decodeHeader(text)
      if (decoded.kind === 'newer') throw tooNew(segment.path, decoded.version)
      if (decoded.kind === 'header') header = decoded.header
      else chunk.problems.push({ offset: at, problem: decoded.problem })
      // A file that lost its header may begin with a record.
      if (decoded.kind === 'header' || decodeRecord(text) === undefined) return
    }
    const record = decodeRecord(text)
    if (record === undefined) chunk.problems.push({ offset: at, problem: 'a line is no record' })
    else if (record.run !== segment.run)
      chunk.problems.push({ offset: at, problem: 'a record of another run' })
    else {
      chunk.records.push(record)
      onRecord?.(record, at)
    }
  }

  const read = async (): Promise<SegmentChunk> => {
    const chunk: SegmentChunk = { records: [], offset, problems: [], end: false, torn: 0 }
    if (searched !== undefined) {
      await skipLong(chunk)
      return chunk
    }
    const filled = await fill(offset)
    const last = buffer.lastIndexOf(LF, filled - 1)
    if (filled === 0 || last === -1) {
      if (filled === size && size < maxLineBytes) {
        size = Math.min(maxLineBytes, size * 2)
        return read()
      }
      chunk.end = filled < size
      chunk.torn = filled
      if (!chunk.end) searched = offset + filled
      return chunk
    }
    for (let from = 0; from <= last; ) {
      const end = buffer.indexOf(LF, from)
      line(chunk, buffer.toString('utf8', from, end), offset + from)
      from = end + 1
    }
    offset += last + 1
    size = bufferBytes
    chunk.offset = offset
    chunk.end = filled < buffer.byteLength
    chunk.torn = filled - last - 1
    if (!chunk.end) readAhead(offset)
    return chunk
  }

  /** One buffer further through a line that is too long. */
  const skipLong = async (chunk: SegmentChunk): Promise<void> => {
    size = bufferBytes
    const from: number = searched ?? offset
    const filled = await fill(from)
    const end = filled === 0 ? -1 : buffer.subarray(0, filled).indexOf(LF)
    if (end === -1) {
      searched = from + filled
      chunk.end = filled < size
      chunk.torn = searched - offset
      return
    }
    searched = undefined
    chunk.problems.push({ offset, problem: `a line of ${from + end - offset} bytes is too long` })
    offset = from + end + 1
    chunk.offset = offset
  }

  return {
    read,
    get header() {
      return header
    },
    close: () => handle.close(),
  }
}

const tooNew = (path: string, version: number): LogboomError =>
  new LogboomError('LB_JOURNAL_FORMAT', `${path} is a journal of format ${version}; this Logboom reads 1`, {
    hint: 'Update Logboom to read it. The file is left as it is.',
  })

/**
 * The header of a segment, if its first line is whole and good.
 * @throws LogboomError `LB_JOURNAL_FORMAT` for a later version; what the file system throws
 */
export const readHeader = async (path: string): Promise<JournalHeader | undefined> => {
  const handle = await openExisting(path)
  if (handle === undefined) return undefined
  try {
    const buffer = Buffer.allocUnsafe(16 * 1024)
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, 0)
    const end = buffer.subarray(0, bytesRead).indexOf(LF)
    if (end === -1) return undefined
    const decoded = decodeHeader(buffer.toString('utf8', 0, end))
    if (decoded.kind === 'newer') throw tooNew(path, decoded.version)
    return decoded.kind === 'header' ? decoded.header : undefined
  } finally {
    await handle.close()
  }
}

/** How many complete lines a file has. */
export const countLines = async (path: string): Promise<number> => {
  const handle = await openExisting(path)
  if (handle === undefined) return 0
  try {
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
    let count = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, null)
      if (bytesRead === 0) return count
      const filled = buffer.subarray(0, bytesRead)
      for (let at = filled.indexOf(LF); at !== -1; at = filled.indexOf(LF, at + 1)) count++
    }
  } finally {
    await handle.close()
  }
}
