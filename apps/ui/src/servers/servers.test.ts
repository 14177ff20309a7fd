import { expect, test } from 'vitest'
import { eraOf } from './eras.ts'
import { sharesOf } from './levels.ts'
import { around, errorsOf, ofServer, toldOf } from './ways.ts'

test('a protocol version is told by its date', () => {
  expect(['2024-11-05', '2025-11-25', '2026-07-28', '2027-01-01', 'DRAFT'].map(eraOf)).toEqual([
    ...['legacy', 'legacy', 'modern', 'modern'],
    undefined,
  ])
})

test('levels come most severe first, as shares of all', () => {
  expect(sharesOf({ info: 6, error: 2, debug: 0 })).toEqual([
    { level: 'error', count: 2, share: 0.25 },
    { level: 'info', count: 6, share: 0.75 },
  ])
  expect(sharesOf({})).toEqual([])
})

test('a click keeps what is asked and adds the server', () => {
  const chips = [{ term: 'level:error', on: true }]
  expect(ofServer('files', { source: 'stdout' })({ chips })).toMatchObject({
    view: 'stream',
    chips: [
      { term: 'level:error', on: true },
      { term: 'server:files', on: true },
      { term: 'source:stdout', on: true },
    ],
  })
})

test('a click leaves what was looked at unfiltered', () => {
  expect(Object.entries(ofServer('files')({ chips: [] }))).toContainEqual(['around', undefined])
})

test('errors take the place of another level', () => {
  const chips = [
    { term: 'level:warning', on: true },
    { term: 'level:info', on: false },
  ]
  expect(errorsOf('files')({ chips }).chips).toEqual([
    { term: 'level:info', on: false },
    { term: 'server:files', on: true },
    { term: 'level:>=error', on: true },
  ])
})

test('a report is shown within the time that is asked, and without anything else that is', () => {
  const change = toldOf('files', { '@event': 'drop' })
  expect(change).toMatchObject({
    q: '',
    chips: [
      { term: 'server:files', on: true },
      { term: '@event:drop', on: true },
    ],
  })
  expect(Object.keys(change)).not.toContain('since')
})

test('an exit is shown with the minute before it, and nothing else that was asked', () => {
  const at = Date.UTC(2026, 0, 2, 3, 4, 5)
  expect(around('files', 'r-1', at, { source: 'stderr' })).toMatchObject({
    q: '',
    chips: [
      { term: 'server:files', on: true },
      { term: 'run:r-1', on: true },
      { term: 'source:stderr', on: true },
    ],
    since: '2026-01-02T03:03:05.000Z',
    until: '2026-01-02T03:04:10.000Z',
  })
})
