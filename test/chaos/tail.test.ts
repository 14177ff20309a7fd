/**
 * Readers of the live tail whose connections are cut, whose hub is killed, and who stop reading, while captures go on. What
 * each got is counted against what the journals were given: nothing is missing, nothing comes twice.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createJournalWriter, ownStart } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { afterAll, expect, test } from 'vitest'
import { tempDir } from '../kit/home.ts'
import { type Hub, killHub, startHub, stopHub, testBuild, urlOf } from '../kit/hub.ts'
import { peakMemory } from '../kit/process.ts'
import { createRandom, SEED } from '../kit/random.ts'
import { createTailReader, type TailReader } from '../kit/tail-reader.ts'
import { createTraffic, exitOf, recordOf, type Traffic } from '../kit/traffic.ts'
import { quiet, waitFor } from '../kit/wait.ts'

const MB = 1_000_000

afterAll(async () => (await testBuild()).remove())

const makeHome = (): string => {
  const home = join(tempDir(), 'home')
  mkdirSync(home, { mode: 0o700 })
  return home
}

/** Every record that the journals were given. */
const givenTo = ({ runs }: Traffic): LogRecord[] =>
  runs.flatMap((run) =>
    Array.from({ length: run.count }, (_, seq) => (seq === run.count - 1 ? exitOf(run) : recordOf(run, seq))),
  )

interface Follower {
  reader: TailReader
  /** How often each id came. */
  seen: Map<string, number>
  wants: (record: LogRecord) => boolean
}

const QUERIES: readonly { q?: string; wants: (record: LogRecord) => boolean }[] = [
  // The first is cut for long; the next two share what the hub hands out.
  { wants: () => true },
  { wants: () => true },
  { wants: () => true },
  { q: 'level:>=error', wants: ({ level }) => level === 'error' },
  { q: 'source:call server:model', wants: ({ source, server }) => source === 'call' && server === 'model' },
  { q: '数据库', wants: ({ message }) => message.includes('数据库') },
]

/** What a follower missed, and what it got more than once, or should not have got. */
const verdictOf = ({ seen, wants }: Follower, given: readonly LogRecord[]) => {
  const wanted = new Set(given.filter(wants).map(({ id }) => id))
  return {
    wanted: wanted.size,
    missing: [...wanted].filter((id) => !seen.has(id)).length,
    doubled: [...seen.values()].filter((count) => count > 1).length,
    foreign: [...seen.keys()].filter((id) => !wanted.has(id)).length,
  }
}

const SECONDS = 15
const CUT_MS = 5000
const CUTS = 120

test(`readers that are cut come back without gap or double, through kills of the hub too (CHAOS_SEED=${SEED})`, async () => {
  const random = createRandom(SEED)
  const home = makeHome()
  const traffic = createTraffic({ home })
  // So small that the files a reader comes back to were sealed meanwhile.
  const settings = { home, segmentRows: 4096, segmentText: 300_000 }
  let hub: Hub = await startHub(settings)
  const followers = QUERIES.flatMap(({ q, wants }): Follower[] => {
    const seen = new Map<string, number>()
    const onRecord = (_: number, { id }: LogRecord): void => void seen.set(id, (seen.get(id) ?? 0) + 1)
    const reader = createTailReader({
      url: urlOf(hub),
      after: 0,
      ...(q === undefined ? {} : { q }),
      onRecord,
    })
    return [{ reader, seen, wants }]
  })
  for (const { reader } of followers) await reader.open()
  const counts = { cuts: 0, kills: 0 }
  const until = performance.now() + SECONDS * 1000

  const write = async (): Promise<void> => {
    const runs = ['analytics', 'model', 'database'].map((server) => traffic.begin(server))
    while (performance.now() < until) {
      for (const run of runs) traffic.append(run, 5 + Math.floor(random() * 60))
      await quiet(40)
    }
    await traffic.endAll()
  }

  /** The first is away for long, the others for a moment. */
  const cutAll = async (): Promise<void> => {
    const [first, ...others] = followers
    const away = async (follower: Follower | undefined, ms: number): Promise<void> => {
      counts.cuts++
      follower?.reader.cut()
      await quiet(ms)
      await follower?.reader.open(urlOf(hub))
    }
    const coming = away(first, CUT_MS)
    for (let round = 0; round < CUTS; round++)
      await away(others[Math.floor(random() * others.length)], random() * 40)
    await coming
  }

  const killAndStart = async (): Promise<void> => {
    counts.kills++
    await killHub(hub)
    for (const { reader } of followers) reader.cut()
    hub = await startHub(settings)
    for (const { reader } of followers) await reader.open(urlOf(hub))
  }

  const writing = write()
  await cutAll()
  await killAndStart()
  await cutAll()
  await killAndStart()
  await writing
  const given = givenTo(traffic)
  await waitFor(
    'all that was given',
    () => followers.every((follower) => verdictOf(follower, given).missing === 0),
    30_000,
  ).catch(() => {
    // What is missing is told below.
  })
  for (const { reader } of followers) reader.cut()
  await stopHub(hub)
  const verdicts = followers.map((follower) => verdictOf(follower, given))
  console.log(
    `${given.length} records, ${followers.length} readers, ${counts.cuts} cuts, ${counts.kills} kills of the hub: ${JSON.stringify(verdicts)}`,
  )
  for (const [index, verdict] of verdicts.entries()) {
    expect(followers[index]?.reader.faults).toEqual([])
    expect(verdict).toEqual({ wanted: verdict.wanted, missing: 0, doubled: 0, foreign: 0 })
    expect(verdict.wanted).toBeGreaterThan(0)
  }
})

