/**
 * The calls that were loaded: newest first, without a hole. Pages of older calls are added at the end, what is new at the head;
 * a call that is known is replaced by its newest telling.
 */
import type { CallSummary } from '../api/client.ts'

export interface CallList {
  calls: readonly CallSummary[]
  /** There are older ones. */
  more: boolean
}

export interface CallPage {
  items: readonly CallSummary[]
  more: boolean
}

/** More would only make the page slow; older ones can be asked for by the time range. */
export const MAX_CALLS = 20_000

const merged = (lists: readonly (readonly CallSummary[])[]): CallSummary[] => {
  const byPosition = new Map<number, CallSummary>()
  for (const list of lists) for (const call of list) byPosition.set(call.position, call)
  return [...byPosition.values()].sort((a, b) => b.position - a.position)
}

/** A page of older calls, of what is before the last of the list. */
export const withOlder = (list: CallList, page: CallPage): CallList => ({
  calls: merged([list.calls, page.items]),
  more: page.more,
})

/** True when nothing can lie between a page of the newest and the list. */
export const reaches = (list: CallList, page: CallPage): boolean => {
  const [newest, oldest] = [list.calls[0], page.items.at(-1)]
  return !page.more || oldest === undefined || (newest !== undefined && oldest.position <= newest.position)
}

/**
 * The newest page. Where it does not reach the list, the list begins anew: a hole would look as if nothing had happened. What the page
 * covers and does not hold is gone.
 */
export const withNewest = (list: CallList | undefined, page: CallPage): CallList => {
  if (list === undefined || !reaches(list, page)) return { calls: merged([page.items]), more: page.more }
  const end = page.more ? (page.items.at(-1)?.position ?? 0) : 0
  const older = list.calls.filter(({ position }) => position < end)
  const calls = merged([older, page.items])
  return calls.length > MAX_CALLS
    ? { calls: calls.slice(0, MAX_CALLS), more: true }
    : { calls, more: older.length > 0 ? list.more : page.more }
}

/** Calls told again, such as those that were open. */
export const withRetold = (list: CallList, calls: readonly CallSummary[]): CallList => {
  const known = new Set(list.calls.map(({ position }) => position))
  return { ...list, calls: merged([list.calls, calls.filter(({ position }) => known.has(position))]) }
}

export const isOpen = ({ outcome }: CallSummary): boolean => outcome === undefined

/** When it ended; now, while it runs. */
export const endOf = ({ time, call, outcome }: CallSummary, now: number): number =>
  outcome === undefined ? Math.max(now, time) : time + (call.durationMs ?? outcome.time - time)
