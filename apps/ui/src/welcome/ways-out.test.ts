import { expect, test } from 'vitest'
import { type Place, START } from '../location/place.ts'
import { waysOut } from './ways-out.ts'

const place = (change: Partial<Place>): Place => ({ ...START, ...change })
const told = (at: Place) => waysOut(at).map(({ kind, term, question }) => [kind, term, question.q])

test('a place that asks for everything has no way out', () => {
  expect(waysOut(START)).toEqual([])
})

test('every chip that is on, every word, and all of it can be taken away', () => {
  const at = place({
    q: 'timeout level:error',
    chips: [
      { term: 'server:fs', on: true },
      { term: 'tool:x', on: false },
    ],
  })
  expect(told(at)).toEqual([
    ['chip', 'server:fs', 'timeout level:error'],
    ['word', 'timeout', 'level:error server:fs'],
    ['word', 'level:error', 'timeout server:fs'],
    ['typed', 'timeout level:error', 'server:fs'],
    ['all', '', ''],
  ])
})

test('no word leaves an AND without a side', () => {
  const rest = waysOut(place({ q: 'a AND b AND c' })).map(({ question }) => question.q)
  expect(rest.slice(0, 3)).toEqual(['b AND c', 'a c', 'a AND b'])
})

test('one word, an OR, and what does not parse are taken away whole', () => {
  for (const q of ['timeout', 'a OR b', 'level:(error'])
    expect(told(place({ q }))).toEqual([['typed', q, '']])
})

test('a chip is switched off, not removed', () => {
  const [way] = waysOut(place({ chips: [{ term: 'server:fs', on: true }] }))
  expect(way?.change).toEqual({ chips: [{ term: 'server:fs', on: false }] })
})

test('the time range is one of the things that can go', () => {
  const ways = waysOut(place({ q: 'x', since: 'now-15m' }))
  expect(ways.map(({ kind, question }) => [kind, question])).toEqual([
    ['typed', { q: '', since: 'now-15m' }],
    ['time', { q: 'x' }],
    ['all', { q: '' }],
  ])
})
