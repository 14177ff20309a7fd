/**
 * A value that can be asked for: it looks like its content, and opens a menu. `f` and `x` on it filter in and out. Lists hold
 * thousands of these, so that the menu is there only while it is open.
 */
import { type KeyboardEvent, type MouseEvent, type ReactNode, useCallback, useRef, useState } from 'react'
import { KEYS } from '../keys/map.ts'
import { go } from '../location/index.ts'
import { type Value as Asked, filterIn, filterOut } from './filters.ts'
import { ValueMenu } from './value-menu.tsx'

const isKey = (keys: readonly string[], { key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean =>
  keys.includes(key) && !ctrlKey && !metaKey && !altKey

export const Value = ({
  field,
  value,
  tabIndex,
  children,
}: {
  /** As the query language writes it: `server`, `@user.id`; `attributeField(path)` makes it of a path. */
  field: string
  value: Asked
  /** -1 where a list moves the focus itself. */
  tabIndex?: number
  children: ReactNode
}) => {
  const [open, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const onClose = useCallback(() => setOpen(false), [])
  const onClick = (event: MouseEvent): void => {
    // The row that it stands in has its own meaning of a click.
    event.stopPropagation()
    setOpen(true)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation()
    const filter = isKey(KEYS.filterIn, event)
      ? filterIn
      : isKey(KEYS.filterOut, event)
        ? filterOut
        : undefined
    if (filter === undefined) return
    event.preventDefault()
    event.stopPropagation()
    go(filter(field, value))
  }
  return (
    <>
      <button
        ref={button}
        type="button"
        tabIndex={tabIndex}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={onClick}
        onKeyDown={onKeyDown}
        className="max-w-full truncate rounded-xs text-left align-bottom decoration-dotted underline-offset-2 hover:underline aria-expanded:underline"
      >
        {children}
      </button>
      {open && <ValueMenu field={field} value={value} anchor={button} onClose={onClose} />}
    </>
  )
}
