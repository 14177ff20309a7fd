import { describe, expect, it } from 'vitest'
import { re2 } from './regex.ts'

describe('regular expressions of queries', () => {
  it('match anywhere in the text, with case only if asked', () => {
    expect(re2('ECONN(REFUSED|RESET)', { ignoreCase: false })('connect ECONNRESET 10.0.0.1')).toBe(true)
    expect(re2('econn', { ignoreCase: false })('ECONN')).toBe(false)
    expect(re2('econn', { ignoreCase: true })('ECONN')).toBe(true)
    expect(re2('^消.$', { ignoreCase: false })('消息')).toBe(true)
  })

  it('say which part is not RE2', () => {
    expect(() => re2('a(?=b)', { ignoreCase: false })).toThrow(/Perl syntax: \(\?=/)
  })

  it('take linear time where a backtracking engine would never end', () => {
    expect(re2('(a+)+$', { ignoreCase: false })(`${'a'.repeat(20_000)}b`)).toBe(false)
  })
})
