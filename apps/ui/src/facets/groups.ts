/** Which fields are offered as filters, and which of them are folded; kept in this browser. */
import { createStore, useStore } from '../store.ts'

export const GROUPS = ['level', 'server', 'source', 'tool', 'status', 'client', 'logger'] as const

export interface Kept {
  /** Fields that the person added. */
  added: readonly string[]
  folded: readonly string[]
}

const KEY = 'logboom.facets'
/** The hub counts so many fields at once. */
export const MOST_ADDED = 13

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string' && one !== '') : []

/** What was stored, as far as it is understood. */
export const readKept = (text: string | null): Kept => {
  try {
    const kept = JSON.parse(text ?? '{}') as { added?: unknown; folded?: unknown } | null
    return { added: texts(kept?.added).slice(0, MOST_ADDED), folded: texts(kept?.folded) }
  } catch {
    return { added: [], folded: [] }
  }
}

const stored = (): string | null => {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

const store = createStore<Kept>(readKept(stored()))

const change = (next: Kept): void => {
  store.set(next)
  try {
    localStorage.setItem(KEY, JSON.stringify(next))
  } catch {
    // Then it lasts as long as the page.
  }
}

export const useGroups = (): Kept => useStore(store)

export const addGroup = (field: string): void => {
  const { added, folded } = store.get()
  if (!added.includes(field)) change({ added: [...added, field].slice(-MOST_ADDED), folded })
}

export const removeGroup = (field: string): void => {
  const { added, folded } = store.get()
  change({ added: added.filter((one) => one !== field), folded })
}

export const foldGroup = (field: string, fold: boolean): void => {
  const { added, folded } = store.get()
  const others = folded.filter((one) => one !== field)
  change({ added, folded: fold ? [...others, field] : others })
}