/** Readers that stop reading; each with a query of its own, so that nothing they wait for is shared. */
const STALLED = [undefined, 'server:flood', 'source:stderr', 'level:info'] as const
const FLOOD_RECORDS = 20_000
const FLOOD_TEXT = 5000

/** A hub, a flood, and readers that do not read; its highest memory, and what the readers are told when they read again. */
const flooded = async (queries: readonly (string | undefined)[]) => {
  const home = makeHome()
  const hub = await startHub({ home, segmentRows: 8192 })
  const readers = queries.map((q) =>
    createTailReader({ url: urlOf(hub), after: 0, ...(q === undefined ? {} : { q }) }),
  )
  // One that reads shows that others do not wait.
  const reading = createTailReader({ url: urlOf(hub), after: 0, q: 'level:error' })
  for (const reader of [...readers, reading]) await reader.open()
  for (const reader of readers) reader.stall()
  const run = '01930000-0000-7000-8000-000000000001'
  const header = { run, server: 'flood', pid: process.pid, pidStart: ownStart() }
  const journal = createJournalWriter({ dir: join(home, 'journal'), header })
  const record = (seq: number, fields: Partial<LogRecord> = {}): LogRecord => ({
    id: `01930000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
    time: 1_760_000_000_000 + seq,
    observed: 1_760_000_000_000 + seq,
    seq,
    level: 'info',
    server: 'flood',
    run,
    source: 'stderr',
    message: `${seq} ${'z'.repeat(FLOOD_TEXT)}`,
    attributes: {},
    ...fields,
  })
  for (let seq = 0; seq < FLOOD_RECORDS; seq++) {
    journal.append(record(seq))
    if (seq % 1000 === 999) await journal.flush(20_000)
  }
  journal.append(record(FLOOD_RECORDS, { level: 'error', message: 'the end of the flood' }))
  const { left } = await journal.close(20_000)
  expect({ left, dropped: journal.stats().dropped }).toEqual({ left: 0, dropped: 0 })
  await waitFor('the reader that reads', () => reading.received === 1, 60_000)
  const peak = peakMemory(hub.process.pid)
  for (const reader of readers) reader.resume()
  const all = (reader: TailReader): number => reader.received + reader.skipped
  const least = (index: number): number => FLOOD_RECORDS + (queries[index] === 'level:info' ? 0 : 1)
  await waitFor(
    'those that read again',
    () => readers.every((reader, index) => all(reader) >= least(index)),
    60_000,
  )
  const told = readers.map(({ received, skipped, faults }, index) => ({
    all: received + skipped - least(index),
    skips: skipped > 0,
    faults: [...faults],
  }))
  const skipped = readers.map((reader) => reader.skipped)
  for (const reader of [...readers, reading]) reader.cut()
  await stopHub(hub)
  return { peak, told, skipped }
}

test('readers that stop reading cost the hub bounded memory, and are told what they missed', async () => {
  const alone = await flooded([])
  const stalled = await flooded(STALLED)
  const megabytes = (bytes: number): number => Math.round(bytes / MB)
  console.log(
    `a flood of ${megabytes(FLOOD_RECORDS * FLOOD_TEXT)} MB: the hub took ${megabytes(alone.peak)} MB, with ${STALLED.length} readers that did not read ${megabytes(stalled.peak)} MB; they were told of ${stalled.skipped.join(', ')} records missed`,
  )
  expect(stalled.told).toEqual(STALLED.map(() => ({ all: 0, skips: true, faults: [] })))
  // What they did not read is four times the flood.
  expect(stalled.peak - alone.peak).toBeLessThan(FLOOD_RECORDS * FLOOD_TEXT)
})
