/**
 * One segment as its writer holds it: made with its header, appended to, and left behind after a write that failed or
 * fell short. Knows exactly which lines the file system took.
 */
import { join } from 'node:path'
import { encodeHeader, segmentName } from './format.ts'
import { errorCode, type JournalFile, type JournalFs } from './fs.ts'
import type { QueuedLine } from './queue.ts'
import type { JournalHeader } from './types.ts'

export interface SegmentFile {
  name: string
  file: JournalFile
  /** Size in bytes, as far as it is known to be whole lines. */
  size: number
  /** Records in it. */
  records: number
  /** Written before the first record, in the same write. */
  header: string
  /** When it was last seen to have a name; Unix epoch milliseconds. */
  seen: number
}

/** Ends the search for a free name; a run's numbers are its own, so the first is free unless a file was left behind. */
const MAX_NAMES = 1000

/** Makes the first segment that does not exist yet, from this number on. Throws what the file system throws. */
export const createSegment = async (
  fs: JournalFs,
  dir: string,
  header: JournalHeader,
  now: number,
): Promise<{ segment: SegmentFile; number: number }> => {
  await fs.makeDirectory(dir)
  for (let number = header.segment; ; number++) {
    const name = segmentName(header.run, number)
    try {
      const file = await fs.create(join(dir, name))
      const line = encodeHeader({ ...header, segment: number })
      return { segment: { name, file, size: 0, records: 0, header: line, seen: now }, number }
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || number - header.segment >= MAX_NAMES) throw error
    }
  }
}

export interface Written {
  /** How many of the lines are wholly in the file. */
  lines: number
  /** Every byte was taken. False: the segment has to be left behind. */
  whole: boolean
}

/** Appends lines in one write. Never throws. */
export const appendLines = async (segment: SegmentFile, lines: readonly QueuedLine[]): Promise<Written> => {
  const header = segment.size === 0 ? segment.header : ''
  const bytes = Buffer.from(header + lines.map((line) => line.line).join(''))
  let landed: number
  try {
    landed = await segment.file.write(bytes)
  } catch {
    landed = await landedBytes(segment)
  }
  let end = Buffer.byteLength(header)
  let count = 0
  for (const line of lines) {
    if (end + line.bytes > landed) break
    end += line.bytes
    count += 1
  }
  segment.records += count
  if (count > 0) segment.size += end
  return { lines: count, whole: landed >= bytes.byteLength }
}

/** After an error: what the file has grown by all the same. A file that cannot even tell its size has taken nothing. */
const landedBytes = async (segment: SegmentFile): Promise<number> => {
  try {
    return Math.max(0, (await segment.file.stat()).size - segment.size)
  } catch {
    return 0
  }
}

/**
 * Leaves a segment behind: cuts its torn tail off, or deletes it when it holds no record. Never throws.
 * @returns whether its number is free again
 */
export const abandonSegment = async (fs: JournalFs, dir: string, segment: SegmentFile): Promise<boolean> => {
  const empty = segment.records === 0
  if (!empty) await segment.file.truncate(segment.size).catch(() => undefined)
  await segment.file.close().catch(() => undefined)
  if (!empty) return false
  return fs.unlink(join(dir, segment.name)).then(
    () => true,
    () => false,
  )
}

/** Somebody deleted the file: what is written to it now, nobody can read. */
export const isDeleted = async (segment: SegmentFile): Promise<boolean> =>
  segment.file.stat().then(
    ({ names }) => names === 0,
    () => false,
  )
