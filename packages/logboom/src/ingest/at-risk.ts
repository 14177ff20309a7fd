/** What stands in the journals and not yet in the store, measured from the files themselves. */
import { open, stat } from 'node:fs/promises'
import { type JournalSegment, listJournals } from '@logboom/sdk/journal'
import type { Place } from '../store/journal/run-reader.ts'
import type { AtRisk } from './types.ts'

/** Bytes that are counted line by line; what is beyond is estimated. */
const COUNTED_BYTES = 4 * 1024 * 1024
const BUFFER_BYTES = 256 * 1024
const LF = 0x0a

/** Complete lines from an offset on, in so many bytes or a little more. */
export const countLines = async (
  { path }: JournalSegment,
  offset: number,
  most: number,
): Promise<{ lines: number; bytes: number }> => {
  const counted = { lines: 0, bytes: 0 }
  const handle = await open(path, 'r').catch(() => undefined)
  if (handle === undefined) return counted
  try {
    const buffer = Buffer.allocUnsafe(BUFFER_BYTES)
    while (counted.bytes < most) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, offset + counted.bytes)
      if (bytesRead === 0) break
      const filled = buffer.subarray(0, bytesRead)
      for (let at = filled.indexOf(LF); at !== -1; at = filled.indexOf(LF, at + 1)) counted.lines++
      counted.bytes += bytesRead
    }
    return counted
  } catch {
    return counted
  } finally {
    await handle.close()
  }
}

/** @param placeOf how far a run is stored; `undefined` for a run that nobody has read yet */
export const measureRisk = async (
  dir: string,
  placeOf: (run: string) => Place | undefined,
): Promise<AtRisk> => {
  const all = { lines: 0, bytes: 0, counted: 0 }
  for (const { run, segments } of await listJournals(dir)) {
    const place = placeOf(run) ?? { segment: 0, offset: 0 }
    for (const segment of segments) {
      if (segment.segment < place.segment) continue
      const offset = segment.segment === place.segment ? place.offset : 0
      const size = await stat(segment.path).then(
        (found) => found.size,
        () => 0,
      )
      if (size <= offset) continue
      all.bytes += size - offset
      if (all.counted >= COUNTED_BYTES) continue
      const { lines, bytes } = await countLines(segment, offset, COUNTED_BYTES - all.counted)
      all.counted += bytes
      // The header is no record.
      all.lines += offset === 0 ? Math.max(0, lines - 1) : lines
    }
  }
  const exact = all.counted >= all.bytes
  const records = exact ? all.lines : Math.round((all.lines * all.bytes) / Math.max(1, all.counted))
  return { bytes: all.bytes, records, exact }
}
