/** Calls that run longer than they should: not a fact, a suspicion, so it says why. */
import type { CallSummary, Tool } from '../api/client.ts'
import { isOpen } from './call-list.ts'

/** Hosts give up between 30 s and a few minutes. */
const LONG_MS = 30_000
/** Fewer calls tell nothing about a tool's slowest hundredth. */
const ENOUGH = 20
/** Not worth a look, however much faster the others were. */
const SHORT_MS = 1000

export type Suspicion = { why: 'long'; limit: number } | { why: 'p99'; limit: number; calls: number }

export type Norms = ReadonlyMap<string, Tool>

const keyOf = (server: string, method: string, tool: string | undefined): string =>
  JSON.stringify([server, method, tool ?? null])

export const normsOf = (tools: readonly Tool[]): Norms =>
  new Map(tools.map((tool) => [keyOf(tool.server, tool.method, tool.tool), tool]))

type OfCall = Pick<CallSummary, 'server' | 'call'>

export const normOf = (norms: Norms, { server, call }: OfCall): Tool | undefined =>
  norms.get(keyOf(server, call.method, call.tool))

/** Why an open call may hang; undefined when it ended, or nothing speaks for it. */
export const suspicionOf = (call: CallSummary, norms: Norms, now: number): Suspicion | undefined => {
  // It is open for as long as the client listens.
  if (!isOpen(call) || call.call.method === 'subscriptions/listen') return undefined
  const ran = now - call.time
  const norm = normOf(norms, call)
  if (norm?.p99 !== undefined && norm.calls >= ENOUGH && ran > Math.max(norm.p99, SHORT_MS))
    return { why: 'p99', limit: norm.p99, calls: norm.calls }
  return ran > LONG_MS ? { why: 'long', limit: LONG_MS } : undefined
}
