/** A server's colour: by its name, the same on every page and day; but two that are known are told apart while there are hues. */

/** Text colours, at least 5:1 on every background of their theme (`look.test.ts`). */
export const HUES: Readonly<Record<Theme, readonly string[]>> = {
  dark: [
    '#7cb7ff',
    '#c39bff',
    '#7bd88f',
    '#ffab6b',
    '#f59bc3',
    '#5fd3d3',
    '#d9c15a',
    '#a3b8ff',
    '#9ad36b',
    '#ff9c8f',
  ],
  light: [
    '#0a5cc2',
    '#6d3fc0',
    '#1a6e33',
    '#94430a',
    '#a3235f',
    '#0b6e6e',
    '#735a00',
    '#3d4fc4',
    '#456914',
    '#b3372b',
  ],
}

export type Theme = 'dark' | 'light'

/** FNV-1a: short, and names that differ in one letter lie far apart. */
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

/** Which of the hues names have. */
export type Places = ReadonlyMap<string, number>

const COUNT = HUES.dark.length

const ownPlace = (name: string): number => hash(name) % COUNT

/**
 * Places of more names: those that have one keep it; the others get their own or, where it is taken, the next that is free. In the order
 * of the names, so that everybody who knows the same ones sees them alike.
 */
export const withPlaces = (known: Places, names: readonly string[]): Places => {
  const places = new Map(known)
  const taken = new Set(known.values())
  for (const name of [...names].sort()) {
    if (places.has(name)) continue
    let place = ownPlace(name)
    if (taken.size < COUNT) while (taken.has(place)) place = (place + 1) % COUNT
    places.set(name, place)
    taken.add(place)
  }
  return places
}

/** @example hueOf('analytics', 'dark', places) // '#7cb7ff' or another */
export const hueOf = (name: string, theme: Theme, places: Places): string =>
  HUES[theme][places.get(name) ?? ownPlace(name)] ?? 'inherit'
