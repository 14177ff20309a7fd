/** Beside the rows: that they stand still, why, what came meanwhile, and how to go on. */
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { type FeedState, feed } from './feed.ts'

const BAR = 'flex h-8 shrink-0 items-center gap-2 bg-row px-3'

/** Below the rows, where it moves none of them: it appears under the pointer that holds them. */
export const HoldBar = ({ state: { hold, fresh, freshErrors } }: { state: FeedState }) => {
  const t = useText().stream
  const tag = TAG[useLanguage()]
  if (hold === undefined) return null
  return (
    <div className={`${BAR} border-warning border-t`}>
      <b className="font-semibold text-warning">{hold === 'paused' ? t.barPaused : t.barReading}</b>
      {fresh > 0 && <span>· {t.barNew(formatCount(fresh, tag))}</span>}
      {freshErrors > 0 && <span className="text-error">· {t.barErrors(formatCount(freshErrors, tag))}</span>}
      <Button plain className="ml-auto border border-line bg-bg" onClick={feed.goOn}>
        {t.goOn}
        <kbd className="text-[11px] text-dim">{t.goOnKey}</kbd>
      </Button>
    </div>
  )
}

export const ContextBar = ({ gone, onLeave }: { gone: boolean; onLeave: () => void }) => {
  const t = useText().stream
  return (
    <div className={`${BAR} border-line border-b`}>
      <span>{gone ? t.gone : t.context}</span>
      <Button plain className="ml-auto border border-line bg-bg" onClick={onLeave}>
        {t.leaveContext}
        <kbd className="text-[11px] text-dim">c</kbd>
      </Button>
    </div>
  )
}
