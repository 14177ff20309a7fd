/** Other calls that a call is told with: further attempts, and what ran meanwhile. */
import type { CallSummary, LogRecord } from '../api/client.ts'
import { asksForInput, type Story } from './story.ts'

/** Calls of one tool with the same arguments that lie closer together are attempts at the same thing. */
export const ATTEMPTS_MS = 5 * 60_000

export interface Attempt {
  id: string
  time: number
  status: NonNullable<CallSummary['call']['status']>
  durationMs?: number
  /** The attempt before it was answered by a question; so this is its next leg, and no repetition. */
  leg: boolean
}

/** JSON of the same value is the same text, whatever the order of its keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? ''

interface Told {
  started?: LogRecord
  outcome?: LogRecord
}

/** The attempts among the records of a tool's calls, oldest first, this call itself among them; fewer than two are none. */
export const attemptsOf = (story: Story, records: readonly LogRecord[]): Attempt[] => {
  const byCall = new Map<string, Told>()
  for (const record of [...records, story.started, ...(story.outcome ? [story.outcome] : [])]) {
    if (record.call === undefined || !('id' in record.call)) continue
    const told = byCall.get(record.call.id) ?? {}
    byCall.set(record.call.id, told)
    if (record.call.status === 'started') told.started = record
    else told.outcome = record
  }
  const wanted = canonical(story.started.attributes.arguments)
  const same = [...byCall].flatMap(([id, { started, outcome }]) =>
    started !== undefined && canonical(started.attributes.arguments) === wanted
      ? [{ id, started, outcome }]
      : [],
  )
  same.sort((a, b) => a.started.time - b.started.time || a.started.seq - b.started.seq)
  if (same.length < 2) return []
  return same.map(({ id, started, outcome }, index) => {
    const call = outcome?.call
    const named = call !== undefined && 'id' in call ? call : undefined
    return {
      id,
      time: started.time,
      status: named?.status ?? 'started',
      ...(named?.durationMs === undefined ? {} : { durationMs: named.durationMs }),
      leg: asksForInput(same[index - 1]?.outcome),
    }
  })
}

/** What ran on other servers while it ran, or has its trace; itself first among them by time. */
export const besideIt = (story: Story, self: CallSummary, calls: readonly CallSummary[]): CallSummary[] => {
  const byId = new Map<string, CallSummary>()
  for (const call of calls)
    if (call.server !== story.server || (call.traceId !== undefined && call.traceId === self.traceId))
      byId.set(call.call.id, call)
  if (byId.size === 0) return []
  byId.set(self.call.id, self)
  return [...byId.values()].sort((a, b) => a.time - b.time)
}

/** The story as the lists of calls have it. */
export const summaryOf = ({ call, server, run, started, outcome }: Story): CallSummary => ({
  call,
  server,
  run,
  ...(started.traceId === undefined ? {} : { traceId: started.traceId }),
  position: 0,
  time: started === outcome ? started.time - (call.durationMs ?? 0) : started.time,
  ...(outcome === undefined
    ? {}
    : { outcome: { position: 0, time: outcome.time, level: outcome.level, message: outcome.message } }),
})
