import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../api/client.ts'
import { attributesText, cellText, fieldOf, searchedFor } from './fields.ts'

const record = {
  server: 'analytics',
  level: 'info',
  attributes: { user: { id: 7, 'full.name': 'Ann' }, 'flat.key': true, list: [1, 2], none: null },
  call: { id: 'c', method: 'tools/call', attribution: 'exact', durationMs: 1204 },
} as unknown as LogRecord

describe('fields of a row', () => {
  it('are read by the names of the query language', () => {
    expect(fieldOf(record, 'server')).toBe('analytics')
    expect(fieldOf(record, '@user.id')).toBe(7)
    expect(fieldOf(record, '@user.full.name')).toBe('Ann')
    expect(fieldOf(record, '@flat.key')).toBe(true)
    expect(fieldOf(record, '@none')).toBeUndefined()
    expect(fieldOf(record, '@user.nobody')).toBeUndefined()
    expect(cellText(record, '@list')).toBe('[1,2]')
    expect(cellText(record, 'duration')).toBe('1.20 s')
    expect(cellText(record, 'logger')).toBe('')
  })

  it('are cut where nobody reads on', () => {
    expect(attributesText({ a: 1, b: 'x', c: { d: [] } })).toBe('a=1 b=x c={"d":[]}')
    expect(attributesText({ a: 'y'.repeat(500) }).length).toBeLessThan(130)
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key${index}`, 'value']))
    expect(attributesText(many).length).toBeLessThan(700)
  })
})

describe('what a query searches for', () => {
  it.each([
    ['timeout', 'timeout'],
    ['level:error "connection refused" -ping', 'connection refused'],
    ['level:error', ''],
    ['time*', ''],
    ['level:(', ''],
    ['', ''],
  ])('%s', (q, word) => expect(searchedFor(q)).toBe(word))
})
