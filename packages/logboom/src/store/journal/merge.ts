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

const head = ({ source, batch, index }: Open): Head => ({
  observed: batch[index]?.observed ?? Number.POSITIVE_INFINITY,
  run: source.run,
})

/** The records of all sources, in order, in arrays of what comes next. */
export async function* merge(planned: readonly PlannedSource[]): AsyncGenerator<LogRecord[]> {
  const pending = planned
    .map((plan) => ({ plan, head: { observed: plan.from, run: plan.run } }))
    .sort((a, b) => (before(a.head, b.head) ? 1 : -1))
  const open: Open[] = []

  const admit = async (source: Source): Promise<void> => {
    const batch = await source.next()
    if (batch.length > 0) open.push({ source, batch, index: 0 })
  }

  for (;;) {
    let first = least(open)
    for (let next = pending.at(-1); next !== undefined; next = pending.at(-1)) {
      if (first !== undefined && before(head(first), next.head)) break
      pending.pop()
      await admit(next.plan.open())
      first = least(open)
    }
    if (first === undefined) return
    const rival = least(open.filter((other) => other !== first))
    const limits = [rival && head(rival), pending.at(-1)?.head].filter((limit) => limit !== undefined)
    const from = first.index
    const { run } = first.source
    let end = from
    for (let record = first.batch[end]; record !== undefined; record = first.batch[++end]) {
      const { observed } = record
      if (!limits.every((limit) => before({ observed, run }, limit))) break
    }
    // The first is before all others, so at least one record was passed.
    yield first.batch.slice(from, end)
    first.index = end
    if (end < first.batch.length) continue
    open.splice(open.indexOf(first), 1)
    await admit(first.source)
  }
}

const least = (open: readonly Open[]): Open | undefined => {
  let found: Open | undefined
  for (const candidate of open) {
    if (found === undefined || before(head(candidate), head(found))) found = candidate
  }
  return found
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
