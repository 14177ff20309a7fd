/**
 * Log files as one sequence, in the order a store would have given their records: by `observed`, and within a run as the file
 * has them; ties by run and number.
 *
 * A file is nearly in order: what several servers wrote into it stands as it was delivered. So a part of each open file is held
 * back and sorted before it is given on. Only files that overlap in time are open at once, and they share one bound of what
 * is held. A record that stands still further from its place comes where it can, and is counted.
 */
import { LogboomError } from '@logboom/sdk/errors'
import type { LogRecord } from '@logboom/sdk/record'
import { type FileProblem, readLogFile } from '@logboom/sdk/sink'

interface Placed {
  /** `observed`, but never before a record of its run that stands before it. */
  at: number
  record: LogRecord
}

export interface OrderSettings {
  onProblem: (problem: FileProblem) => void
  /** Pieces of 64 KiB of text held back to be sorted: of one file, and of all open ones together. */
  window?: { file: number; all: number }
}

const WINDOW = { file: 16, all: 128 }
/** A file is opened so long before its first record is due, in milliseconds: an earlier one may stand behind that. */
const EARLY_MS = 10_000

const compare = (a: Placed, b: Placed): number =>
  a.at - b.at ||
  (a.record.run < b.record.run ? -1 : a.record.run > b.record.run ? 1 : a.record.seq - b.record.seq)

/** A file's records, sorted within the window. `held` is asked how many pieces may be held now. */
async function* sorted(pieces: AsyncIterable<LogRecord[]>, held: () => number): AsyncGenerator<Placed[]> {
  const latest = new Map<string, number>()
  const waiting: Placed[] = []
  /** How many records came with each piece that is held. */
  let counts: number[] = []
  for await (const records of pieces) {
    for (const record of records) {
      const at = Math.max(record.observed, latest.get(record.run) ?? Number.NEGATIVE_INFINITY)
      latest.set(record.run, at)
      waiting.push({ at, record })
    }
    counts.push(records.length)
    const keep = held()
    if (counts.length < keep * 2) continue
    waiting.sort(compare)
    counts = counts.slice(-keep)
    const kept = counts.reduce((sum, count) => sum + count, 0)
    yield waiting.splice(0, waiting.length - kept)
  }
  waiting.sort(compare)
  if (waiting.length > 0) yield waiting
}

const isGone = (error: unknown): boolean =>
  error instanceof LogboomError &&
  error.code === 'LB_INPUT_FILE' &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === 'ENOENT'

/** Pieces of a file; one that was there and is not any more has none, and it is told. */
async function* present(
  file: string,
  onProblem: (problem: FileProblem) => void,
): AsyncGenerator<LogRecord[]> {
  try {
    yield* readLogFile(file, { onProblem })
  } catch (error) {
    if (!isGone(error)) throw error
    onProblem({ file, problem: 'it is not there any more' })
  }
}

interface Planned {
  file: string
  /** When it is opened. */
  from: number
}

/** When a file begins; absent where it has no record. */
const plan = async (
  file: string,
  onProblem: (problem: FileProblem) => void,
): Promise<Planned | undefined> => {
  // Problems are told by who reads it for its records; without one, that is here.
  const problems: FileProblem[] = []
  for await (const records of present(file, (problem) => problems.push(problem)))
    return {
      file,
      from:
        records.reduce((first, { observed }) => Math.min(first, observed), Number.POSITIVE_INFINITY) -
        EARLY_MS,
    }
  for (const problem of problems) onProblem(problem)
  return undefined
}

interface Open {
  file: string
  pieces: AsyncGenerator<Placed[]>
  batch: Placed[]
  index: number
  /** Records that came later than their place. */
  late: number
}

const headOf = ({ batch, index }: Open): Placed | undefined => batch[index]

/** Puts a file in its place by bisection, first one last. */
const insert = (open: Open[], added: Open): void => {
  const head = headOf(added)
  if (head === undefined) return
  let low = 0
  let high = open.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = open[middle] && headOf(open[middle])
    if (other !== undefined && compare(other, head) > 0) low = middle + 1
    else high = middle
  }
  open.splice(low, 0, added)
}

const lateText = (late: number): string =>
  `${late === 1 ? '1 record stands' : `${late} records stand`} too far from where time has it, and comes late`

/**
 * The records of all these files, oldest first, some at a time.
 * @throws LogboomError LB_INPUT_FILE for a file that cannot be read at all
 */
export async function* inOrder(
  files: readonly string[],
  settings: OrderSettings,
): AsyncGenerator<LogRecord[]> {
  const { onProblem, window = WINDOW } = settings
  const pending: Planned[] = []
  for (const file of files) {
    const planned = await plan(file, onProblem)
    if (planned !== undefined) pending.push(planned)
  }
  pending.sort((a, b) => b.from - a.from)
  const open: Open[] = []
  /** Also the one whose turn it is. */
  let opened = 0
  const held = (): number => Math.max(1, Math.min(window.file, Math.floor(window.all / opened)))

  const refill = async (one: Open): Promise<void> => {
    const { done, value } = await one.pieces.next()
    if (done === true) {
      opened--
      if (one.late > 0) onProblem({ file: one.file, problem: lateText(one.late) })
      return
    }
    one.batch = value
    one.index = 0
    insert(open, one)
  }

  let last: Placed | undefined
  try {
    for (;;) {
      for (let next = pending.at(-1); next !== undefined; next = pending.at(-1)) {
        const head = open.at(-1) && headOf(open.at(-1) as Open)
        if (head !== undefined && head.at < next.from) break
        pending.pop()
        opened++
        const pieces = sorted(present(next.file, onProblem), held)
        await refill({ file: next.file, pieces, batch: [], index: 0, late: 0 })
      }
      const first = open.pop()
      if (first === undefined) return
      const other = open.at(-1) && headOf(open.at(-1) as Open)
      const until = pending.at(-1)?.from ?? Number.POSITIVE_INFINITY
      const records: LogRecord[] = []
      for (let placed = headOf(first); placed !== undefined; placed = headOf(first)) {
        // The first is before all others: at least one record is passed.
        if (records.length > 0 && (placed.at >= until || (other !== undefined && compare(other, placed) < 0)))
          break
        if (last !== undefined && placed.at < last.at) first.late++
        else last = placed
        records.push(placed.record)
        first.index++
      }
      if (headOf(first) === undefined) await refill(first)
      else insert(open, first)
      yield records
    }
  } finally {
    for (const { pieces } of open) await pieces.return(undefined)
  }
}
