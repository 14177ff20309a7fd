import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile, parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { storeFileName } from '../format.ts'
import { openSqliteArchive } from '../index.ts'
import { createEncoder } from '../write/encode.ts'
import { openHotFile } from '../write/hot-file.ts'
import { madeRecord, randomOf, START } from './generated-queries.ts'
import { makeStore } from './made-store.ts'
import { joinPlaces, knownPlaces } from './places.ts'
import { regex } from './testing.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logboom-places-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const stretch = (from: number, to: number, ...positions: number[]) => ({ from, to, positions })

test('a stretch that touches what is known is added to it, at either end; another takes its place', () => {
  const known = stretch(100, 199, 180, 120)
  expect(joinPlaces(undefined, known)).toEqual(known)
  expect(joinPlaces(known, stretch(200, 240, 230))).toEqual(stretch(100, 240, 230, 180, 120))
  expect(joinPlaces(known, stretch(50, 99, 60))).toEqual(stretch(50, 199, 180, 120, 60))
  expect(joinPlaces(known, stretch(201, 240, 230))).toEqual(stretch(201, 240, 230))
  expect(joinPlaces(known, stretch(50, 98, 60))).toEqual(stretch(50, 98, 60))
})

test('what is known is bounded: the newest places stay, and only as far as they go', () => {
  const positions = Array.from({ length: 5000 }, (_, index) => 10_000 - 2 * index)
  const { from, to, positions: kept } = joinPlaces(undefined, stretch(1, 10_000, ...positions))
  expect({ from, to, kept: kept.length }).toEqual({ from: 2002, to: 10_000, kept: 4000 })
})

test('places between two positions come newest first, and tell how far they reach', () => {
  const known = stretch(100, 199, 180, 150, 120)
  expect(knownPlaces(known, { from: 1, to: 170 }, 10)).toEqual({ positions: [150, 120], reached: 100 })
  expect(knownPlaces(known, { from: 130, to: 199 }, 10)).toEqual({ positions: [180, 150], reached: 130 })
  expect(knownPlaces(known, { from: 1, to: 199 }, 2)).toEqual({ positions: [180, 150], reached: 150 })
})

test('who asks again reads what came since, whatever series came with it', async () => {
  const level = (seq: number): LogRecord['level'] => (seq % 800 === 7 ? 'error' : 'info')
  const made = (from: number, count: number, run: string): LogRecord[] =>
    Array.from({ length: count }, (_, index) => ({
      ...madeRecord(randomOf(from + index), from + index),
      run,
      level: level(from + index),
    }))
  const [first = 1] = makeStore(dir, [{ sealed: false, records: made(0, 40_000, 'a') }])
  const hot = openHotFile(join(dir, storeFileName('hot', first)), first, 1000)
  let looks = 0
  const clock = (): number => ++looks
  const archive = await openSqliteArchive({ dir, regex, isAlive: () => false, clock })
  const { encode } = createEncoder()
  const ask = async (): Promise<{ matching: number; steps: number }> => {
    const before = looks
    const filter = parseQuery('level:error', { now: START })
    const { items } = await archive.page({ filter, order: 'newest', limit: 1000 })
    return { matching: items.length, steps: looks - before }
  }
  const all = await ask()
  expect(all.matching).toBe(50)
  for (const [round, run] of ['b', 'c', 'd'].entries()) {
    const more = made(40_000 + round * 3000, 3000, run)
    hot.append(encode({ records: more, marks: [], forget: [], opened: [], closed: [], dropped: {} }))
    const again = await ask()
    expect(again.matching).toBe(50 + Math.floor(((round + 1) * 3000 + 792) / 800))
    // A look before the file and one before each step.
    expect(again.steps).toBeLessThanOrEqual(4)
  }
  expect(all.steps).toBeGreaterThan(6)
  hot.close()
  await archive.close()
})

const QUERIES = [
  'level:>=error',
  'level:>=notice',
  'server:analytics level:info',
  'server:nobody',
  'source:call',
  '*',
  'e',
].map((text) => {
  const filter = parseQuery(text, { now: START })
  return { text, filter, matches: compile(filter, { regex }) }
})

test('pages asked in any order, again and again while records come, are those of all records', async () => {
  const random = randomOf(11)
  const records = Array.from({ length: 9000 }, (_, seq) => madeRecord(random, seq))
  const there = [
    { sealed: true, records: records.slice(0, 4000) },
    { sealed: false, records: records.slice(4000, 5000) },
  ]
  const positions = makeStore(dir, there)
  const first = positions[4000] ?? 0
  const hot = openHotFile(join(dir, storeFileName('hot', first)), first, 1000)
  const archive = await openSqliteArchive({ dir, regex, isAlive: () => false })
  const { encode } = createEncoder()
  let found = 0
  for (let round = 0; round < 400; round++) {
    if (round % 20 === 19) {
      const more = records.slice(positions.length, positions.length + random.pick([20, 100, 900]))
      hot.append(encode({ records: more, marks: [], forget: [], opened: [], closed: [], dropped: {} }))
      for (const _ of more) positions.push((positions.at(-1) ?? 0) + 1)
    }
    const { text, filter, matches } = random.pick(QUERIES)
    const end = (positions.at(-1) ?? 0) + 1
    const before = random.chance(0.5) ? end : random.pick(positions)
    const after = random.chance(0.7) ? 0 : before - 700
    const limit = random.pick([1, 5, 40, 300])
    const page = await archive.page({ filter, order: 'newest', limit, after, before })
    const matching = positions.filter(
      (position, index) => position > after && position < before && matches(records[index] as LogRecord),
    )
    const question = `round ${round}: ${text} ${after} to ${before}, ${limit}`
    const got = page.items.map(({ position }) => position)
    expect(got, question).toEqual(matching.reverse().slice(0, limit))
    expect(page.more, question).toBe(matching.length > limit)
    for (const { position, record } of page.items.slice(0, 3))
      expect(record).toEqual(records[positions.indexOf(position)])
    found += got.length
  }
  expect(positions.length).toBeGreaterThan(8000)
  expect(found).toBeGreaterThan(8000)
  hot.close()
  await archive.close()
})
