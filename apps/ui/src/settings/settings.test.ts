import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULTS, readSettings, type Settings } from './index.ts'

const ALLOWED: { [K in keyof Settings]?: readonly Settings[K][] } = {
  theme: ['system', 'dark', 'light'],
  language: ['system', 'en', 'zh'],
  density: ['compact', 'comfortable'],
  wrap: [true, false],
  time: ['relative', 'local', 'utc'],
  histogram: [true, false],
  shortcuts: [true, false],
}

test('what was kept is read back as it was', () => {
  const kept: Settings = {
    ...DEFAULTS,
    theme: 'light',
    language: 'zh',
    density: 'compact',
    wrap: true,
    time: 'utc',
    columns: [{ field: '@user.id', width: 80 }],
    histogram: false,
    shortcuts: false,
  }
  expect(readSettings(JSON.stringify(kept))).toEqual(kept)
  expect(readSettings(null)).toEqual(DEFAULTS)
})

test('whatever is kept is understood or the default: what is drawn never depends on it being right', () => {
  const odd = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record(Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, fc.anything()])))
      .map((settings) => JSON.stringify(settings)),
    fc
      .array(fc.record({ field: fc.anything(), width: fc.anything() }))
      .map((columns) => JSON.stringify({ columns })),
  )
  fc.assert(
    fc.property(odd, (text) => {
      const settings = readSettings(text)
      expect(Object.keys(settings).sort()).toEqual(Object.keys(DEFAULTS).sort())
      for (const [name, allowed] of Object.entries(ALLOWED))
        expect(allowed).toContain(settings[name as keyof Settings])
      for (const { field, width } of settings.columns) {
        expect(typeof field).toBe('string')
        expect(Number.isFinite(width)).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test('one wrong setting does not cost the others', () => {
  expect(readSettings('{"theme":"pink","wrap":true,"columns":"none","later":1}')).toEqual({
    ...DEFAULTS,
    wrap: true,
  })
})
