import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visible, visibleLines } from './text.ts'

describe('visible', () => {
  it('shows escape sequences instead of letting them act', () => {
    expect(visible('\u001b[31mred\u001b[0m \u001b]0;title\u0007')).toBe('␛[31mred␛[0m ␛]0;title␇')
  })

  it('shows line ends, carriage returns, delete and C1 controls', () => {
    expect(visible('a\nb\rc\u007fd\u009be')).toBe('a␊b␍c␡d\\u{9b}e')
  })

  it('shows bidirectional overrides and invisible characters by their code', () => {
    expect(visible('safe\u202eexe.txt \u2066x\u2069 a\u200bb\ufeff')).toBe(
      'safe\\u{202e}exe.txt \\u{2066}x\\u{2069} a\\u{200b}b\\u{feff}',
    )
  })

  it('keeps text of all languages and emoji as they are', () => {
    const text = '数据分析完成 naïve Ωμέγα שלום 👩‍👩‍👧 🏳️‍🌈'
    expect(visible(text)).toBe(text)
  })

  it('leaves nothing that a terminal would act on, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Cs}/u)
      }),
    )
  })
})

describe('visibleLines', () => {
  it('splits at line ends of both kinds and drops those at the end', () => {
    expect(visibleLines('one\r\ntwo\nthree\n\n')).toEqual(['one', 'two', 'three'])
  })

  it('keeps empty lines inside', () => {
    expect(visibleLines('a\n\nb')).toEqual(['a', '', 'b'])
  })
})
