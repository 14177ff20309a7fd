import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile, parseQuery } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Archive, Selection } from '../../contract.ts'
import { openSqliteArchive } from '../index.ts'
import { fieldReader } from './field.ts'
import { madeQuery, madeRecord, randomOf, START } from './generated-queries.ts'
import { type MadeFile, makeStore } from './made-store.ts'
import { regex } from './testing.ts'

let dir: string
let archive: Archive | undefined

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'logboom-answers-'))
})
afterEach(async () => {
  await archive?.close()
  await rm(dir, { recursive: true, force: true })
})

const filesOf = (records: readonly LogRecord[], layout: readonly boolean[]): MadeFile[] => {
  const size = Math.ceil(records.length / layout.length)
  return layout.map((sealed, index) => ({ sealed, records: records.slice(index * size, (index + 1) * size) }))
}

const make = async (records: readonly LogRecord[], layout: readonly boolean[]): Promise<Archive> => {
  makeStore(dir, filesOf(records, layout))
  archive = await openSqliteArchive({ dir, regex, isAlive: () => false })
  return archive
}

const LAYOUTS: readonly (readonly boolean[])[] = [[true, true], [false], [true, false]]

const counted = (values: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

describe('counts', () => {
  test('of any query, by any step and field, are those of the records', async () => {
    for (let seed = 100; seed < 106; seed++) {
      const random = randomOf(seed)
      const records = Array.from({ length: 600 }, (_, seq) => madeRecord(random, seq))
      const store = await make(records, LAYOUTS[seed % LAYOUTS.length] ?? [])
      for (let round = 0; round < 25; round++) {
        const text = random.chance(0.3) ? 'level:>=notice' : madeQuery(random)
        const filter = parseQuery(text, { now: START })
        const since = random.chance(0.5) ? START + random.below(300_000) : undefined
        const until = random.chance(0.5) ? START + 100_000 + random.below(300_000) : undefined
        const selection: Selection = {
          filter,
          ...(since === undefined ? {} : { since }),
          ...(until === undefined ? {} : { until }),
        }
        const matches = compile(filter, { regex })
        const matching = records.filter(
          (one) => one.time >= (since ?? 0) && one.time < (until ?? Number.POSITIVE_INFINITY) && matches(one),
        )
        const step = random.pick([1000, 60_000, 120_000, 45_000])
        const by = random.pick(['level', 'server', 'tool', '@n', '@user.id', 'traceId', 'status'])
        const field = fieldReader(by)
        const message = `seed ${seed}: ${text} since ${since} until ${until} step ${step} by ${by}`

        const histogram = await store.histogram({ ...selection, step, by })
        const starts = matching.map(({ time }) => Math.floor(time / step) * step)
        expect(histogram.total, message).toBe(matching.length)
        expect(
          Object.fromEntries(histogram.buckets.map(({ time, count }) => [time, count])),
          message,
        ).toEqual(counted(starts.map(String)))
        const split = histogram.buckets.flatMap(({ time, by: own }) =>
          Object.entries(own ?? {}).map(([value, count]) => [`${time} ${value}`, count]),
        )
        expect(Object.fromEntries(split), message).toEqual(
          counted(
            matching.flatMap((one, index) => field.values(one).map((value) => `${starts[index]} ${value}`)),
          ),
        )

        const facets = await store.facets({ ...selection, fields: ['level', by], limit: 1000 })
        for (const facet of facets) {
          const values = fieldReader(facet.field).values
          expect(Object.fromEntries(facet.values.map(({ value, count }) => [value, count])), message).toEqual(
            counted(matching.flatMap(values)),
          )
          expect(facet.missing, message).toBe(matching.filter((one) => !has(one, facet.field)).length)
        }

        const patterns = await store.patterns({ ...selection, limit: 1000 })
        expect(
          patterns.reduce((sum, { count }) => sum + count, 0),
          message,
        ).toBe(matching.length)
      }
      await store.close()
    }
  }, 120_000)

  /** Whether a query for the field alone finds it; an object is a value without a text. */
  const has = (record: LogRecord, field: string): boolean => fieldReader(field).values(record).length > 0

  test('of values beyond the limit, and of none', async () => {
    const random = randomOf(1)
    const records = Array.from({ length: 100 }, (_, seq) => ({
      ...madeRecord(random, seq),
      attributes: seq % 2 === 0 ? { code: seq % 10 } : {},
    }))
    const store = await make(records, [true])
    const [facet] = await store.facets({ fields: ['@code'], limit: 2 })
    expect(facet).toEqual({
      field: '@code',
      values: [
        { value: '0', count: 10 },
        { value: '2', count: 10 },
      ],
      other: 30,
      missing: 50,
    })
  })
})

describe('fields', () => {
  test('are told as the query language writes them, with types and examples', async () => {
    const random = randomOf(2)
    const attributes = { user: { id: 7 }, 'a b': true, 'http.status': '200', tags: ['x', 'y'], none: null }
    const records = [{ ...madeRecord(random, 0), attributes }]
    const store = await make(records, [false])
    const fields = await store.fields({})
    const found = fields.filter(({ name }) => name.startsWith('@'))
    expect(Object.fromEntries(found.map(({ name, types, examples }) => [name, [types, examples]]))).toEqual({
      '@user': [['object'], []],
      '@user.id': [['number'], ['7']],
      '@"a b"': [['boolean'], ['true']],
      '@http.status': [['string'], ['200']],
      '@tags': [
        ['array', 'string'],
        ['x', 'y'],
      ],
    })
    for (const { name, types } of found) {
      if (types.includes('object')) continue
      const page = await store.page({
        filter: parseQuery(`${name}:*`, { now: 0 }),
        order: 'newest',
        limit: 1,
      })
      expect(page.items.length, name).toBe(1)
    }
    expect(fields.find(({ name }) => name === 'level')).toMatchObject({ count: 1, types: ['string'] })
  })
})

describe('sql', () => {
  const ask = (store: Archive, statement: string, limitMs = 20_000) =>
    store.sql(statement, { limitMs, maxRows: 50 })

  test('counts what the records say, over attached and copied files', async () => {
    const random = randomOf(3)
    const records = Array.from({ length: 260 }, (_, seq) => madeRecord(random, seq))
    const layout = Array.from({ length: 13 }, (_, index) => index < 12)
    const store = await make(records, layout)
    const byLevel = await ask(store, 'SELECT level, count(*) AS n FROM records GROUP BY level ORDER BY level')
    expect(byLevel.columns).toEqual(['level', 'n'])
    expect(Object.fromEntries(byLevel.rows)).toEqual(counted(records.map(({ level }) => level)))
    const ids = await ask(
      store,
      "SELECT id, message, attributes ->> '$.n' FROM records ORDER BY position LIMIT 20",
    )
    expect(ids.rows.map(([id, message]) => [id, message])).toEqual(
      records.slice(0, 20).map(({ id, message }) => [id, message.toWellFormed().replaceAll('\0', '\ufffd')]),
    )
    expect((await ask(store, 'SELECT * FROM records')).cut).toBe(true)
  }, 60_000)

  test.each([
    'DELETE FROM records',
    'WITH x AS (SELECT 1) DELETE FROM series0',
    "ATTACH '/tmp/x.db' AS x",
    'SELECT 1; SELECT 2',
    'PRAGMA query_only = 0',
    'SELECT nothing FROM records',
    "SELECT load_extension('x')",
  ])('refuses %s', async (statement) => {
    const store = await make([madeRecord(randomOf(4), 0)], [true])
    await expect(ask(store, statement)).rejects.toMatchObject({ code: 'LB_SQL', hint: expect.any(String) })
  })

  test('ends a statement that takes too long', async () => {
    const store = await make([madeRecord(randomOf(4), 0)], [true])
    const endless = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n'
    await expect(ask(store, endless, 500)).rejects.toMatchObject({ code: 'LB_QUERY_LIMIT' })
  })
})
