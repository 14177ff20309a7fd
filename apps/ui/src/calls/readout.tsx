/** What the lane under the pointer or the cursor is, in words; and the ways to zoom that need no drag. */
import type { CallSummary } from '../api/client.ts'
import { go } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { formatDuration, formatFullTime } from '../parts/format.ts'
import { LogText } from '../parts/log-text.tsx'
import { Outcome } from '../parts/outcome.tsx'
import { RunningTime } from '../parts/running-time.tsx'
import { ServerName } from '../parts/server-name.tsx'
import { useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { zoomTo } from './axis.tsx'
import { endOf } from './call-list.ts'
import { statusOf } from './lane.tsx'
import { nameOf } from './name.ts'

/** Around a call there is a tenth of it to see what came before and after. */
const AROUND = 0.1

export const Readout = ({ call, zoomed }: { call: CallSummary | undefined; zoomed: boolean }) => {
  const t = useText().calls
  const { time } = useSettings()
  return (
    <div className="flex h-8 shrink-0 items-center gap-3 overflow-hidden whitespace-nowrap border-line border-b px-3">
      {call !== undefined && (
        <span className="flex min-w-0 items-center gap-3 truncate">
          <Outcome status={statusOf(call)} />
          <span>
            <ServerName name={call.server} />{' '}
            <span className="mono">
              <LogText text={nameOf(call)} />
            </span>
          </span>
          <span className="mono text-dim">{formatFullTime(call.time, time === 'utc' ? 'utc' : 'local')}</span>
          <span className="mono tabular-nums">
            {call.outcome === undefined ? (
              <RunningTime since={call.time} />
            ) : (
              formatDuration(endOf(call, 0) - call.time)
            )}
          </span>
        </span>
      )}
      <span className="ml-auto flex gap-1">
        {call !== undefined && (
          <Button
            plain
            onClick={() => {
              const end = endOf(call, Date.now())
              const around = Math.max(1, (end - call.time) * AROUND)
              zoomTo({ from: call.time - around, to: end + around })
            }}
          >
            {t.zoomTo}
          </Button>
        )}
        {zoomed && (
          <Button plain onClick={() => go({ since: undefined, until: undefined })}>
            {t.zoomOut}
          </Button>
        )}
      </span>
    </div>
  )
}
