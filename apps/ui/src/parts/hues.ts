/** The colours of servers, as far as the page knows them. */
import { hueOf, type Places, withPlaces } from '../look/hues.ts'
import { useTheme } from '../settings/theme.ts'
import { createStore, useStore } from '../store.ts'

const places = createStore<Places>(new Map())

/** From now on these are told apart. */
export const knowServers = (names: readonly string[]): void => {
  const known = places.get()
  if (names.some((name) => !known.has(name))) places.set(withPlaces(known, names))
}

export const usePlaces = (): Places => useStore(places)

export const useHue = (server: string): string => hueOf(server, useTheme(), usePlaces())
