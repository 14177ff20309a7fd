/** What was asked before, in this browser: the last fifty, and those that were kept. */
import { createStore, useStore } from '../store.ts'

export interface Past {
  q: string
  /** Kept by the person: it does not grow old. */
  kept: boolean
}

const KEY = 'logboom.asked'
const MOST = 50

/** What was stored, as far as it is understood. */
export const readPast = (text: string | null): readonly Past[] => {
  try {
    const kept: unknown = JSON.parse(text ?? '[]')
    if (!Array.isArray(kept)) return []
    return kept.flatMap((one: Partial<Past> | null) =>
      typeof one?.q === 'string' && one.q !== '' ? [{ q: one.q, kept: one.kept === true }] : [],
    )
  } catch {
    return []
  }
}

/** The newest first; of those that are not kept, the last fifty. */
export const withAsked = (past: readonly Past[], q: string): readonly Past[] => {
  const asked = q.trim()
  if (asked === '') return past
  const kept = past.some((one) => one.q === asked && one.kept)
  let others = 0
  return [{ q: asked, kept }, ...past.filter((one) => one.q !== asked)].filter(
    (one) => one.kept || ++others <= MOST,
  )
}

export const withKept = (past: readonly Past[], q: string, kept: boolean): readonly Past[] =>
  past.some((one) => one.q === q)
    ? past.map((one) => (one.q === q ? { q, kept } : one))
    : [{ q, kept }, ...past]

/** What is offered: kept ones first. */
export const offered = (past: readonly Past[]): readonly Past[] => [
  ...past.filter(({ kept }) => kept),
  ...past.filter(({ kept }) => !kept),
]

const stored = (): string | null => {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

const store = createStore<readonly Past[]>(readPast(stored()))

const change = (next: readonly Past[]): void => {
  store.set(next)
  try {
    localStorage.setItem(KEY, JSON.stringify(next))
  } catch {
    // Then it lasts as long as the page.
  }
}

export const usePast = (): readonly Past[] => useStore(store)

export const remember = (q: string): void => change(withAsked(store.get(), q))

export const keep = (q: string, kept: boolean): void => change(withKept(store.get(), q.trim(), kept))
