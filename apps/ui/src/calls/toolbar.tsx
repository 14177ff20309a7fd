/** Above the calls: filters a click away, how they are shown, how many there are. */
import { go, usePlace } from '../location/index.ts'
import { Button } from '../parts/button.tsx'
import { changeSettings, useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { isQuick, type Quick, toggleQuick, withoutQuick } from './question.ts'

export interface Running {
  only: boolean
  set: (only: boolean) => void
}

export const CallToolbar = ({ running, count }: { running: Running; count: string }) => {
  const t = useText().calls
  const place = usePlace()
  const { callsAs, chatter } = useSettings()
  const quick = (name: Quick, word: string) => (
    <Button pressed={isQuick(name, place)} onClick={() => go(toggleQuick(name))}>
      {word}
    </Button>
  )
  const all = !running.only && !isQuick('failed', place) && !isQuick('slow', place)
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-line border-b px-3 py-1.5">
      <fieldset className="flex gap-1">
        <legend className="sr-only">{t.quick}</legend>
        <Button
          pressed={all}
          onClick={() => {
            running.set(false)
            go(withoutQuick)
          }}
        >
          {t.all}
        </Button>
        {quick('failed', t.failed)}
        <Button pressed={running.only} onClick={() => running.set(!running.only)}>
          {t.running}
        </Button>
        {quick('slow', t.slow)}
      </fieldset>
      <fieldset className="flex gap-1">
        <legend className="sr-only">{t.as}</legend>
        {(['table', 'waterfall'] as const).map((as) => (
          <Button key={as} pressed={callsAs === as} onClick={() => changeSettings({ callsAs: as })}>
            {t[as]}
          </Button>
        ))}
      </fieldset>
      <label className="flex items-center gap-1.5" title={t.chatterAbout}>
        <input
          type="checkbox"
          checked={chatter}
          onChange={(event) => changeSettings({ chatter: event.target.checked })}
        />
        {t.chatter}
      </label>
      <span className="ml-auto text-dim tabular-nums">{count}</span>
    </div>
  )
}
