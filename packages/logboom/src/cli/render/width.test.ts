import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visible } from './text.ts'
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

describe('the short way for simple texts', () => {
  it('counts what the long way counts', () => {
    const unit = fc.oneof(
      fc.integer({ min: 0x21, max: 0x2ff }),
      fc.integer({ min: 0x2010, max: 0x25ff }),
      fc.integer({ min: 0x3001, max: 0x30ff }),
      fc.constantFrom(0x4e00, 0x9fff, 0xac00, 0xd7a3, 0xff01, 0xff60),
    )
    fc.assert(
      fc.property(fc.array(unit), (codes) => {
        const text = visible(String.fromCharCode(...codes))
        // A combining accent takes no cell, and no text that ends in one is simple.
        expect(displayWidth(text)).toBe(displayWidth(`${text}x\u0301`) - 1)
      }),
    )
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
