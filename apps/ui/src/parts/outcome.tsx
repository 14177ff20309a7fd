/** How a call ended, or that it runs: shape, word and colour, so that none of them is needed alone. */
import type { CallSummary } from '../api/client.ts'
import { useText } from '../text/index.tsx'

export type Status = NonNullable<CallSummary['call']['status']>

/** One character each, in every font; the colours are tokens. */
export const OUTCOME_LOOK: Readonly<Record<Status, { shape: string; color: string }>> = {
  started: { shape: '▶', color: '--accent' },
  ok: { shape: '●', color: '--notice' },
  tool_error: { shape: '■', color: '--error' },
  rpc_error: { shape: '◆', color: '--error' },
  timeout: { shape: '▲', color: '--error' },
  cancelled: { shape: '◇', color: '--dim' },
  lost: { shape: '✖', color: '--critical' },
}

export const Outcome = ({ status, word = true }: { status: Status; word?: boolean }) => {
  const t = useText().parts
  // A record of another version may hold a word that is none of these.
  const { shape, color } = OUTCOME_LOOK[status] ?? { shape: '?', color: '--dim' }
  return (
    <span className="whitespace-nowrap" style={{ color: `var(${color})` }} title={`status:${status}`}>
      <span aria-hidden="true" className="inline-block w-4 text-center font-bold">
        {shape}
      </span>
      <span className={word ? 'ml-1' : 'sr-only'}>{t.outcomes[status] ?? status}</span>
    </span>
  )
}
