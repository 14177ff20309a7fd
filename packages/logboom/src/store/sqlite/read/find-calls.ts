/**
 * Which calls match, by the position of their start (or of their outcome, where the start was dropped): a call matches when
 * its start, its outcome or a record attributed to it does.
 *
 * The records that match are read in order. What is no start leads to its call's start, which comes earlier. Newest first,
 * all calls that began after the place that was reached are known then, so a page can end there. Oldest first, a call may
 * still match by a record that comes much later, so all is read.
 */
import type { Expr } from '@logboom/sdk/query'
import type { LogRecord, NamedCall } from '@logboom/sdk/record'
import type { Patience, Selection, Stored } from '../../contract.ts'
import { patienceOf } from './pace.ts'
import type { Reader } from './reader.ts'
import { recordOf, type ScanOptions } from './scan.ts'
import { callStatusOf, isNamed, type Series } from './series.ts'

/** A call that matches. */
export interface FoundCall {
  id: string
  /** Of its start, or of its outcome where that was dropped. */
  position: number
  /** The record at that position. */
  first: LogRecord
  /** Where it was seen on the way. */
  outcome?: Stored
}

export interface CallRange {
  order: 'oldest' | 'newest'
  after?: number
  before?: number
  /** Calls that are wanted; no more need be found. */
  limit: number
}

/** The call a record belongs to; none when several could be meant. */
export const callOf = ({ call }: LogRecord): NamedCall | undefined =>
  call !== undefined && 'id' in call ? call : undefined

export const isOfCalls = ({ sample }: Series): boolean => callStatusOf(sample) !== undefined
const isStart = (record: LogRecord): boolean => callStatusOf(record) === 'started'

/** The query for everything of one call. Case folds in it; ids do not. */
export const callFilter = (id: string): Expr => ({
  kind: 'field',
  field: { kind: 'known', name: 'call' },
  test: { kind: 'equals', text: id },
  span: { start: 0, end: 1 },
})

/** Finds calls, in the order that was asked for. */
export const findCalls = async (
  reader: Reader,
  selection: Selection,
  range: CallRange,
): Promise<FoundCall[]> => {
  const { order, after = 0, before = Number.MAX_SAFE_INTEGER, limit } = range
  if (limit <= 0) return []
  const { filter, bounds } = reader.question(selection)
  const all = filter === undefined && !Number.isFinite(bounds.since) && !Number.isFinite(bounds.until)
  const newest = order === 'newest'
  const found = new Map<string, FoundCall>()
  /** Calls that match, with a record of theirs, of which the start was not seen yet. */
  const pending = new Map<string, Stored>()
  const outcomes = new Map<string, Stored>()

  const see = (stored: Stored): void => {
    const { position, record } = stored
    const id = callOf(record)?.id
    if (id === undefined) return
    const isCall = callStatusOf(record) !== undefined
    if (isStart(record)) {
      if (newest || !found.has(id)) found.set(id, { id, position, first: record })
      pending.delete(id)
      return
    }
    if (isCall) outcomes.set(id, stored)
    if (!found.has(id) && (isCall || !pending.has(id))) pending.set(id, stored)
  }

  const resolve = async (): Promise<void> => {
    for (const [id, stored] of pending) {
      const call = await beginningOf(reader, selection, id, stored)
      if (call !== undefined) found.set(id, call)
    }
    pending.clear()
  }

  /** How many calls are known for sure when all below, or above, a position is still to come. */
  const within = ({ position }: FoundCall): boolean => position > after && position < before
  const settled = (reached: number): number =>
    [...found.values()].filter(
      (call) => within(call) && (newest ? call.position >= reached : call.position <= reached),
    ).length

  const scanning: ScanOptions = {
    order,
    wants: 'record',
    after,
    before: newest && all ? before : reader.last() + 1,
    only: all ? isOfCalls : ({ sample }) => isNamed(sample),
    take: Math.min(2000, limit * 2 + 2),
  }
  for await (const hits of reader.scan(selection, scanning)) {
    for (const hit of hits) see({ position: hit.position, record: recordOf(hit) })
    if (!newest && !all) continue
    if (found.size + pending.size < limit) continue
    const reached = hits.at(-1)?.position ?? 0
    if (settled(reached) < limit && pending.size < PENDING) continue
    await resolve()
    if (settled(reached) >= limit) break
  }
  await resolve()
  const sorted = [...found.values()]
    .filter(within)
    .sort((a, b) => (newest ? b.position - a.position : a.position - b.position))
  return sorted.slice(0, limit).map((call) => {
    const outcome = outcomes.get(call.id)
    return outcome === undefined ? call : { ...call, outcome }
  })
}

/** Calls whose starts are looked for together. */
const PENDING = 64

/** Looks for the start of a call of which a record is known; where it was dropped, the outcome stands for it. */
const beginningOf = async (
  reader: Reader,
  patience: Patience,
  id: string,
  known: Stored,
): Promise<FoundCall | undefined> => {
  const selection = {
    ...patienceOf(patience),
    filter: callFilter(id),
  }
  const options: ScanOptions = {
    order: 'newest',
    before: known.position,
    wants: 'record',
    take: 4,
    only: isOfCalls,
  }
  let outcome: Stored | undefined = callStatusOf(known.record) === undefined ? undefined : known
  for await (const hits of reader.scan(selection, options)) {
    for (const hit of hits) {
      const record = recordOf(hit)
      if (callOf(record)?.id !== id) continue
      if (isStart(record)) return { id, position: hit.position, first: record }
      outcome = { position: hit.position, record }
    }
  }
  outcome ??= await outcomeOf(reader, selection, id, known.position)
  return outcome && { id, position: outcome.position, first: outcome.record }
}

/** The outcome of a call after a position. */
export const outcomeOf = async (
  reader: Reader,
  patience: Patience,
  id: string,
  after: number,
): Promise<Stored | undefined> => {
  const filter = callFilter(id)
  const options: ScanOptions = {
    order: 'oldest',
    after,
    before: reader.last() + 1,
    wants: 'record',
    take: 4,
    only: (series) => isOfCalls(series) && !isStart(series.sample),
  }
  for await (const hits of reader.scan({ ...patienceOf(patience), filter }, options)) {
    for (const hit of hits) {
      const record = recordOf(hit)
      if (callOf(record)?.id === id) return { position: hit.position, record }
    }
  }
  return undefined
}
