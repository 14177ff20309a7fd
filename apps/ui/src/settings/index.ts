/** How the page looks and behaves for this person, kept in this browser. */
import { createStore, useStore } from '../store.ts'

export interface Settings {
  theme: 'system' | 'dark' | 'light'
  language: 'system' | 'en' | 'zh'
  density: 'compact' | 'comfortable'
  wrap: boolean
  time: 'relative' | 'local' | 'utc'
  /** Fields shown as columns before the message, in this order, with their width in pixels. */
  columns: readonly { field: string; width: number }[]
  histogram: boolean
  /** How calls are shown, and whether the protocol's own are among them. */
  callsAs: 'table' | 'waterfall'
  chatter: boolean
  /** How the table of tools is sorted: a column, with `-` before it most first. */
  toolsSort: string
  /** Single-letter keys; people who dictate switch them off (WCAG 2.1.4). */
  shortcuts: boolean
}

export const DEFAULTS: Settings = {
  theme: 'system',
  language: 'system',
  density: 'comfortable',
  wrap: false,
  time: 'local',
  columns: [
    { field: 'time', width: 104 },
    { field: 'level', width: 96 },
    { field: 'server', width: 112 },
    { field: 'source', width: 92 },
  ],
  histogram: true,
  callsAs: 'table',
  chatter: false,
  toolsSort: '-calls',
  shortcuts: true,
}

const KEY = 'logboom.settings'

/** What was kept, as far as it is still understood: a later version may have written it. */
export const readSettings = (text: string | null): Settings => {
  try {
    const kept = JSON.parse(text ?? '{}') as Partial<Settings>
    const one = <T>(value: unknown, allowed: readonly T[], fallback: T): T =>
      allowed.includes(value as T) ? (value as T) : fallback
    const columns = Array.isArray(kept.columns)
      ? kept.columns.filter((column) => typeof column?.field === 'string' && Number.isFinite(column.width))
      : DEFAULTS.columns
    return {
      theme: one(kept.theme, ['system', 'dark', 'light'], DEFAULTS.theme),
      language: one(kept.language, ['system', 'en', 'zh'], DEFAULTS.language),
      density: one(kept.density, ['compact', 'comfortable'], DEFAULTS.density),
      wrap: one(kept.wrap, [true, false], DEFAULTS.wrap),
      time: one(kept.time, ['relative', 'local', 'utc'], DEFAULTS.time),
      columns,
      toolsSort: typeof kept.toolsSort === 'string' ? kept.toolsSort : DEFAULTS.toolsSort,
      histogram: one(kept.histogram, [true, false], DEFAULTS.histogram),
      callsAs: one(kept.callsAs, ['table', 'waterfall'], DEFAULTS.callsAs),
      chatter: one(kept.chatter, [true, false], DEFAULTS.chatter),
      shortcuts: one(kept.shortcuts, [true, false], DEFAULTS.shortcuts),
    }
  } catch {
    return DEFAULTS
  }
}

/** A browser may forbid storage: then settings last as long as the page. */
const kept = (): string | null => {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

const store = createStore<Settings>(readSettings(kept()))

export const useSettings = (): Settings => useStore(store)

/** @example changeSettings({ wrap: true }) */
export const changeSettings = (change: Partial<Settings> | ((now: Settings) => Partial<Settings>)): void => {
  const now = store.get()
  store.set({ ...now, ...(typeof change === 'function' ? change(now) : change) })
  try {
    localStorage.setItem(KEY, JSON.stringify(store.get()))
  } catch {
    // Nobody can help it, and the change holds for now.
  }
}
