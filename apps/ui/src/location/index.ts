/** Where a person is, for components: `usePlace` reads, `go` changes. */
import { createStore, useStore } from '../store.ts'
import { addressOf, type Change, type Place, readPlace } from './place.ts'

export { type Change, type Chip, type Place, queryOf, VIEWS, type View } from './place.ts'

const store = createStore<Place>(readPlace(window.location))

window.addEventListener('popstate', () => store.set(readPlace(window.location)))

/** Where the page is, for who is no component. */
export const placeNow = (): Place => store.get()

export const usePlace = (): Place => useStore(store)

const changed = (place: Place, change: Change): Place =>
  Object.fromEntries(
    Object.entries({ ...place, ...change }).filter(([, value]) => value !== undefined),
  ) as unknown as Place

/**
 * Goes to another place. What a person would want to come back to makes a step of the browser's history; `replace` makes none
 * (typing, moving a selection).
 * @example go({ view: 'calls', page: undefined })
 */
export const go = (change: Change | ((place: Place) => Change), { replace = false } = {}): void => {
  const place = store.get()
  const next = changed(place, typeof change === 'function' ? change(place) : change)
  const address = addressOf(next)
  if (address === addressOf(place)) return
  window.history[replace ? 'replaceState' : 'pushState'](null, '', address)
  store.set(next)
}

/** The address of a change, for links. */
export const addressAt = (change: Change): string => addressOf(changed(store.get(), change))
