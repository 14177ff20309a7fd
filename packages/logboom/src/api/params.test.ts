import { describe, expect, it } from 'vitest'
import {
  choice,
  field,
  fieldList,
  integer,
  moment,
  otherwise,
  type Params,
  readParams,
  text,
} from './params.ts'

const NOW = Date.UTC(2026, 10, 22, 12)

const read = (params: Params, query: string): Record<string, unknown> =>
  readParams(params, new URLSearchParams(query), NOW)

const PARAMS = {
  limit: otherwise(integer('', { min: 1, max: 1000 }), 100),
  since: moment(''),
  order: otherwise(choice('', ['newest', 'oldest']), 'newest'),
  name: text('', { max: 5 }),
  by: field(''),
  field: fieldList('', { max: 3, fallback: ['level'] }),
}

describe('parameters', () => {
  it('have their defaults', () => {
    expect(read(PARAMS, '')).toEqual({ limit: 100, order: 'newest', field: ['level'] })
  })

  it.each([
    ['limit=1', { limit: 1 }],
    ['limit=1000', { limit: 1000 }],
    ['since=1760000000000', { since: 1_760_000_000_000 }],
    ['since=2026-11-22', { since: Date.UTC(2026, 10, 22) }],
    ['since=2026-11-22T10:00:00%2B01:00', { since: Date.UTC(2026, 10, 22, 9) }],
    ['since=now-15m', { since: NOW - 900_000 }],
    ['since=2026', { since: Date.UTC(2026, 0, 1) }],
    ['since=0', { since: 0 }],
    ['order=oldest', { order: 'oldest' }],
    ['by=Call.Tool', { by: 'tool' }],
    ['by=%40user.id', { by: '@user.id' }],
    ['field=tool&field=%40a&field=tool', { field: ['tool', '@a'] }],
  ])('%s is understood', (query, values) => {
    expect(read(PARAMS, query)).toMatchObject(values)
  })

  it.each([
    'limit=0',
    'limit=1001',
    'limit=-1',
    'limit=1.5',
    'limit=1e2',
    'limit=',
    'limit=0x10',
    'limit=99999999999999999999',
    'limit=1&limit=2',
    'since=yesterday',
    'since=',
    'since=99999999999999999',
    `since=${'2'.repeat(50)}`,
    'since=2026-02-30',
    'order=Newest',
    'name=abcdef',
    'name=',
    'by=',
    'by=@',
    `by=@${'a'.repeat(300)}`,
    'field=tool&field=run&field=level&field=host',
  ])('%s is refused', (query) => {
    expect(() => read(PARAMS, query)).toThrowError(expect.objectContaining({ code: 'LB_API_REQUEST' }))
  })

  it('that nobody knows are refused, and the nearest is named', () => {
    const hint = (query: string): unknown => {
      try {
        read(PARAMS, query)
      } catch (error) {
        return (error as { hint?: string }).hint
      }
      throw new Error('was understood')
    }
    expect(hint('sinse=1')).toBe("Did you mean 'since'?")
    expect(hint('__proto__=1')).toBe('There are: limit, since, order, name, by, field.')
    expect(hint('by=levle')).toContain("Did you mean 'level'?")
    expect(hint('by=user.id')).toContain('@user.id')
  })
})
