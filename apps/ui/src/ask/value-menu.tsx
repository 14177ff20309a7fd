/** What can be done with a value. */
import { Menu } from '@base-ui/react/menu'
import { type RefObject, type SyntheticEvent, useState } from 'react'
import { KEYS } from '../keys/map.ts'
import { go } from '../location/index.ts'
import { copyText } from '../parts/copy.tsx'
import { LogText } from '../parts/log-text.tsx'
import { MenuItem, MenuLabel, MenuLine, POPUP } from '../parts/menu.tsx'
import { changeSettings, useSettings } from '../settings/index.ts'
import { useText } from '../text/index.tsx'
import { fieldName, filterIn, filterOut, highlight, replaceWith, type Value } from './filters.ts'

const COLUMN_WIDTH = 120

/** React passes events of a portal on to where it is written: in a row, a choice here would open the record too. */
const stop = (event: SyntheticEvent): void => event.stopPropagation()

const Hint = ({ children }: { children: string }) => (
  <span aria-hidden="true" className="mono ml-auto pl-6 text-dim">
    {children}
  </span>
)

export const ValueMenu = ({
  field,
  value,
  anchor,
  onClose,
}: {
  field: string
  value: Value
  anchor: RefObject<HTMLButtonElement | null>
  onClose: () => void
}) => {
  const t = useText().ask
  const { columns } = useSettings()
  const [open, setOpen] = useState(true)
  const name = fieldName(field)
  const text = String(value)
  const addColumn = (): void =>
    changeSettings((now) => ({ columns: [...now.columns, { field: name, width: COLUMN_WIDTH }] }))
  return (
    <Menu.Root
      modal={false}
      open={open}
      onOpenChange={setOpen}
      onOpenChangeComplete={(isOpen) => isOpen || onClose()}
    >
      <Menu.Portal>
        <Menu.Positioner
          anchor={anchor}
          align="start"
          sideOffset={4}
          className="z-50"
          onClick={stop}
          onKeyDown={stop}
          onDoubleClick={stop}
          onPointerDown={stop}
        >
          <Menu.Popup className={POPUP} finalFocus={anchor} aria-label={`${name}: ${text.slice(0, 80)}`}>
            <MenuLabel>
              {name}: <LogText text={text.slice(0, 200)} />
            </MenuLabel>
            <MenuItem onClick={() => go(filterIn(field, value))}>
              {t.only}
              <Hint>{KEYS.filterIn[0]}</Hint>
            </MenuItem>
            <MenuItem onClick={() => go(filterOut(field, value))}>
              {t.without}
              <Hint>{KEYS.filterOut[0]}</Hint>
            </MenuItem>
            <MenuItem onClick={() => go(replaceWith(field, value))}>{t.replace}</MenuItem>
            <MenuLine />
            <MenuItem onClick={() => go(highlight(text))} disabled={text === ''}>
              {t.highlight}
            </MenuItem>
            <MenuItem onClick={addColumn} disabled={columns.some((column) => column.field === name)}>
              {t.addColumn}
            </MenuItem>
            <MenuItem onClick={() => void copyText(text)}>{t.copy}</MenuItem>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
