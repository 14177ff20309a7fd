/**
 * A home on a disk of 8 MB: a flood fills it, others fill it to the last byte, and there is room again. The hub serves all the
 * time, keeps the newest, needs no restart, and what was captured adds up.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { LogRecord } from '@logboom/sdk/record'
import { afterAll, expect, test } from 'vitest'
import { createCapture } from '../kit/capture.ts'
import { ask, type Hub, startHub, stopHub, testBuild } from '../kit/hub.ts'
import { createGreed, smallDisk } from '../kit/small-disk.ts'
import { countersOf, journalsOf, manifestOf, storedRecords } from '../kit/store-verdict.ts'
import { quiet, waitFor } from '../kit/wait.ts'

/** Of ingest: the most that is in hand. */
const BATCH = 1000
const FLOOD = 80_000
/** Longer than the hub waits before it tries again. */
const STILL_MS = 700

interface HubAnswer {
  atRisk: { records: number }
  failing?: string
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, count) => all + count, 0)

const hubOf = async (hub: Hub): Promise<HubAnswer> =>
  (await ask<{ hub: HubAnswer }>(hub, '/api/v1/stats')).hub

const serves = async (hub: Hub): Promise<HubAnswer> => {
  await ask(hub, '/healthz')
  const { items } = await ask<{ items: unknown[] }>(hub, '/api/v1/records?limit=10')
  expect(items.length).toBeGreaterThan(0)
  return hubOf(hub)
}

const newestOf = async (hub: Hub): Promise<number> => {
  const { items } = await ask<{ items: { record: LogRecord }[] }>(hub, '/api/v1/records?limit=1')
  return items[0]?.record.seq ?? -1
}

/** What the hub says once nothing moves any more: it, its files and the journals are twice the same. */
const standing = async (home: string, hub: Hub, meanwhile: () => void): Promise<HubAnswer> => {
  let before = ''
  return waitFor(
    'everything to stand still',
    async () => {
      const answer = await serves(hub)
      const now = JSON.stringify([answer.atRisk, manifestOf(home), journalsOf(home).sizes])
      if (now === before) return answer
      before = now
      const until = performance.now() + STILL_MS
      while (performance.now() < until) {
        meanwhile()
        await quiet(5)
      }
      return undefined
    },
    60_000,
  )
}

afterAll(async () => (await testBuild()).remove())

test('a disk of 8 MB is flooded, then filled by others, and there is room again', async () => {
  const disk = smallDisk(8)
  if (disk === undefined) return
  const home = join(disk, 'home')
  mkdirSync(home, { mode: 0o700 })
  const capture = createCapture(home)
  const { journal } = capture
  const greed = createGreed(disk)
  capture.append(100)
  const hub = await startHub({ home })
  const storedAll = async () => (await newestOf(hub)) === capture.captured() - 1
  let answers = 0
  let peak = 0

  // As fast as it can be captured, and several times as much as fits.
  const flood = async (records: number): Promise<void> => {
    for (let left = records; left > 0; left -= 250) {
      capture.append(250)
      await nextTurn()
      if (left % 5000 !== 0) continue
      const { atRisk } = await serves(hub)
      peak = Math.max(peak, atRisk.records)
      answers++
    }
  }
  await waitFor('the first records', storedAll)
  await flood(FLOOD)
  await waitFor('the end of the flood', storedAll, 60_000)
  const flooded = { captured: capture.captured(), ...manifestOf(home)?.dropped }
  expect(flooded).toMatchObject({ disk: expect.any(Number) })
  expect(peak).toBeGreaterThan(BATCH)

  // Somebody else takes whatever is free, until the hub has nothing left to drop.
  const takeAll = async () => {
    greed.take()
    await serves(hub)
    return manifestOf(home)?.files.length === 1 && journal.stats().failing
  }
  await waitFor('a disk without room', () => {
    capture.append(100)
    return takeAll()
  })
  // The hub is held up while there is room once more: captures take what they may, and others the rest. Where it is quicker than
  // who takes what it frees, it has stored everything after all.
  const holdUp = async (): Promise<HubAnswer | undefined> => {
    hub.process.kill('SIGSTOP')
    greed.giveBack(3)
    await waitFor('journals that leave no room', () => {
      capture.append(1000)
      return journal.stats().failing && journalsOf(home).seqs.length > 2 * BATCH
    })
    greed.take()
    hub.process.kill('SIGCONT')
    await waitFor('the hub to wait for room', async () => {
      greed.take()
      const { failing, atRisk } = await hubOf(hub)
      return failing !== undefined || atRisk.records === 0
    })
    const answer = await standing(home, hub, greed.take)
    return answer.failing === undefined ? undefined : answer
  }
  const stuck = await waitFor('a hub that waits for room', holdUp, 60_000)
  // By the raw files: lines of journals that are newer than any record the store ever had.
  const kept = storedRecords(home)
  const last = kept.at(-1)?.seq ?? -1
  const waiting = journalsOf(home).seqs.filter((seq) => seq > last).length
  const oracle = `${stuck.atRisk.records} records at risk told, ${waiting} counted`
  expect(waiting, oracle).toBeGreaterThan(0)
  expect(Math.abs(stuck.atRisk.records - waiting), oracle).toBeLessThanOrEqual(BATCH)
  const { taken, written, queued, dropped: refused } = journal.stats()
  expect(written).toBe(kept.length + sum(manifestOf(home)?.dropped ?? {}) + waiting)
  expect(taken).toBe(written + queued + refused)

  // And then there is room.
  greed.giveBack()
  const freed = performance.now()
  await waitFor('storing again', async () => (await newestOf(hub)) > last, 30_000)
  const recovered = performance.now() - freed
  await waitFor(
    'everything to be stored',
    async () => {
      capture.append(1)
      await journal.flush(2000)
      return storedAll()
    },
    60_000,
  )
  await journal.close(5000)
  await waitFor('the last word', storedAll)
  await serves(hub)
  await stopHub(hub)

  const records = storedRecords(home)
  const dropped = { ...countersOf(home), ...manifestOf(home)?.dropped }
  console.log(
    `8 MB: ${capture.captured()} captured, ${records.length} stored, dropped ${JSON.stringify(dropped)}; ${oracle}; flooded ${JSON.stringify(flooded)}, at most ${peak} waited, ${answers} times asked meanwhile; stored again after ${Math.round(recovered)} ms`,
  )
  const altered = records.filter((record) => !isDeepStrictEqual(record, capture.expected(record.seq)))
  expect(altered).toEqual([])
  const disordered = records.filter((record, at) => at > 0 && record.seq <= (records[at - 1]?.seq ?? -1))
  expect(disordered).toEqual([])
  expect(records.at(-1)?.seq).toBe(capture.captured() - 1)
  expect(journal.stats()).toMatchObject({ queued: 0 })
  expect(records.length + sum(dropped)).toBe(capture.captured())
  expect(['disk', 'overflow', 'write']).toEqual(expect.arrayContaining(Object.keys(dropped)))
})
