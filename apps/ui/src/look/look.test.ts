/** Whatever is written can be read, in both themes, and no level is told by its colour alone. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HUES, hueOf, type Theme, withPlaces } from './hues.ts'
import { LEVEL_COLOR, LEVEL_SHAPE, LEVELS } from './levels.ts'

/** More than WCAG asks for (4.5:1): rows are small and dense. */
const READABLE = 5

const THEMES = ['dark', 'light'] as const
const BACKGROUNDS = ['--bg', '--panel', '--row', '--hit']
/** Borders: nothing is written in this colour, or on it. */
const NEITHER = ['--line']

const css = readFileSync(new URL('look.css', import.meta.url), 'utf8')

/** The colours of a theme, by token, as the style sheet has them. */
const tokensOf = (theme: Theme): ReadonlyMap<string, string> => {
  const [, block = ''] = new RegExp(`:root\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css) ?? []
  return new Map(
    [...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

/** WCAG 2's relative luminance of `#rrggbb`. */
const luminance = (color: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const contrast = (one: string, other: string): number => {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

describe.each(THEMES)('the %s theme', (theme) => {
  const tokens = tokensOf(theme)
  const texts = [
    ...[...tokens].filter(([name]) => ![...BACKGROUNDS, ...NEITHER].includes(name)),
    ...HUES[theme].map((hue, index) => [`hue ${index}`, hue] as const),
  ]

  test.each(BACKGROUNDS)('has no text that is hard to read on %s', (background) => {
    const behind = tokens.get(background) ?? ''
    expect(behind).toMatch(/^#/)
    expect(texts.length).toBeGreaterThan(9 + 8)
    const hard = texts
      .map(([name, color]) => `${name} ${color} has ${contrast(color, behind).toFixed(2)}:1`)
      .filter((_, index) => contrast(texts[index]?.[1] ?? '', behind) < READABLE)
    expect(hard).toEqual([])
  })

  test('has a colour for every level, and each hue once', () => {
    for (const level of LEVELS) expect(tokens.has(LEVEL_COLOR[level])).toBe(true)
    expect(new Set(HUES[theme]).size).toBe(HUES[theme].length)
  })
})

test('both themes have the same tokens', () => {
  expect([...tokensOf('light').keys()]).toEqual([...tokensOf('dark').keys()])
  expect(HUES.light).toHaveLength(HUES.dark.length)
})

test('every level has a shape of its own', () => {
  expect(new Set(LEVELS.map((level) => LEVEL_SHAPE[level])).size).toBe(LEVELS.length)
})

test('contrast is what WCAG says it is', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

test('a server has a hue by its name, in both themes', () => {
  const names = Array.from({ length: 200 }, (_, index) => `server-${index}`)
  const none = new Map()
  const used = new Set(names.map((name) => hueOf(name, 'dark', none)))
  expect(used.size).toBe(HUES.dark.length)
  for (const name of names)
    expect(HUES.dark.indexOf(hueOf(name, 'dark', none))).toBe(HUES.light.indexOf(hueOf(name, 'light', none)))
})

const names = fc.uniqueArray(fc.string(), { maxLength: 30 })

test('servers are told apart while there are hues, and keep theirs when more come', () => {
  fc.assert(
    fc.property(names, names, (first, more) => {
      const before = withPlaces(new Map(), first)
      const after = withPlaces(before, more)
      for (const [name, place] of before) expect(after.get(name)).toBe(place)
      const all = new Set([...first, ...more]).size
      expect(new Set(after.values()).size).toBeGreaterThanOrEqual(Math.min(all, HUES.dark.length))
      expect(withPlaces(new Map(), [...first].reverse())).toEqual(before)
    }),
  )
})
