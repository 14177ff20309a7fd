/** Says that a running call may hang, and why that is thought. */
import type { CallSummary } from '../api/client.ts'
import { useNow } from '../parts/clock.ts'
import { formatDuration } from '../parts/format.ts'
import { useText } from '../text/index.tsx'
import { isOpen } from './call-list.ts'
import { type Norms, suspicionOf } from './hung.ts'

export const HungBadge = ({ call, norms }: { call: CallSummary; norms: Norms }) => {
  const t = useText().calls
  const suspicion = suspicionOf(call, norms, useNow(isOpen(call) ? 'seconds' : 'still'))
  if (suspicion === undefined) return null
  const why =
    suspicion.why === 'long'
      ? t.hungLong(formatDuration(suspicion.limit))
      : t.hungP99(formatDuration(suspicion.limit), suspicion.calls)
  return (
    <span
      title={why}
      className="ml-2 rounded border border-warning border-dashed px-1 text-[11px] text-warning leading-4"
    >
      {t.hung}
      <span className="sr-only">: {why}</span>
    </span>
  )
}
