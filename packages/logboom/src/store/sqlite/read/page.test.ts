import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile, parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Archive, PageQuery } from '../../contract.ts'
import { openSqliteArchive } from '../index.ts'
import { madeQuery, madeRecord, randomOf, START } from './generated-queries.ts'
import { type MadeFile, makeStore } from './made-store.ts'
import { regex } from './testing.ts'

let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logboom-archive-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const open = (): Promise<Archive> => openSqliteArchive({ dir, regex, isAlive: () => false })

const LAYOUTS: readonly (readonly boolean[])[] = [[false], [true, true], [true, false, false]]

const filesOf = (records: readonly LogRecord[], layout: readonly boolean[]): MadeFile[] => {
  const size = Math.ceil(records.length / layout.length)
  return layout.map((sealed, index) => ({ sealed, records: records.slice(index * size, (index + 1) * size) }))
}

/** A hundred queries each, on 900 records; CI asks for a hundred. */
const SEEDS = Number(process.env.AGREEMENT_SEEDS ?? 12)

test(
  'whatever the query, memory and the store find the same, in every layout',
  async () => {
    let found = 0
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = randomOf(seed)
      const records = Array.from({ length: 900 }, (_, seq) => madeRecord(random, seq))
      const positions = makeStore(dir, filesOf(records, LAYOUTS[seed % LAYOUTS.length] ?? []))
      const archive = await open()
      for (let round = 0; round < 100; round++) {
        const text = madeQuery(random)
        const filter = parseQuery(text, { now: START })
        const matches = compile(filter, { regex })
        const expected = positions.filter((_, index) => matches(records[index] as LogRecord))
        const page = await archive.page({ filter, order: random.pick(['oldest', 'newest']), limit: 1000 })
        const got = page.items.map(({ position }) => position).sort((a, b) => a - b)
        expect(got, `seed ${seed}: ${text}`).toEqual(expected)
        found += got.length
        for (const { position, record } of page.items.slice(0, 5))
          expect(record).toEqual(records[positions.indexOf(position)])
      }
      await archive.close()
    }
    expect(found).toBeGreaterThan(SEEDS * 800)
  },
  SEEDS * 10_000,
)

test('pages in both directions have every record once', async () => {
  const random = randomOf(7)
  const records = Array.from({ length: 2000 }, (_, seq) => madeRecord(random, seq))
  const positions = makeStore(dir, filesOf(records, [true, true, false]))
  const archive = await open()
  const filter = parseQuery('level:>=notice -@n:1', { now: START })
  const matches = compile(filter, { regex })
  const expected = positions.filter((_, index) => matches(records[index] as LogRecord))
  for (const order of ['oldest', 'newest'] as const) {
    const got: number[] = []
    for (let from: Partial<PageQuery> = {}; ; ) {
      const { items, more } = await archive.page({ filter, order, limit: 37, ...from })
      got.push(...items.map(({ position }) => position))
      const end = got.at(-1) ?? 0
      from = order === 'oldest' ? { after: end } : { before: end }
      if (!more) break
    }
    expect(got).toEqual(order === 'oldest' ? expected : expected.toReversed())
  }
  await archive.close()
})
