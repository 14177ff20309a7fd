/**
 * A home on a disk of 8 MB: it fills up, it is filled by others to the last byte, and there is room again. The hub serves all
 * the time, keeps the newest, needs no restart, and what was captured adds up.
 */
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { createJournalWriter, ownStart } from '@logboom/sdk/journal'
import type { LogRecord } from '@logboom/sdk/record'
import { afterAll, expect, test } from 'vitest'
import { ask, type Hub, startHub, stopHub, testBuild } from '../kit/hub.ts'
import { smallDisk } from '../kit/small-disk.ts'
import { countersOf, manifestOf, storedRecords } from '../kit/store-verdict.ts'
import { recordOf } from '../kit/traffic.ts'
import { quiet, waitFor } from '../kit/wait.ts'

const BATCH = 1000
const RUN = '01933f5c-0000-7000-8000-000000000001'

interface StatsAnswer {
  hub: { atRisk: { records: number }; lagMs: number }
  last: number
}

/** One capture, as a tap would be: what its journal had to drop is told by a record. */
const createCapture = (home: string) => {
  const run = { run: RUN, server: 'pressed', began: Date.now() }
  const dropRecords = new Map<number, LogRecord>()
  let seq = 0
  const journal = createJournalWriter({
    dir: join(home, 'journal'),
    header: { run: run.run, server: run.server, pid: process.pid, pidStart: ownStart() },
    segmentBytes: 256 * 1024,
    queueBytes: 256 * 1024,
    onDrops({ reason, records }) {
      const { id, time, observed, server } = recordOf(run, seq)
      const record: LogRecord = {
        id,
        time,
        observed,
        seq,
        level: 'warning',
        server,
        run: run.run,
        source: 'lifecycle',
        message: `${records} records dropped`,
        attributes: { event: 'drop', reason, records },
      }
      dropRecords.set(seq++, record)
      journal.append(record)
    },
  })
  return {
    journal,
    captured: () => seq,
    append(records: number) {
      for (let left = records; left > 0; left--) journal.append(recordOf(run, seq++))
    },
    /** What record of this number was captured. */
    expected: (number: number) => dropRecords.get(number) ?? recordOf(run, number),
  }
}

/** Takes what is left of a disk, again and again. */
const createGreed = (disk: string) => {
  const files: string[] = []
  return {
    take(): void {
      const { bavail, bsize } = statfsSync(disk)
      if (bavail === 0) return
      const file = join(disk, `greed-${files.length}`)
      files.push(file)
      try {
        writeFileSync(file, Buffer.alloc(bavail * bsize))
      } catch {
        // Somebody else was quicker with a part of it.
      }
    },
    giveBack(): void {
      for (const file of files) rmSync(file, { force: true })
    },
  }
}

const serves = async (hub: Hub): Promise<StatsAnswer> => {
  await ask(hub, '/healthz')
  const { items } = await ask<{ items: unknown[] }>(hub, '/api/v1/records?limit=10')
  expect(items.length).toBeGreaterThan(0)
  return ask<StatsAnswer>(hub, '/api/v1/stats')
}

afterAll(async () => (await testBuild()).remove())

test('a disk of 8 MB fills up, and there is room again', async () => {
  const disk = smallDisk(8)
  if (disk === undefined) return
  const home = join(disk, 'home')
  mkdirSync(home, { mode: 0o700 })
  const capture = createCapture(home)
  const { journal } = capture
  const greed = createGreed(disk)
  capture.append(100)
  const hub = await startHub({ home })

  const newest = async (): Promise<number> => {
    const { items } = await ask<{ items: { record: LogRecord }[] }>(hub, '/api/v1/records?limit=1')
    return items[0]?.record.seq ?? -1
  }
  const storedAll = async () => (await newest()) === capture.captured() - 1

  // By itself: several times as much as fits.
  let answers = 0
  while (capture.captured() < 40_000) {
    capture.append(250)
    await journal.flush(5000)
    // No faster than it is stored: what a flood on so small a disk does is another matter.
    await waitFor('the hub to keep up', async () => (await newest()) > capture.captured() - 2 * BATCH, 30_000)
    if (capture.captured() % 5000 < 300) {
      await serves(hub)
      answers++
    }
  }
  await waitFor('the last record', storedAll, 30_000)
  const filled = { captured: capture.captured(), ...manifestOf(home)?.dropped }
  expect(filled).toMatchObject({ disk: expect.any(Number) })

  // By somebody else, until nothing is left to be dropped.
  const sealed = () => manifestOf(home)?.files.filter(({ rows }) => rows !== undefined).length
  const isStuck = async () => {
    greed.take()
    capture.append(100)
    await quiet(10)
    return sealed() === 0 && journal.stats().failing && journal.stats().dropped > 0
  }
  await waitFor('a disk without room', isStuck, 60_000)
  const { hub: stuck } = await serves(hub)
  const told = journal.stats()
  const atRisk = told.written - storedRecords(home).length - (manifestOf(home)?.dropped.disk ?? 0)
  const oracle = `${stuck.atRisk.records} records at risk told, ${atRisk} counted`
  expect(Math.abs(stuck.atRisk.records - atRisk), oracle).toBeLessThanOrEqual(BATCH)

  // And then there is room.
  greed.giveBack()
  const freed = performance.now()
  await waitFor(
    'everything to be stored',
    async () => {
      capture.append(1)
      await journal.flush(2000)
      return await storedAll()
    },
    30_000,
  )
  const recovered = performance.now() - freed
  await journal.close(5000)
  await waitFor('the last word', storedAll)
  await serves(hub)
  await stopHub(hub)

  const records = storedRecords(home)
  const altered = records.filter((record) => !isDeepStrictEqual(record, capture.expected(record.seq)))
  expect(altered).toEqual([])
  const disordered = records.filter(
    (record, index) => index > 0 && record.seq <= (records[index - 1]?.seq ?? -1),
  )
  expect(disordered).toEqual([])
  expect(journal.stats()).toMatchObject({ queued: 0 })
  const dropped = { ...countersOf(home), ...manifestOf(home)?.dropped }
  const gone = Object.values(dropped).reduce((sum, count) => sum + count, 0)
  console.log(
    `8 MB: ${capture.captured()} captured, ${records.length} stored, dropped ${JSON.stringify(dropped)}; ${oracle}; ${answers} times asked while it filled up; recovered in ${Math.round(recovered)} ms`,
  )
  expect(records.length + gone).toBe(capture.captured())
  expect(Object.keys(dropped).sort()).toEqual(['disk', 'write'])
})
