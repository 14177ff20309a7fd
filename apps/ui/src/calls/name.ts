/** How a call is called in a line, and what went wrong in it. */
import type { CallSummary } from '../api/client.ts'

export const nameOf = ({ call }: Pick<CallSummary, 'call'>): string => call.tool ?? call.method

/** Why it failed, in a few words: what the outcome says after the call's own name. */
export const reasonOf = ({ call, outcome }: CallSummary): string => {
  if (outcome === undefined || call.status === 'ok') return ''
  const at = outcome.message.indexOf(': ')
  return at === -1 ? '' : outcome.message.slice(at + 2)
}
