import { describe, expect, it } from 'vitest'
import { nearest } from './nearest.ts'

describe('nearest', () => {
  it('finds the word that was meant', () => {
    expect(nearest('sicne', ['since', 'until'])).toBe('since')
    expect(nearest('WARNIN', ['warning', 'info'])).toBe('warning')
  })

  it('finds nothing when nothing is near', () => {
    expect(nearest('banana', ['since', 'until'])).toBeUndefined()
  })
})
