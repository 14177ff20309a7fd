/** How surely a record belongs to its call: solid where it is known, dashed where it is not, and why. */
import type { LogRecord } from '../api/client.ts'
import { useText } from '../text/index.tsx'

export const Attribution = ({ call }: { call: LogRecord['call'] }) => {
  const t = useText().call
  if (call === undefined) return null
  const [word, why, line] =
    call.attribution === 'ambiguous'
      ? [t.ambiguous(call.candidates.length), t.maybeWhy, 'border-dashed border-warning']
      : call.attribution === 'exact'
        ? [t.exact, t.exactWhy, 'border-line']
        : [t.inferred, t.inferredWhy, 'border-dashed border-dim']
  return (
    <span title={why} className={`rounded border px-1 text-[11px] text-dim leading-4 ${line}`}>
      {word}
    </span>
  )
}
