/** How long something has been running, counting. */
import { useNow } from './clock.ts'
import { formatDuration } from './format.ts'

export const RunningTime = ({ since }: { since: number }) => (
  // The tenths of a second that pass are nobody's news: a screen reader reads them when asked.
  <span role="timer" aria-live="off" className="tabular-nums">
    {formatRunning(useNow('tenths') - since)}
  </span>
)

/** Tenths below a minute: what counts should not jump in width or unit. */
const formatRunning = (ms: number): string =>
  ms < 60_000 ? `${(Math.max(0, ms) / 1000).toFixed(1)} s` : formatDuration(ms)
