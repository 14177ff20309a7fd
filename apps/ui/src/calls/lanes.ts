/** The waterfall, as numbers: in which order calls stand, how far each is indented, and where its bar begins and ends. */
import type { CallSummary } from '../api/client.ts'
import { endOf } from './call-list.ts'

export interface Lane {
  call: CallSummary
  /** 0, or one more than that of the call it was made within. */
  depth: number
}

/**
 * By start; a call that began while another of the same trace ran stands below that one, indented. Without a trace nothing tells
 * which call made which.
 */
export const lanesOf = (calls: readonly CallSummary[]): Lane[] => {
  const byStart = [...calls].sort((a, b) => a.time - b.time || a.position - b.position)
  const within = new Map<CallSummary | undefined, CallSummary[]>()
  const running = new Map<string, CallSummary[]>()
  for (const call of byStart) {
    const outer = call.traceId === undefined ? undefined : innermost(running, call.traceId, call)
    const siblings = within.get(outer)
    if (siblings === undefined) within.set(outer, [call])
    else siblings.push(call)
  }
  const lanes: Lane[] = []
  const stand = (outer: CallSummary | undefined, depth: number): void => {
    for (const call of within.get(outer) ?? []) {
      lanes.push({ call, depth })
      stand(call, depth + 1)
    }
  }
  stand(undefined, 0)
  return lanes
}

/** The call of the trace that began last of those that still ran, on another server. */
const innermost = (
  running: Map<string, CallSummary[]>,
  traceId: string,
  call: CallSummary,
): CallSummary | undefined => {
  const still = (running.get(traceId) ?? []).filter((one) => endOf(one, Number.POSITIVE_INFINITY) > call.time)
  running.set(traceId, [...still, call])
  return still.findLast(({ server }) => server !== call.server)
}

export interface Scale {
  from: number
  to: number
}

/** What the bars are drawn in: the range asked for, else from the first start to the last end, up to a round tick. */
export const scaleOf = (
  calls: readonly CallSummary[],
  now: number,
  bounds: { from?: number | undefined; to?: number | undefined } = {},
): Scale => {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const call of calls) {
    first = Math.min(first, call.time)
    last = Math.max(last, endOf(call, now))
  }
  const from = bounds.from ?? (Number.isFinite(first) ? first : now)
  const end = bounds.to ?? Math.max(last, from + 1)
  // While calls run the end moves: by whole ticks, so that the bars stand still between them.
  const tick = tickOf(end - from)
  return { from, to: bounds.to === undefined ? from + Math.ceil((end - from) / tick) * tick : end }
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500]
const LONGER = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]
const TICKS = 6

/** A round number of milliseconds, about a sixth of the span. */
export const tickOf = (span: number): number => {
  const wanted = span / TICKS
  const found = [...STEPS, ...LONGER.map((seconds) => seconds * 1000)].find((step) => step >= wanted)
  return found ?? Math.ceil(wanted / 86_400_000) * 86_400_000
}

export const ticksOf = ({ from, to }: Scale): number[] => {
  const tick = tickOf(to - from)
  const ticks: number[] = []
  for (let at = 0; at < to - from; at += tick) ticks.push(from + at)
  return ticks
}

/** Where a time lies, from 0 to 1. */
export const shareOf = ({ from, to }: Scale, time: number): number =>
  Math.min(1, Math.max(0, (time - from) / (to - from)))
