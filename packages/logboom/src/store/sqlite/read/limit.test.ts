/**
 * No question runs past its limit, and none goes on when its reader has left; counted in steps, by a clock that goes on by one
 * whenever it is asked. Between two looks at the clock no more is done than a step may do.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { type Expr, parseQuery, type RegexEngine } from '@logboom/sdk/query'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Archive, Selection } from '../../contract.ts'
import { openSqliteArchive } from '../index.ts'
import { madeQuery, madeRecord, randomOf, START } from './generated-queries.ts'
import { makeStore } from './made-store.ts'
import { regex as linear } from './testing.ts'

const FILES = 4
const ROWS = 3000
/** Rows that one statement may give, and be checked. */
const STEP_ROWS = 2000

let home: string
let archive: Archive
/** Looks at the clock so far; the time, too. */
let steps = 0
/** Records checked since the clock was looked at last, and the most there ever were. */
let checked = 0
let mostChecked = 0
/** Called at every look. */
let onStep = (): void => {}

const clock = (): number => {
  checked = 0
  onStep()
  return ++steps
}

/** Tells how many records were checked: every query below ends in an expression that is asked of each. */
const counting: RegexEngine = (source, options) => {
  if (source !== 'asked of every record') return linear(source, options)
  return () => {
    mostChecked = Math.max(mostChecked, ++checked)
    return false
  }
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'logboom-limit-'))
  const random = randomOf(1)
  const records = Array.from({ length: FILES * ROWS }, (_, seq) => madeRecord(random, seq))
  makeStore(
    join(home, 'store'),
    Array.from({ length: FILES }, (_, index) => ({
      sealed: index < FILES - 1,
      records: records.slice(index * ROWS, (index + 1) * ROWS),
    })),
  )
  archive = await openSqliteArchive({
    dir: join(home, 'store'),
    regex: counting,
    isAlive: () => false,
    clock,
  })
}, 60_000)
afterAll(async () => {
  await archive.close()
  await rm(home, { recursive: true, force: true })
})

const EVERY_RECORD = parseQuery('/asked of every record/', { now: START })

/** What matches a query, found by looking at every record. */
const laborious = (text: string): Expr => ({
  kind: 'or',
  of: [EVERY_RECORD, parseQuery(text, { now: START })],
  span: { start: 0, end: 1 },
})

const collect = async (items: AsyncIterable<unknown>): Promise<unknown[]> => {
  const found: unknown[] = []
  for await (const item of items) found.push(item)
  return found
}

type Question = (selection: Selection) => Promise<unknown>

const QUESTIONS: Record<string, Question> = {
  page: (selection) => archive.page({ ...selection, order: 'newest', limit: 1000 }),
  'page from the oldest': (selection) => archive.page({ ...selection, order: 'oldest', limit: 50 }),
  histogram: (selection) => archive.histogram({ ...selection, step: 60_000, by: 'server' }),
  'histogram by attribute': (selection) => archive.histogram({ ...selection, step: 500, by: '@n' }),
  facets: (selection) => archive.facets({ ...selection, fields: ['level', '@user', '@n'], limit: 5 }),
  fields: (selection) => archive.fields(selection),
  patterns: (selection) => archive.patterns({ ...selection, limit: 20 }),
  calls: (selection) => archive.callPage({ ...selection, order: 'newest', limit: 20 }),
  'calls from the oldest': (selection) => archive.callPage({ ...selection, order: 'oldest', limit: 20 }),
  runs: (selection) => archive.runs(selection),
  stats: (selection) => archive.stats(selection),
}

/** Answers, or refuses for its time; tells the steps that were taken. */
const ask = async (question: Question, selection: Selection): Promise<{ ended: string; steps: number }> => {
  const before = steps
  mostChecked = 0
  try {
    await question(selection)
    return { ended: 'answered', steps: steps - before }
  } catch (error) {
    if (!(error instanceof LogboomError)) throw error
    return { ended: error.code, steps: steps - before }
  }
}

const QUERIES = 3

describe.each(Object.entries(QUESTIONS))('%s', (_, question) => {
  test('ends within any limit, whatever the query', async () => {
    const random = randomOf(2)
    const ended = new Map<string, number>()
    for (let round = 0; round < QUERIES; round++) {
      const text = madeQuery(random)
      const filter = laborious(text)
      const whole = await ask(question, { filter })
      expect(whole.ended).toBe('answered')
      for (const limit of [0, 1, 2, Math.floor(whole.steps / 2), whole.steps - 1, whole.steps + 1]) {
        const about = `${text} within ${limit} of ${whole.steps} steps`
        const deadline = { at: steps + limit, ms: limit }
        const found = await ask(question, { filter, deadline })
        ended.set(found.ended, (ended.get(found.ended) ?? 0) + 1)
        expect(found.steps, about).toBeLessThanOrEqual(limit + 1)
        expect(mostChecked, about).toBeLessThanOrEqual(STEP_ROWS)
      }
    }
    expect([...ended.keys()].sort()).toEqual(['LB_QUERY_LIMIT', 'answered'])
  }, 60_000)

  test('is not gone on with when its reader has left', async () => {
    const filter = laborious('"a text that nobody wrote"')
    const whole = await ask(question, { filter })
    expect(whole.steps).toBeGreaterThan(FILES)
    const stop = new AbortController()
    const leaveAt = steps + Math.floor(whole.steps / 2)
    onStep = () => {
      if (steps === leaveAt) stop.abort(new Error('nobody is there'))
    }
    const asked = question({ filter, signal: stop.signal })
    await asked.then(
      () => expect.fail('was answered'),
      (error: unknown) => expect(error).toMatchObject({ message: 'nobody is there' }),
    )
    onStep = () => {}
    expect(steps - leaveAt).toBeLessThanOrEqual(1)
  })
})

test('a call’s story, and what is streamed, end when their reader has left', async () => {
  for (const question of [
    (signal: AbortSignal) => archive.story('c1', { signal }),
    (signal: AbortSignal) => collect(archive.records({ filter: laborious('x'), signal })),
  ]) {
    const stop = new AbortController()
    const leaveAt = steps + 2
    onStep = () => {
      if (steps === leaveAt) stop.abort()
    }
    await question(stop.signal).catch(() => undefined)
    onStep = () => {}
    expect(stop.signal.aborted).toBe(true)
    expect(steps - leaveAt).toBeLessThanOrEqual(1)
  }
})
