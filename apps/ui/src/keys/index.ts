/** Keys for components. */
import { useEffect, useRef } from 'react'
import { useSettings } from '../settings/index.ts'
import { KEYS, type KeyName } from './map.ts'

export type { KeyName } from './map.ts'

const TYPING =
  'input, textarea, select, [contenteditable="true"], [role="menu"], [role="dialog"], [role="listbox"]'
/** What these keys mean on a focused control is the control's. */
const OF_CONTROLS = new Set(['Enter', ' ', 'ArrowDown', 'ArrowUp', 'Home', 'End'])
const CONTROLS = 'button, a, summary, [role="separator"], [role="slider"], [role="tab"]'

const isOurs = (event: KeyboardEvent): boolean => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false
  const at = event.target instanceof Element ? event.target : null
  if (at?.closest(TYPING) != null) return false
  return !(OF_CONTROLS.has(event.key) && at?.closest(CONTROLS) != null)
}

/**
 * Does something when a key is pressed, anywhere on the page but where text is typed or a menu is open. `enabled` as false leaves
 * the key to others. Single letters can be switched off in the settings.
 * @example useKey('pause', () => setPaused((paused) => !paused))
 */
export const useKey = (name: KeyName, act: (event: KeyboardEvent) => void, enabled = true): void => {
  const { shortcuts } = useSettings()
  const latest = useRef(act)
  latest.current = act
  useEffect(() => {
    if (!enabled) return
    const keys: readonly string[] = shortcuts ? KEYS[name] : KEYS[name].filter((key) => key.length > 1)
    const onKey = (event: KeyboardEvent): void => {
      if (!keys.includes(event.key) || !isOurs(event)) return
      event.preventDefault()
      latest.current(event)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [name, enabled, shortcuts])
}
