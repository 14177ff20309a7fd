/** A server's colour: by its name, the same on every page and day. */

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

/** @example hueOf('analytics', 'dark') // '#7cb7ff' or another, always the same */
export const hueOf = (server: string, theme: Theme): string => {
  const hues = HUES[theme]
  return hues[hash(server) % hues.length] ?? 'inherit'
}
