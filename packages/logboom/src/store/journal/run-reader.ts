/**
 * The records of one run in order, over its segments, from any place on, while they are written and deleted: the reading
 * rules of the journal's format, without any opinion on what the records mean.
 */
import { LogboomError } from '@logboom/sdk/errors'
import {
  type JournalHeader,
  type JournalSegment,
  openSegment,
  type SegmentReader,
} from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'

/** Where to read on: a segment and the offset of a line. What stands before is read, or gone. */
export interface Place {
  segment: number
  offset: number
}

export interface RunChunk {
  records: LogRecord[]
  segment: number
  /** Offset at which to read on after each of the records. */
  ends: number[]
  /** What stood before these records was deleted, perhaps unread. */
  cut: boolean
}

export interface RunReader {
  /** The run's segments, as a later listing has them. */
  update(segments: readonly JournalSegment[]): void
  /** The next records; `undefined` when all that is there now was read. */
  pull(): Promise<RunChunk | undefined>
  /** After everything that `pull` gave, and lines after it that are no records. */
  readonly place: Place
  /** The same; in a segment without any record, which may be made again, also after lines that are none. */
  readonly end: Place
  /** Known once a segment's first line was read. */
  readonly header: JournalHeader | undefined
  /** A segment is of a later format. */
  readonly refused: boolean
  /** What is next cannot be read now. Only where unreadable segments are waited for. */
  readonly blocked: boolean
  /** Segments that were read to their end, and have a successor. */
  passed(): JournalSegment[]
  problems(): { file: string; problem: string }[]
  /** The torn last line where reading stopped. */
  readonly torn: { file: string; bytes: number } | undefined
  /** Closes the file; the next `pull` opens it again where this one stopped. */
  rest(): Promise<void>
}

export interface RunReaderSettings {
  /** Of one run. */
  segments: readonly JournalSegment[]
  from?: Place
  /** What becomes of a segment that cannot be read: it is passed over, or tried again at every `pull`. */
  unreadable: 'skip' | 'wait'
}

interface Current {
  segment: JournalSegment
  reader: SegmentReader
  /** Opened at its beginning, and no record was read yet. */
  fresh: boolean
}

export const createRunReader = ({
  segments,
  from = { segment: 0, offset: 0 },
  unreadable,
}: RunReaderSettings): RunReader => {
  let known = segments
  let place = from
  let end = from
  let current: Current | undefined
  let cut = false
  let header: JournalHeader | undefined
  let refused = false
  let blocked = false
  let torn: { file: string; bytes: number } | undefined
  /** Offsets of the lines that the read under way gave as records. */
  let starts: number[] = []
  const problems = new Map<string, { first: string; count: number }>()

  const note = (path: string, problem: string): void => {
    const sum = problems.get(path)
    if (sum === undefined) problems.set(path, { first: problem, count: 1 })
    else sum.count += 1
  }

  const release = async (): Promise<void> => {
    const reader = current?.reader
    current = undefined
    await reader?.close().catch(() => undefined)
  }

  const leave = async (segment: JournalSegment): Promise<void> => {
    place = { segment: segment.segment + 1, offset: 0 }
    end = place
    await release()
  }

  const failed = async (segment: JournalSegment, error: unknown): Promise<void> => {
    refused ||= error instanceof LogboomError
    if (unreadable === 'skip') {
      note(segment.path, reason(error))
      await leave(segment)
      return
    }
    problems.set(segment.path, { first: reason(error), count: 1 })
    blocked = true
    await release()
  }

  /** Opens the next segment that can be opened. */
  const advance = async (): Promise<boolean> => {
    /** Whatever was before is no longer there: the budget deletes from the front. */
    let front = true
    for (const segment of known) {
      if (segment.segment < place.segment) {
        front = false
        continue
      }
      const here = segment.segment === place.segment
      const offset = here ? place.offset : 0
      try {
        const reader = await openSegment(segment, { offset, onRecord: (_, at) => void starts.push(at) })
        // Vanished: perhaps it is made again, perhaps there is a later one.
        if (reader === undefined) continue
        cut ||= !here && front
        if (offset === 0) problems.delete(segment.path)
        place = { segment: segment.segment, offset }
        current = { segment, reader, fresh: offset === 0 }
        return true
      } catch (error) {
        await failed(segment, error)
        if (blocked) return false
      }
    }
    return false
  }

  const pull = async (): Promise<RunChunk | undefined> => {
    blocked = false
    while (current !== undefined || (await advance())) {
      if (current === undefined) break
      const { segment, reader } = current
      try {
        starts = []
        const chunk = await reader.read()
        header = reader.header ?? header
        for (const { offset, problem } of chunk.problems) note(segment.path, `${problem} (at byte ${offset})`)
        if (chunk.records.length > 0) current.fresh = false
        end = { segment: segment.segment, offset: chunk.offset }
        if (!current.fresh) place = end
        if (chunk.records.length > 0) {
          const found = {
            records: chunk.records,
            segment: segment.segment,
            ends: [...starts.slice(1), chunk.offset],
            cut,
          }
          cut = false
          return found
        }
        if (!chunk.end) continue
        torn = chunk.torn === 0 ? undefined : { file: segment.path, bytes: chunk.torn }
        // What is known was listed before this read: a segment with a successor is not written any more.
        if (known.some((later) => later.segment > segment.segment)) {
          await leave(segment)
          continue
        }
        // A segment without records may be made again.
        if (current.fresh) await release()
        return undefined
      } catch (error) {
        await failed(segment, error)
        if (blocked) return undefined
      }
    }
    return undefined
  }

  return {
    update(segmentsNow) {
      known = segmentsNow
    },
    pull,
    get place() {
      return place
    },
    get end() {
      return end
    },
    get header() {
      return header
    },
    get refused() {
      return refused
    },
    get blocked() {
      return blocked
    },
    passed: () => known.filter(({ segment }) => segment < place.segment),
    problems: () =>
      [...problems].map(([file, { first, count }]) => ({
        file,
        problem: count === 1 ? first : `${first}, and ${count - 1} more`,
      })),
    get torn() {
      return torn
    },
    rest: release,
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
