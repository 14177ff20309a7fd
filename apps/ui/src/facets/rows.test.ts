import { describe, expect, it } from 'vitest'
import { rowsOf } from './rows.ts'

const counted = (...pairs: [string, number][]) => pairs.map(([value, count]) => ({ value, count }))

describe('the rows of a filter', () => {
  it('tell what is chosen', () => {
    const chips = [
      { term: 'server:fs', on: true },
      { term: '-server:"a b"', on: true },
      { term: 'server:off', on: false },
    ]
    expect(rowsOf({ field: 'server', values: counted(['fs', 3], ['off', 1]) }, chips)).toEqual([
      { value: 'fs', count: 3, chosen: 'in' },
      { value: 'off', count: 1, chosen: undefined },
      { value: 'a b', count: 0, chosen: 'out' },
    ])
  })

  it('keep a chosen value that nothing has', () => {
    const chips = [{ term: '@user.name:"say \\"hi\\""', on: true }]
    expect(rowsOf({ field: '@user.name', values: [] }, chips)).toEqual([
      { value: 'say "hi"', count: 0, chosen: 'in' },
    ])
    expect(rowsOf({ field: 'server', values: [] }, [{ term: 'server:fs*', on: true }])).toEqual([])
  })

  it('go by severity where they are levels', () => {
    const rows = rowsOf({ field: 'level', values: counted(['info', 9], ['error', 1], ['debug', 5]) }, [])
    expect(rows.map(({ value }) => value)).toEqual(['error', 'info', 'debug'])
  })
})
