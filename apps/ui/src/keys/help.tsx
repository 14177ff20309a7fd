/** What the keys do, behind `?`. */
import { useState } from 'react'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { changeSettings, useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { useKey } from './index.ts'
import { KEYS, type KeyName } from './map.ts'

const SHOWN: Readonly<Record<string, string>> = {
  ' ': 'Space',
  ArrowDown: '↓',
  ArrowUp: '↑',
  Escape: 'Esc',
}

export const KeyHelp = () => {
  const [open, setOpen] = useState(false)
  const { shortcuts } = useSettings()
  const text = useText()
  useKey('help', () => setOpen(true))
  return (
    <>
      <Button aria-label={text.app.help} title={text.app.help} onClick={() => setOpen(true)}>
        ?
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={text.keys.title} close={text.parts.close}>
        <label className="mb-3 flex items-center gap-2">
          <input
            type="checkbox"
            checked={shortcuts}
            onChange={(event) => changeSettings({ shortcuts: event.target.checked })}
          />
          {text.keys.letters}
        </label>
        <dl className="grid grid-cols-[repeat(2,auto_1fr)] gap-x-4 gap-y-1">
          {(Object.keys(KEYS) as KeyName[]).map((name) => (
            <div key={name} className="col-span-2 grid grid-cols-subgrid">
              <dt>
                {KEYS[name].map((key) => (
                  <kbd key={key} className="mr-1 rounded border border-line bg-bg px-1.5 font-mono">
                    {SHOWN[key] ?? key}
                  </kbd>
                ))}
              </dt>
              <dd>{text.keys.names[name]}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
    </>
  )
}
