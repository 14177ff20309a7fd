/** Beside the rows: that they stand still, why, what came meanwhile, and how to go on. */
import { Button } from '../parts/button.tsx'
import { formatCount } from '../parts/format.ts'
import { TAG, useLanguage, useText } from '../text/index.tsx'
import { type FeedState, feed } from './feed.ts'

const BAR = 'flex h-7 shrink-0 items-center gap-2 bg-panel px-3'

/** Below the rows, always of one height: what appears in it moves nothing. */
export const StreamBar = ({ state: { hold, fresh, freshErrors, window: loaded } }: { state: FeedState }) => {
  const t = useText().stream
  const tag = TAG[useLanguage()]
  return (
    <div className={`${BAR} border-t ${hold === undefined ? 'border-line' : 'border-warning'}`}>
      {hold !== undefined && (
        <>
          <b className="font-semibold text-warning">{hold === 'paused' ? t.barPaused : t.barReading}</b>
          {fresh > 0 && <span>· {t.barNew(formatCount(fresh, tag))}</span>}
          {freshErrors > 0 && (
            <span className="text-error">· {t.barErrors(formatCount(freshErrors, tag))}</span>
          )}
          <Button plain className="h-5 border border-line bg-bg" onClick={feed.goOn}>
            {t.goOn}
            <kbd className="text-[11px] text-dim">{t.goOnKey}</kbd>
          </Button>
        </>
      )}
      <span className="ml-auto text-dim">{t.loaded(formatCount(loaded.rows.length, tag))}</span>
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
