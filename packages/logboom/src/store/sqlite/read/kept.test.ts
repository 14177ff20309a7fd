/** What is kept of files in memory is bounded, and no answer depends on it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { RE2JS } from 're2js'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Archive } from '../../contract.ts'
import { openSqliteArchive } from '../index.ts'
import { createFiles } from './files.ts'
import { madeQuery, madeRecord, randomOf } from './generated-queries.ts'
import { makeStore } from './made-store.ts'
import { createSeriesPool } from './series.ts'

const regex = (source: string) => {
  const pattern = RE2JS.compile(source)
  return (text: string) => pattern.test(text)
}

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logboom-kept-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const FILES = 6
const ROWS = 300

/** Files that have many series in common, the last of them hot. */
const make = (): void => {
  const random = randomOf(7)
  const records = Array.from({ length: FILES * ROWS }, (_, index): LogRecord => madeRecord(random, index))
  makeStore(
    dir,
    Array.from({ length: FILES }, (_, index) => ({
      sealed: index < FILES - 1,
      records: records.slice(index * ROWS, (index + 1) * ROWS),
    })),
  )
}

const answersOf = async (archive: Archive): Promise<unknown[]> => {
  const answers: unknown[] = []
  const random = randomOf(11)
  for (let round = 0; round < 4; round++) {
    const text = round % 3 === 0 ? undefined : madeQuery(random)
    const selection = text === undefined ? {} : { filter: parseQuery(text, { now: 0 }) }
    answers.push(
      await archive.page({ ...selection, order: 'newest', limit: 20 }),
      await archive.histogram({ ...selection, step: 1000, by: 'level' }),
      await archive.facets({ ...selection, fields: ['server', 'tool'], limit: 5 }),
      await archive.stats(selection),
    )
  }
  return answers
}

test('answers are the same, however little may be kept', async () => {
  make()
  const open = (maxKept?: number): Promise<Archive> =>
    openSqliteArchive({ dir, regex, isAlive: () => false, ...(maxKept === undefined ? {} : { maxKept }) })
  const archives = await Promise.all([open(), open(0)])
  const [all, ...others] = await Promise.all(archives.map(answersOf))
  for (const other of others) expect(other).toEqual(all)
  for (const archive of archives) await archive.close()
})

test('what is kept of all files but the one that was asked last is within its bound', () => {
  make()
  const maxKept = 500_000
  const files = createFiles(dir, { maxKept })
  const weights = new Map<string, () => number>()
  for (let round = 0; round < 3; round++)
    for (const file of files.list()) {
      files.use(file, (handle) => {
        handle.series()
        handle.remembered('SELECT position, series, time FROM records LIMIT ?', [round + 100])
        handle.blocksOfSeries([1, 2, 3])
        weights.set(file.name, handle.weight)
      })
      const kept = [...weights].map(([name, weight]) => (name === file.name ? 0 : weight()))
      expect(kept.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(maxKept)
    }
  expect([...weights.values()].filter((weight) => weight() > 0).length).toBeGreaterThan(1)
  expect([...weights.values()].filter((weight) => weight() === 0).length).toBeGreaterThan(0)
  files.close()
})

test('a series is there once for all files that use it, and gone with the last', () => {
  const pool = createSeriesPool()
  const json = '{"level":"info","server":"model","run":"r","source":"stderr"}'
  const one = pool.take(json)
  expect(pool.take(`${json}`)).toBe(one)
  pool.giveBack(json)
  expect(pool.take(json)).toBe(one)
  pool.giveBack(json)
  pool.giveBack(json)
  expect(pool.take(json)).not.toBe(one)
})
