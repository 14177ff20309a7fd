import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clip, displayWidth, pad } from './width.ts'

describe('displayWidth', () => {
  it.each([
    ['plain', 5],
    ['', 0],
    ['工具', 4],
    ['한국어', 6],
    ['ｆｕｌｌ', 8],
    ['e\u0301', 1],
    ['👍', 2],
    ['👩‍👩‍👧', 2],
    ['❤️', 2],
    ['● ▲ ■ ✖', 7],
    ['…', 1],
    ['naïve', 5],
    ['。、「」', 8],
  ])('counts the cells of %s', (text, width) => {
    expect(displayWidth(text)).toBe(width)
  })
})

describe('clip', () => {
  it('leaves what fits', () => {
    expect(clip('工具', 4)).toBe('工具')
  })

  it('marks what it cuts and never splits a wide character', () => {
    expect(clip('工具分析', 4)).toBe('工…')
    expect(clip('analytics', 4)).toBe('ana…')
  })

  it('never exceeds its bound', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, max) => {
        expect(displayWidth(clip(text, max))).toBeLessThanOrEqual(max)
      }),
    )
  })
})

describe('pad', () => {
  it('aligns wide characters by their cells', () => {
    expect(`${pad('工具', 6)}|`).toBe('工具  |')
    expect(`${pad('42', 6, 'left')}|`).toBe('    42|')
  })
})
