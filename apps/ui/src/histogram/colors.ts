/** Colours of what is stacked, for a canvas: tokens read from the document, calmed towards the background. */
import { levelFromName } from '@logboom/sdk/record'
import { hueOf, type Places, type Theme, withPlaces } from '../look/hues.ts'
import { LEVEL_COLOR } from '../look/levels.ts'
import { REST } from './bars.ts'

/** @example mix('#ffffff', '#000000', 0.5) // '#808080' */
export const mix = (color: string, ground: string, share: number): string => {
  const channel = (hex: string, at: number): number => Number.parseInt(hex.slice(at, at + 2), 16)
  const mixed = [1, 3, 5].map((at) =>
    Math.round(channel(color, at) * share + channel(ground, at) * (1 - share))
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${mixed.join('')}`
}

/** A token as the theme of the document has it; `#rrggbb`. */
export const token = (name: string): string => {
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  return /^#[0-9a-f]{3}$/i.test(value) ? value.replace(/[0-9a-f]/gi, '$&$&') : value
}

/** The hues of what is stacked, each its own: servers have theirs everywhere. */
export const placesOf = (values: readonly string[], by: string, servers: Places): Places =>
  withPlaces(
    by === 'server' ? servers : new Map(),
    values.filter((value) => value !== REST),
  )

/** The colour of a value's name, readable as text. */
export const colorOf = (value: string, by: string, theme: Theme, places: Places): string => {
  if (value === REST) return token('--dim')
  const level = by === 'level' ? levelFromName(value) : undefined
  return level === undefined ? hueOf(value, theme, places) : token(LEVEL_COLOR[level])
}

const QUIET = new Set(['debug', 'info', 'notice', REST])

/** Its colour as an area: what is usual is quieter than what went wrong. */
export const fillOf = (value: string, by: string, theme: Theme, places: Places): string =>
  mix(colorOf(value, by, theme, places), token('--bg'), by === 'level' && !QUIET.has(value) ? 1 : 0.7)
