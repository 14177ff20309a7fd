/**
 * One run while it may still be written, and what is told of it when it is dead.
 *
 * `pull` gives what is there, and `see` tells the stream that it was taken. When `pull` gives nothing and everything was
 * taken, `conclude` asks whether the process that captured the run still lives. If not, whatever it wrote last is read
 * first, and then the ending is derived, once.
 */
import {
  type IsAlive,
  type JournalHeader,
  type JournalSegment,
  type RunTracker,
  type TrackerState,
  trackRun,
} from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { createRunReader, type Place, type RunChunk, type RunReader } from './run-reader.ts'

export interface RunStreamSettings {
  run: string
  segments: readonly JournalSegment[]
  isAlive: IsAlive
  /** The run's segments as they are now. */
  relist: () => Promise<readonly JournalSegment[]>
  /** What becomes of segments that cannot be read; unless told otherwise they are passed over. */
  unreadable?: 'skip' | 'wait'
  /** Where another stream of this run was. */
  resume?: RunResume
}

export interface RunResume {
  place: Place
  process: RunProcess
  state: TrackerState
  open: readonly LogRecord[]
  /** It was finished. */
  finished: boolean
}

/** The process that captures a run. */
export type RunProcess = Pick<JournalHeader, 'server' | 'pid' | 'pidStart'>

/** More that was written, or the ending that nobody wrote. */
export type Conclusion = { kind: 'written'; chunk: RunChunk } | { kind: 'ending'; records: LogRecord[] }

export interface RunStream {
  readonly run: string
  readonly reader: Pick<RunReader, 'place' | 'end' | 'blocked' | 'passed'>
  /** The run's segments, as a later listing has them. */
  update(segments: readonly JournalSegment[]): void
  /** The next records in order; `undefined` when all that is there now was read. */
  pull(): Promise<RunChunk | undefined>
  /** Takes records in order. `cut`: something before them was deleted unread. */
  see(records: readonly LogRecord[], cut: boolean): void
  /**
   * To be called when `pull` gave nothing. Gives what is still to be told when the process is found dead: pull again
   * after that. `undefined`: nothing more is known now.
   */
  conclude(): Promise<Conclusion | undefined>
  /** Nothing will come any more. */
  readonly finished: boolean
  /** Something came all the same: it is not finished yet. */
  reopen(): void
  /** The exit record was seen. */
  readonly exited: boolean
  /** Its process was alive when `conclude` last asked, and it has not exited. */
  readonly alive: boolean
  /** What was seen so far; `undefined` before the first record. */
  readonly tracker: RunTracker | undefined
  /** Who captures it; known once a segment's first line was read. */
  readonly process: RunProcess | undefined
  problems(): { file: string; problem: string }[]
  /** Closes the file; the next `pull` opens it again where this one stopped. */
  rest(): Promise<void>
}

/** A run that has exited may still get a word about drops; after this many milliseconds it will not. */
const AFTERWORD_MS = 10_000

export const createRunStream = ({
  run,
  segments,
  isAlive,
  relist,
  unreadable = 'skip',
  resume,
}: RunStreamSettings): RunStream => {
  const reader = createRunReader({
    segments,
    unreadable,
    ...(resume === undefined ? {} : { from: resume.place }),
  })
  let tracker = resume && trackRun(run, resume)
  let dead = false
  let alive = false
  let finished = resume?.finished ?? false
  let exitedAt: number | undefined

  const processOf = (): RunProcess | undefined => reader.header ?? resume?.process

  /** True once the process is known to be dead, or an exited run has had its time. */
  const isOver = async ({ pid, pidStart }: RunProcess): Promise<boolean> => {
    const lives = await isAlive(pid, pidStart)
    const exited = tracker?.exited ?? false
    alive = lives && !exited
    if (lives && exited) exitedAt ??= performance.now()
    return !lives || (exitedAt !== undefined && performance.now() - exitedAt > AFTERWORD_MS)
  }

  const conclude = async (): Promise<Conclusion | undefined> => {
    const who = processOf()
    if (finished || who === undefined || reader.refused || reader.blocked) return undefined
    if (!dead) {
      if (!(await isOver(who))) return undefined
      dead = true
      reader.update(await relist())
      const chunk = await reader.pull()
      if (chunk !== undefined) return { kind: 'written', chunk }
      if (reader.blocked) {
        dead = false
        return undefined
      }
    }
    finished = true
    if (tracker === undefined || tracker.exited) return undefined
    return { kind: 'ending', records: tracker.endings() }
  }

  return {
    run,
    reader,
    update: reader.update,
    pull: reader.pull,
    see(records, cut) {
      tracker ??= trackRun(run)
      if (cut) tracker.cut()
      for (const record of records) tracker.see(record)
    },
    conclude,
    get finished() {
      return finished
    },
    reopen() {
      finished = false
      dead = false
      exitedAt = undefined
    },
    get exited() {
      return tracker?.exited ?? false
    },
    get alive() {
      return alive
    },
    get tracker() {
      return tracker
    },
    get process() {
      return processOf()
    },
    problems() {
      const told = reader.problems()
      if (finished && reader.torn !== undefined) {
        const { file, bytes } = reader.torn
        told.push({ file, problem: `the last line is torn (${bytes} bytes)` })
      }
      return told
    },
    rest: reader.rest,
  }
}

/** What is there next of a run, taken at once; then, if `ask`, what its death leaves to tell. Empty: nothing now. */
export const nextOf = async (stream: RunStream, ask: boolean): Promise<LogRecord[]> => {
  const chunk = await stream.pull()
  const conclusion = chunk === undefined && ask ? await stream.conclude() : undefined
  if (conclusion?.kind === 'ending') return conclusion.records
  const found = chunk ?? conclusion?.chunk
  if (found === undefined) return []
  stream.see(found.records, found.cut)
  return found.records
}
