import { describe, expect, it } from 'vitest'
import { offered, type Past, readPast, withAsked, withKept } from './history.ts'

describe('what was asked before', () => {
  it('has the newest first, and each once', () => {
    const past = ['a', 'b', ' a '].reduce<readonly Past[]>(withAsked, [])
    expect(past.map(({ q }) => q)).toEqual(['a', 'b'])
    expect(withAsked(past, '  ')).toBe(past)
  })

  it('forgets all but the last fifty, and none that is kept', () => {
    let past = withKept([], 'mine', true)
    for (let i = 0; i < 80; i++) past = withAsked(past, `q${i}`)
    expect(past).toHaveLength(51)
    expect(past[0]?.q).toBe('q79')
    expect(offered(past)[0]).toEqual({ q: 'mine', kept: true })
    expect(offered(withKept(past, 'mine', false))[0]?.q).toBe('q79')
  })

  it('survives what others stored', () => {
    for (const text of [null, '', '{', '{}', '[null, 1, {"q":1}]']) expect(readPast(text)).toEqual([])
    expect(readPast('[{"q":"a"}]')).toEqual([{ q: 'a', kept: false }])
  })
})
