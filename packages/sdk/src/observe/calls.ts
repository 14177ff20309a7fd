/**
 * The calls of one run: which are open, which ended a moment ago, and by which names they are known.
 *
 * Ended calls are remembered for as long as a record may still name one (the last `REMEMBERED`), because background work
 * logs after its call.
 */
import type { Attributes, NamedCall, Side } from '../record/index.ts'
import type { Trace } from './meta.ts'
import type { RequestId } from './rpc.ts'

export interface Call {
  /** As its records carry it, always `exact`: a call's own records are about it by definition. */
  ref: NamedCall
  /** The same for records that are only inferred to belong to it; made with the first of them. */
  inferred?: NamedCall
  /** Unix epoch milliseconds. */
  startedAt: number
  endedAt?: number
  trace?: Trace
  progressToken?: RequestId
  /** May logs be inferred to belong to it? */
  candidate: boolean
  /** Asked for log notifications; of a modern call only if its `_meta` has a level, of a legacy one always. */
  asksForLogs: boolean
  /** What of the request's params its answer is read with, where either introduces the peers. */
  introduction?: Attributes
}

export interface CallTable {
  /** Returns calls that had to be forgotten to stay within the bound: nobody will pair them any more. */
  open(call: Call): Call[]
  /** The open call a response or a cancellation of this side's request ends; it is closed. */
  end(from: Side, id: RequestId, at: number): Call | undefined
  /** A call that ended and is still remembered. */
  ended(from: Side, id: RequestId): Call | undefined
  byRequest(from: Side, id: RequestId): Call | undefined
  byProgressToken(from: Side, token: RequestId): Call | undefined
  byTrace(traceId: string): readonly Call[]
  /** Candidates that were open at any moment from `since` to `until`, oldest first. */
  candidates(since: number, until: number): Call[]
  /** All open calls, oldest first. */
  all(): Call[]
}

/** Methods whose handlers log: what a log may be inferred to belong to. */
const CANDIDATE_METHODS: ReadonlySet<string> = new Set([
  'tools/call',
  'prompts/get',
  'resources/read',
  'completion/complete',
])

export const isCandidate = (from: Side, method: string): boolean =>
  from === 'client' && CANDIDATE_METHODS.has(method)

const REMEMBERED = 1_000

/** Request ids 1 and "1" are two ids; client and server number their requests apart. */
const requestKey = (from: Side, id: RequestId): string => `${from} ${typeof id} ${id}`

export const createCallTable = (settings: { maxOpen: number; window: number }): CallTable => {
  // A key may be used again while its call is open (a broken client): the answers then go to the oldest first.
  const openByKey = new Map<string, Call[]>()
  const openCalls = new Set<Call>()
  const openCandidates = new Set<Call>()
  const byToken = new Map<string, Call>()
  const byTraceId = new Map<string, Call[]>()
  const memory = new Map<string, Call>()
  let justEnded: Call[] = []

  const forget = (call: Call): void => {
    if (call.progressToken !== undefined) {
      const key = requestKey(call.ref.from, call.progressToken)
      if (byToken.get(key) === call) byToken.delete(key)
    }
    if (call.trace !== undefined) removeFrom(byTraceId, call.trace.traceId, call)
  }

  const remember = (key: string, call: Call): void => {
    const older = memory.get(key)
    if (older !== undefined) {
      memory.delete(key)
      forget(older)
    }
    memory.set(key, call)
    if (memory.size <= REMEMBERED) return
    const [oldestKey, oldest] = memory.entries().next().value ?? []
    if (oldestKey === undefined || oldest === undefined) return
    memory.delete(oldestKey)
    forget(oldest)
  }

  const close = (call: Call, at: number): void => {
    call.endedAt = at
    openCalls.delete(call)
    removeFrom(openByKey, requestKey(call.ref.from, call.ref.requestId), call)
    if (openCandidates.delete(call)) justEnded.push(call)
    remember(requestKey(call.ref.from, call.ref.requestId), call)
  }

  return {
    open(call) {
      const key = requestKey(call.ref.from, call.ref.requestId)
      addTo(openByKey, key, call)
      openCalls.add(call)
      if (call.candidate) openCandidates.add(call)
      if (call.progressToken !== undefined) byToken.set(requestKey(call.ref.from, call.progressToken), call)
      if (call.trace !== undefined) addTo(byTraceId, call.trace.traceId, call)
      const forgotten: Call[] = []
      for (const oldest of openCalls) {
        if (openCalls.size <= settings.maxOpen) break
        close(oldest, call.startedAt)
        forgotten.push(oldest)
      }
      return forgotten
    },
    end(from, id, at) {
      const call = openByKey.get(requestKey(from, id))?.[0]
      if (call !== undefined) close(call, at)
      return call
    },
    ended: (from, id) => memory.get(requestKey(from, id)),
    byRequest(from, id) {
      const key = requestKey(from, id)
      return openByKey.get(key)?.at(-1) ?? memory.get(key)
    },
    byProgressToken: (from, token) => byToken.get(requestKey(from, token)),
    byTrace: (traceId) => byTraceId.get(traceId) ?? [],
    candidates(since, until) {
      // Questions come in the order of time: what ended before this window is in no later one. Windows may begin a
      // little earlier than the one before (a line that took long to arrive), hence the slack.
      if (justEnded.length > 0) {
        const horizon = since - settings.window
        justEnded = justEnded.filter((call) => (call.endedAt ?? 0) >= horizon)
      }
      const found: Call[] = []
      for (const call of justEnded)
        if ((call.endedAt ?? 0) >= since && call.startedAt <= until) found.push(call)
      for (const call of openCandidates) if (call.startedAt <= until) found.push(call)
      return found.length > 1 ? found.sort((a, b) => a.startedAt - b.startedAt) : found
    },
    all: () => [...openCalls],
  }
}

const addTo = (map: Map<string, Call[]>, key: string, call: Call): void => {
  const list = map.get(key)
  if (list === undefined) map.set(key, [call])
  else list.push(call)
}

const removeFrom = (map: Map<string, Call[]>, key: string, call: Call): void => {
  const list = map.get(key)
  if (list === undefined) return
  const rest = list.filter((other) => other !== call)
  if (rest.length === 0) map.delete(key)
  else map.set(key, rest)
}
