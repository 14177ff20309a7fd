/** What a store that another process writes has of the journals, as it is at one moment: positions and marks of one commit. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { TrackerState } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import type { Archive, RecordQuery } from '../store/contract.ts'
import type { RunResume } from '../store/journal/run-stream.ts'
import type { Before } from '../store/journal/snapshot.ts'
import { openDatabase } from '../store/sqlite/database.ts'
import { isSealedEntry, readManifest } from '../store/sqlite/manifest.ts'
import type { RunMark } from '../store/sqlite/types.ts'

/** Records per page of what is read through. */
const PAGE = 1000
/** How often to look again when the newest file has just been replaced. */
const TRIES = 5

export interface Moment {
  /** The newest position. */
  last: number
  marks: RunMark[]
  open: LogRecord[]
  counters: Record<string, number>
}

const EMPTY: Moment = { last: 0, marks: [], open: [], counters: {} }

/** The newest commit of the store in a directory. */
export const readMoment = (dir: string): Moment => {
  for (let tries = 1; ; tries++) {
    const newest = readManifest(dir)?.files.at(-1)
    if (newest === undefined || isSealedEntry(newest)) return EMPTY
    try {
      return readFile(join(dir, newest.name), newest.first)
    } catch (error) {
      // It was replaced between the two.
      if (tries === TRIES) throw error
    }
  }
}

const readFile = (path: string, first: number): Moment => {
  const db = openDatabase(path, { readOnly: true })
  try {
    db.exec('BEGIN')
    const [newest] = db.arrays('SELECT max(position) FROM records').get() ?? []
    const parsed = <T>(sql: string): T[] =>
      db
        .arrays(sql)
        .all()
        .map(([json]) => JSON.parse(String(json)) as T)
    return {
      last: typeof newest === 'number' ? newest : first - 1,
      marks: parsed<RunMark>('SELECT mark FROM runs'),
      open: parsed<LogRecord>('SELECT started FROM open_calls'),
      counters: Object.fromEntries(
        db
          .arrays('SELECT name, value FROM counters')
          .all()
          .map(([name, value]) => [String(name), Number(value)]),
      ),
    }
  } finally {
    db.close()
  }
}

const resumeOf = (mark: RunMark, open: readonly LogRecord[]): RunResume => ({
  place: { segment: mark.segment, offset: mark.offset },
  process: mark,
  state: mark.tracker as unknown as TrackerState,
  open,
  finished: mark.ended,
})

/** Matching records of an archive up to a position, oldest first, the last `limit`. */
async function* upTo(
  archive: Pick<Archive, 'page'>,
  { limit, ...selection }: RecordQuery,
  last: number,
): AsyncGenerator<LogRecord> {
  const before = last + 1
  if (limit !== undefined) {
    const { items } = await archive.page({ ...selection, order: 'newest', limit, before })
    for (const { record } of items.reverse()) yield record
    return
  }
  for (let after = 0; ; ) {
    const { items, more } = await archive.page({ ...selection, order: 'oldest', limit: PAGE, after, before })
    for (const { record } of items) yield record
    after = items.at(-1)?.position ?? last
    if (!more) return
  }
}

export const beforeOf = (archive: Pick<Archive, 'page'>, dir: string): Before => {
  const { last, marks, open, counters } = readMoment(dir)
  return {
    resume: new Map(
      marks.map((mark) => [
        mark.run,
        resumeOf(
          mark,
          open.filter(({ run }) => run === mark.run),
        ),
      ]),
    ),
    dropped: counters,
    problems: marks.flatMap(({ problems = [] }) => problems),
    bytes: sizeOf(dir),
    records: (query) => upTo(archive, query, last),
  }
}

const sizeOf = (dir: string): number =>
  (readManifest(dir)?.files ?? []).reduce(
    (sum, { name }) => sum + (statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
