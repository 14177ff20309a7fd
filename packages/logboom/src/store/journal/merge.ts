/**
 * Many runs as one sequence: ordered by `observed`, and within a run by `seq`, which is the order of its journal. Ties
 * go by run id, so that the sequence is the same every time.
 *
 * Only runs that overlap are open at once: a run is opened when the sequence has reached its first record.
 */
import { type JournalRun, openSegment } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'

/** A run as the merge sees it. */
export interface Source {
  readonly run: string
  /** The next records; empty at the end. */
  next(): Promise<LogRecord[]>
}

export interface PlannedSource {
  run: string
  /** `observed` of the first record; -Infinity where none is known. */
  from: number
  open(): Source
}

/** What comes next in the sequence, all of one run. */
export interface Slice {
  run: string
  records: LogRecord[]
}

interface Open {
  source: Source
  batch: LogRecord[]
  index: number
}

interface Head {
  observed: number
  run: string
}

const before = (a: Head, b: Head): boolean =>
  a.observed < b.observed || (a.observed === b.observed && a.run < b.run)

const earlier = (a: Head | undefined, b: Head | undefined): Head | undefined =>
  a === undefined || (b !== undefined && before(b, a)) ? b : a

const head = ({ source, batch, index }: Open): Head => ({
  observed: batch[index]?.observed ?? Number.POSITIVE_INFINITY,
  run: source.run,
})

/** The records of all sources, in order. A source is asked again only after its slices were taken. */
export async function* merge(planned: readonly PlannedSource[]): AsyncGenerator<Slice> {
  const pending = planned
    .map((plan) => ({ plan, head: { observed: plan.from, run: plan.run } }))
    .sort((a, b) => (before(a.head, b.head) ? 1 : -1))
  // Ordered by their heads, first first.
  const open: Open[] = []

  const admit = async (source: Source): Promise<void> => {
    const batch = await source.next()
    if (batch.length > 0) insert(open, { source, batch, index: 0 })
  }

  for (;;) {
    for (let next = pending.at(-1); next !== undefined; next = pending.at(-1)) {
      if (open[0] !== undefined && before(head(open[0]), next.head)) break
      pending.pop()
      await admit(next.plan.open())
    }
    const first = open.shift()
    if (first === undefined) return
    const limit = earlier(open[0] && head(open[0]), pending.at(-1)?.head)
    const from = first.index
    const { run } = first.source
    let end = from
    for (let record = first.batch[end]; record !== undefined; record = first.batch[++end])
      if (limit !== undefined && !before({ observed: record.observed, run }, limit)) break
    // The first is before all others, so at least one record was passed.
    yield { run, records: first.batch.slice(from, end) }
    first.index = end
    if (end < first.batch.length) insert(open, first)
    else await admit(first.source)
  }
}

/** Puts a run in its place by bisection, so that thousands of runs of one moment stay cheap. */
const insert = (open: Open[], added: Open): void => {
  const at = head(added)
  let low = 0
  let high = open.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = open[middle]
    if (other !== undefined && before(head(other), at)) low = middle + 1
    else high = middle
  }
  open.splice(low, 0, added)
}

const PEEK_BYTES = 4096

/** `observed` of a run's first record; -Infinity when none can be read, so that it is looked at first. */
export const firstObserved = async ({ segments }: JournalRun): Promise<number> => {
  for (const segment of segments) {
    try {
      const reader = await openSegment(segment, { bufferBytes: PEEK_BYTES })
      if (reader === undefined) continue
      try {
        for (let end = false; !end; ) {
          const chunk = await reader.read()
          if (chunk.records[0] !== undefined) return chunk.records[0].observed
          end = chunk.end
        }
      } finally {
        await reader.close()
      }
    } catch {
      // Whoever reads the run says what is wrong with it.
    }
  }
  return Number.NEGATIVE_INFINITY
}
