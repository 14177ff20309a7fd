import { fold, parseQuery } from '@logboom/sdk/query'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHighlighter, findSpans, needlesOf, queryNeedles } from './highlight.ts'

const marked = (text: string, ...words: string[]): string =>
  createHighlighter(needlesOf(words), (part) => `<${part}>`)(text)

// What folding does to lengths: ligatures, full width, compatibility letters, combining marks, half-width kana, final sigma.
const PARTS = [
  ...['a', 'B', 'ß', 'ﬁ', 'ＦＳ', 'İ', 'é', 'e\u0301', 'ｶﾞ', 'ﾊﾟ', '㍿', 'ㄱㅏ', '가', '각', 'ΟΔΟΣ', 'σ'],
  ...['失败', '👩‍👩‍👧', '½', 'ﷺ', '𝔄', ' ', '\u0301', '\u200d', 'ᄀ', 'ᅡ', 'ᆨ', '①', '~', 'ſ', 'K'],
]
const text = fc.array(fc.constantFrom(...PARTS), { maxLength: 12 }).map((parts) => parts.join(''))

describe('highlights', () => {
  it('mark what a query would find, in any case and width', () => {
    expect(marked('ECONNREFUSED by db', 'refused', 'DB')).toBe('ECONN<REFUSED> by <db>')
    expect(marked('工具 ＥＲＲＯＲ 失败了', 'error', '失败')).toBe('工具 <ＥＲＲＯＲ> <失败>了')
    expect(marked('Straße', 'STRASSE')).toBe('Straße')
  })

  it('stand right behind characters that fold to more or fewer', () => {
    expect(marked('ﬁle İ lost', 'lost')).toBe('ﬁle İ <lost>')
    expect(marked('ｶﾞｶﾞ error', 'error')).toBe('ｶﾞｶﾞ <error>')
    expect(marked('ﷺ error', 'error')).toBe('ﷺ <error>')
    expect(marked('ㄱㅏ error', 'error')).toBe('ㄱㅏ <error>')
  })

  it('take whole characters where a word begins or ends within one', () => {
    expect(marked('ﬁle', 'i')).toBe('<ﬁ>le')
    expect(marked('㍿です', '式')).toBe('<㍿>です')
  })

  it('that overlap are one', () => {
    expect(marked('timeout', 'time', 'meo', 'out')).toBe('<timeout>')
    expect(marked('plain', 'nothing')).toBe('plain')
    expect(marked('plain', '')).toBe('plain')
  })

  it('lie in the text, in order, and hold what they mark; none is missed', () => {
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), (whole, words) => {
        const needles = needlesOf(words)
        const spans = findSpans(whole, needles)
        const found = needles.some(([word = '']) => fold(whole).includes(word))
        expect(spans.length > 0).toBe(found)
        let at = -1
        for (const { start, end } of spans) {
          expect(start).toBeGreaterThan(at)
          expect(end).toBeGreaterThan(start)
          const part = fold(whole.slice(start, end))
          // A final sigma is one only at the end of its word.
          const same = part.replaceAll('ς', 'σ')
          expect(needles.some(([word = '']) => same.includes(word.replaceAll('ς', 'σ')))).toBe(true)
          at = end
        }
        expect(at).toBeLessThanOrEqual(whole.length)
        expect(createHighlighter(needles, (part) => part)(whole)).toBe(whole)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the words of a query', () => {
  const words = (query: string) => queryNeedles(parseQuery(query, { now: 0 }))

  it('are those it looks for, not those it excludes, nor those of fields', () => {
    expect(words('Timeout "disk FULL" level:error -ping NOT (a OR b)')).toEqual([['timeout'], ['disk full']])
    expect(words('(read OR 失败) tool:x')).toEqual([['read'], ['失败']])
  })

  it('with wildcards are marked part by part', () => {
    expect(words('con*ref*')).toEqual([['con', 'ref']])
    const paint = createHighlighter(words('con*ref'), (part) => `<${part}>`)
    expect(paint('connection refused')).toBe('<con>nection <ref>used')
    expect(paint('refused connection')).toBe('refused connection')
  })
})
