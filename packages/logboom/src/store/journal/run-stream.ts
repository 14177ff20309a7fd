/**
 * One run, read in order over its segments, while it may still be written; and what is told of it when it is dead.
 *
 * `pull` gives what is there. When it gives nothing, `conclude` asks whether the process that captured the run still
 * lives. If not, whatever it wrote last is read first, and then the ending is derived, once.
 */
import { LogboomError } from '@logboom/sdk/errors'
import {
  type IsAlive,
  type JournalHeader,
  type JournalSegment,
  openSegment,
  type RunTracker,
  type SegmentReader,
  trackRun,
} from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'

export interface RunStreamSettings {
  run: string
  segments: readonly JournalSegment[]
  isAlive: IsAlive
  /** The run's segments as they are now. */
  relist: () => Promise<readonly JournalSegment[]>
}

export interface RunStream {
  readonly run: string
  /** The run's segments, as a later listing has them. */
  update(segments: readonly JournalSegment[]): void
  /** The next records in order; empty when all that is there now was read. */
  pull(): Promise<LogRecord[]>
  /**
   * To be called when `pull` gave nothing. Gives what is still to be told when the process is found dead: pull again
   * after that. Empty: nothing more is known now.
   */
  conclude(): Promise<LogRecord[]>
  /** Nothing will come any more. */
  readonly finished: boolean
  /** The exit record was seen. */
  readonly exited: boolean
  /** Its process was alive when `conclude` last asked, and it has not exited. */
  readonly alive: boolean
  /** Records missing for no known reason. */
  missing(): number
  problems(): { file: string; problem: string }[]
  /** Closes the file; the next `pull` opens it again where this one stopped. */
  rest(): Promise<void>
}

interface Place {
  segment: JournalSegment
  reader: SegmentReader
  offset: number
  /** Records read from it so far. */
  records: number
}

/** A run that has exited may still get a word about drops; after this many milliseconds it will not. */
const AFTERWORD_MS = 10_000

interface FileProblems {
  first: string
  count: number
}

const AT_START = { offset: 0, records: 0 }

export const createRunStream = ({ run, segments, isAlive, relist }: RunStreamSettings): RunStream => {
  let known = segments
  let current: Place | undefined
  /** Where a closed file is read on. */
  let resting: Omit<Place, 'reader'> | undefined
  /** Number of the last segment that was left. */
  let left = -1
  let header: JournalHeader | undefined
  let tracker: RunTracker | undefined
  /** Segments before the first record are gone. */
  let headDeleted = (segments[0]?.segment ?? 0) > 0
  let refused = false
  let dead = false
  let alive = false
  let finished = false
  let exitedAt: number | undefined
  let torn: { path: string; bytes: number } | undefined
  const problems = new Map<string, FileProblems>()

  const note = (path: string, problem: string): void => {
    const sum = problems.get(path)
    if (sum === undefined) problems.set(path, { first: problem, count: 1 })
    else sum.count += 1
  }

  const leave = async (): Promise<void> => {
    if (current === undefined) return
    left = current.segment.segment
    await release()
  }

  const release = async (): Promise<void> => {
    const reader = current?.reader
    current = undefined
    await reader?.close().catch(() => undefined)
  }

  const rest = async (): Promise<void> => {
    // A segment without records may be made again.
    if (current !== undefined) resting = current.records === 0 ? undefined : { ...current }
    await release()
  }

  /** Opens the next segment that can be opened. */
  const advance = async (): Promise<boolean> => {
    for (const segment of known) {
      if (segment.segment <= left) continue
      try {
        const { offset, records } = resting?.segment.segment === segment.segment ? resting : AT_START
        const reader = await openSegment(segment, { offset })
        if (reader !== undefined) {
          if (offset === 0) problems.delete(segment.path)
          current = { segment, reader, offset, records }
          return true
        }
        if (tracker === undefined) headDeleted = true
      } catch (error) {
        note(segment.path, reason(error))
      }
      left = segment.segment
    }
    return false
  }

  const see = (records: readonly LogRecord[]): void => {
    tracker ??= trackRun(run, { headDeleted })
    for (const record of records) tracker.see(record)
  }

  const pull = async (): Promise<LogRecord[]> => {
    while (current !== undefined || (await advance())) {
      if (current === undefined) break
      const { segment, reader } = current
      try {
        const chunk = await reader.read()
        current.offset = chunk.offset
        header = reader.header ?? header
        for (const { offset, problem } of chunk.problems) note(segment.path, `${problem} (at byte ${offset})`)
        if (chunk.records.length > 0) {
          current.records += chunk.records.length
          see(chunk.records)
          return chunk.records
        }
        if (!chunk.end) continue
        torn = chunk.torn === 0 ? undefined : { path: segment.path, bytes: chunk.torn }
        // What is known was listed before this read: a segment with a successor is not written any more.
        if (known.some((later) => later.segment > segment.segment)) {
          await leave()
          continue
        }
        if (current.records === 0) await rest()
        return []
      } catch (error) {
        refused ||= error instanceof LogboomError
        note(segment.path, reason(error))
        await leave()
      }
    }
    return []
  }

  const conclude = async (): Promise<LogRecord[]> => {
    if (finished || tracker === undefined || header === undefined || refused) return []
    if (tracker.exited) {
      exitedAt ??= performance.now()
      alive = false
      finished = performance.now() - exitedAt > AFTERWORD_MS
      return []
    }
    if (!dead) {
      alive = await isAlive(header.pid, header.pidStart)
      if (alive) return []
      dead = true
      known = await relist()
      const last = await pull()
      if (last.length > 0) return last
    }
    finished = true
    return tracker.endings()
  }

  return {
    run,
    update(segmentsNow) {
      known = segmentsNow
    },
    pull,
    conclude,
    get finished() {
      return finished
    },
    get exited() {
      return tracker?.exited ?? false
    },
    get alive() {
      return alive
    },
    missing: () => tracker?.missing() ?? 0,
    problems() {
      const told = [...problems].map(([file, { first, count }]) => ({
        file,
        problem: count === 1 ? first : `${first}, and ${count - 1} more`,
      }))
      if (finished && torn !== undefined) {
        told.push({ file: torn.path, problem: `the last line is torn (${torn.bytes} bytes)` })
      }
      return told
    },
    rest,
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error))
