/** The theme: what is chosen, or what the system says, as `data-theme` of the document. */
import { useSyncExternalStore } from 'react'
import type { Theme } from '../look/hues.ts'
import { useSettings } from './index.ts'

const darkSystem = window.matchMedia('(prefers-color-scheme: dark)')

const watch = (listener: () => void): (() => void) => {
  darkSystem.addEventListener('change', listener)
  return () => darkSystem.removeEventListener('change', listener)
}

/** The theme in effect. */
export const useTheme = (): Theme => {
  const { theme } = useSettings()
  const system = useSyncExternalStore(watch, () => (darkSystem.matches ? 'dark' : 'light'))
  return theme === 'system' ? system : theme
}
