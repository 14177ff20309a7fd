/**
 * Which call a record belongs to, and how surely.
 *
 * `exact`: the record names its request, by request id (our own envelopes), progress token or trace. `inferred`: exactly one
 * candidate was open at any moment from `window` before the line's first byte was read to its last. Two or more:
 * `ambiguous`, with the candidates. None: nothing. Pipes are separate, so order across them proves nothing; the window is
 * what their skew is allowed.
 */
import type { CallRef, Side } from '../record/index.ts'
import type { Call, CallTable } from './calls.ts'
import type { RequestId } from './rpc.ts'

/** What a record says about the request it belongs to. */
export interface Evidence {
  requestId?: RequestId
  progressToken?: RequestId
  traceId?: string
  spanId?: string
  /** Who sent the request that is named; the client unless told otherwise. */
  from?: Side
}

export interface Attributed {
  call?: CallRef
  /** The call itself, when the record named it. */
  exact?: Call
}

/** More candidates than this are not listed: the first ones, oldest first, stand for them. */
const MAX_CANDIDATES = 32

const exactly = (call: Call): Attributed => ({ call: call.ref, exact: call })

const among = (candidates: readonly Call[]): Attributed => {
  const [first] = candidates
  if (first === undefined) return {}
  if (candidates.length === 1) {
    // One for all its records: a call in a flood has many.
    first.inferred ??= { ...first.ref, attribution: 'inferred' }
    return { call: first.inferred }
  }
  return {
    call: {
      attribution: 'ambiguous',
      candidates: candidates.slice(0, MAX_CANDIDATES).map((call) => call.ref.id),
    },
  }
}

/** The call a record belongs to by what it says alone; `undefined` when it says nothing that is known. */
const byEvidence = (calls: CallTable, evidence: Evidence): Attributed | readonly Call[] | undefined => {
  const from = evidence.from ?? 'client'
  if (evidence.requestId !== undefined) {
    const call = calls.byRequest(from, evidence.requestId)
    return call === undefined ? {} : exactly(call)
  }
  if (evidence.progressToken !== undefined) {
    const call = calls.byProgressToken(from, evidence.progressToken)
    return call === undefined ? {} : exactly(call)
  }
  if (evidence.traceId === undefined) return undefined
  const traced = calls.byTrace(evidence.traceId)
  const [only] = traced
  if (only !== undefined && traced.length === 1) return exactly(only)
  const spanned = traced.filter((call) => call.trace?.spanId === evidence.spanId)
  const [named] = spanned
  if (named !== undefined && spanned.length === 1) return exactly(named)
  return traced.length === 0 ? undefined : traced
}

/**
 * Attributes one record.
 * @param when the reading of its line: first and last byte, Unix epoch milliseconds
 * @param modernOnlyIfAsked for `message` records: a modern call that asked for no logs cannot be their cause
 */
export const attribute = (
  calls: CallTable,
  evidence: Evidence,
  when: { from: number; to: number },
  options: { window: number; modernOnlyIfAsked: boolean },
): Attributed => {
  const named = byEvidence(calls, evidence)
  if (named !== undefined && !isList(named)) return named
  const all = calls.candidates(when.from - options.window, when.to)
  const counts = (call: Call): boolean => call.asksForLogs || !options.modernOnlyIfAsked
  const open = all.every(counts) ? all : all.filter(counts)
  if (named === undefined) return among(open)
  // Several calls share the trace the record names: it belongs to one of those, if any of them was open.
  const traced = open.filter((call) => named.includes(call))
  return among(traced.length > 0 ? traced : open)
}

const isList = (value: Attributed | readonly Call[]): value is readonly Call[] => Array.isArray(value)
