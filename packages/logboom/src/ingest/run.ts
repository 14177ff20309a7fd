/**
 * One run on its way into the store. What was read waits here until the merged sequence takes it; only what was taken counts
 * for the run's mark, so a mark and the records it stands for are always in the same batch.
 */
import {
  type IsAlive,
  type JournalRun,
  type JournalSegment,
  missingRecords,
  type TrackerState,
} from '@logboom/sdk/journal'
import type { Json, LogRecord } from '@logboom/sdk/record'
import type { Place, RunChunk } from '../store/journal/run-reader.ts'
import { createRunStream, type RunStream } from '../store/journal/run-stream.ts'
import type { RunMark } from '../store/sqlite/types.ts'
import type { BatchBuilder } from './batch.ts'

export interface IngestRun {
  readonly stream: RunStream
  /** What comes next and was not taken yet; empty when there is nothing now. */
  next(): Promise<LogRecord[]>
  /** Puts the next records of what `next` gave into the batch, as many as it has room for; tells how many. */
  take(records: readonly LogRecord[], batch: BatchBuilder): number
  /** Its mark, if it changed since the last one was asked for, with all that was taken; counts what is missing at its end. */
  mark(batch: BatchBuilder): RunMark | undefined
  problems(): { file: string; problem: string }[]
  /** Everything was read, nothing comes any more, and the mark says so. */
  readonly ended: boolean
  /** Its journal has grown after its end. */
  reopen(): void
  /** Where its journal is read on, as far as records were taken. */
  readonly place: Place
  /** What stands before is no record, or was taken; of a run that has ended. */
  readonly end: Place
}

export interface IngestRunSettings {
  journal: JournalRun
  isAlive: IsAlive
  relist: () => Promise<readonly JournalSegment[]>
  /** Where it was, and the starts of its open calls. */
  resume?: { mark: RunMark; open: readonly LogRecord[] }
}

/** What was read and not yet taken. An ending is all of one moment, so the sequence never parts it. */
type Waiting = { chunk: RunChunk; index: number } | { ending: readonly LogRecord[] } | undefined

export const createIngestRun = ({ journal, isAlive, relist, resume }: IngestRunSettings): IngestRun => {
  const { run, segments } = journal
  const mark = resume?.mark
  const stream = createRunStream({
    run,
    segments,
    isAlive,
    relist,
    unreadable: 'wait',
    ...(resume === undefined || mark === undefined
      ? {}
      : {
          resume: {
            place: { segment: mark.segment, offset: mark.offset },
            process: mark,
            state: mark.tracker as unknown as TrackerState,
            open: resume.open,
            finished: mark.ended,
          },
        }),
  })
  let place: Place = mark ?? { segment: 0, offset: 0 }
  let ended = mark?.ended ?? false
  let waiting: Waiting
  let kept = mark?.problems ?? []
  let changed = false
  /** How many missing records stand in the counters. */
  let counted = mark?.ended === true ? missingRecords(mark.tracker as unknown as TrackerState) : 0

  const problems = (): { file: string; problem: string }[] => {
    const told = stream.problems()
    return [...kept.filter(({ file }) => !told.some((other) => other.file === file)), ...told]
  }

  /** Places without a record after them: passed lines that are none, and segments that are done with. */
  const settle = (): void => {
    const { segment, offset } = stream.reader.place
    if (stream.tracker === undefined || (segment === place.segment && offset === place.offset)) return
    place = { segment, offset }
    changed = true
  }

  const takeChunk = (
    { chunk, index }: { chunk: RunChunk; index: number },
    records: readonly LogRecord[],
    batch: BatchBuilder,
  ): void => {
    const before = place.segment === chunk.segment ? place.offset : 0
    const next = index + records.length
    const offset = chunk.ends[next - 1] ?? before
    stream.see(records, chunk.cut && index === 0)
    place = { segment: chunk.segment, offset }
    waiting = next < chunk.records.length ? { chunk, index: next } : undefined
    batch.add(records, offset - before)
  }

  return {
    stream,
    async next() {
      if (waiting !== undefined)
        return 'ending' in waiting ? [...waiting.ending] : waiting.chunk.records.slice(waiting.index)
      const chunk = await stream.pull()
      const conclusion = chunk === undefined ? await stream.conclude() : undefined
      const found = chunk ?? (conclusion?.kind === 'written' ? conclusion.chunk : undefined)
      if (found !== undefined) {
        waiting = { chunk: found, index: 0 }
        return found.records
      }
      settle()
      if (conclusion?.kind === 'ending') {
        waiting = { ending: conclusion.records }
        return conclusion.records
      }
      return []
    },
    take(records, batch) {
      if (waiting === undefined) return records.length
      changed = true
      if ('ending' in waiting) {
        // Endings have numbers of their own, and no place in a journal.
        stream.see(records, false)
        batch.add(records, 0)
        waiting = undefined
        return records.length
      }
      const fitting = records.slice(0, batch.room)
      takeChunk(waiting, fitting, batch)
      return fitting.length
    },
    mark(batch) {
      const { process, tracker } = stream
      // A journal without any record leaves nothing to remember.
      if (tracker === undefined && stream.finished && waiting === undefined) ended = true
      if (process === undefined || tracker === undefined) return undefined
      const told = problems()
      // What cannot be read now may be readable later.
      if (!stream.reader.blocked && told.length > 0 && JSON.stringify(told) !== JSON.stringify(kept)) {
        kept = told
        changed = true
      }
      if (stream.finished && waiting === undefined && !ended) {
        ended = true
        changed = true
        batch.drop('unknown', tracker.missing() - counted)
        counted = tracker.missing()
      }
      if (!changed) return undefined
      changed = false
      const { server, pid, pidStart } = process
      const state = tracker.state()
      return {
        run,
        server,
        pid,
        pidStart,
        ...place,
        lastSeen: state.lastSeen,
        ended,
        tracker: state as unknown as Json,
        ...(kept.length === 0 ? {} : { problems: kept }),
      }
    },
    problems,
    reopen() {
      ended = false
      stream.reopen()
    },
    get ended() {
      return ended
    },
    get place() {
      return place
    },
    get end() {
      return stream.reader.end
    },
  }
}
