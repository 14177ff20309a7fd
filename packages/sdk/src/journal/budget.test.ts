import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { processMayLive } from './budget.ts'
import { encodeHeader, encodeRecord, segmentName } from './format.ts'
import { makeRecord, readAll, runId, withTempDir } from './testing.ts'
import type { WriterDrops } from './types.ts'
import { createJournalWriter, type JournalWriterSettings } from './writer.ts'

const DEAD = 4_000_000
const isAlive = (pid: number): boolean => pid !== DEAD

const header = (run: string, pid: number) => ({ run, server: 'analytics', pid, pidStart: '1' })

/** A segment of ten records, about 2.5 kB, last written at this second. */
const makeSegment = async (dir: string, run: string, segment: number, pid: number, second: number) => {
  await mkdir(dir, { recursive: true })
  const lines = Array.from({ length: 10 }, (_, n) => encodeRecord(makeRecord(segment * 10 + n, { run })))
  const path = join(dir, segmentName(run, segment))
  await writeFile(path, encodeHeader({ logboom: 1, ...header(run, pid), segment }) + lines.join(''))
  await utimes(path, second, second)
}

const makeWriter = (dir: string, run: string, settings: Partial<JournalWriterSettings> = {}) =>
  createJournalWriter({ dir, header: header(run, process.pid), isAlive, segmentBytes: 2500, ...settings })

const totalBytes = async (dir: string): Promise<number> => {
  let total = 0
  for (const name of await readdir(dir)) total += (await stat(join(dir, name))).size
  return total
}

describe('the budget of a home', () => {
  test('at the first write the oldest segments go until the rest fits; what went is told', () =>
    withTempDir(async (dir) => {
      await makeSegment(dir, runId(1), 0, DEAD, 100)
      await makeSegment(dir, runId(2), 0, DEAD, 300)
      await makeSegment(dir, runId(1), 1, DEAD, 200)
      await makeSegment(dir, runId(3), 0, DEAD, 400)
      const sizes = [0, 1].map(
        async (segment) => (await stat(join(dir, segmentName(runId(1), segment)))).size,
      )
      const [first = 0, second = 0] = await Promise.all(sizes)
      const told: WriterDrops[] = []
      const writer = makeWriter(dir, runId(9), {
        budgetBytes: first + second + 3000,
        onDrops: (drops) => told.push(drops),
      })
      writer.append(makeRecord(0, { run: runId(9) }))
      await writer.close(5000)
      expect((await readdir(dir)).sort()).toEqual([
        segmentName(runId(2), 0),
        segmentName(runId(3), 0),
        segmentName(runId(9), 0),
      ])
      expect(told).toEqual([{ reason: 'budget', records: 20, bytes: first + second }])
    }))

  test('the newest segment of a living run stays, whatever its age; its older ones may go', () =>
    withTempDir(async (dir) => {
      await makeSegment(dir, runId(1), 0, process.pid, 100)
      await makeSegment(dir, runId(1), 1, process.pid, 110)
      await makeSegment(dir, runId(2), 0, DEAD, 120)
      const writer = makeWriter(dir, runId(9), { budgetBytes: 1 })
      writer.append(makeRecord(0, { run: runId(9) }))
      await writer.close(5000)
      expect((await readdir(dir)).sort()).toEqual([segmentName(runId(1), 1), segmentName(runId(9), 0)])
    }))

  test('a clock that went back does not make a later segment go before an earlier one', () =>
    withTempDir(async (dir) => {
      await makeSegment(dir, runId(1), 0, DEAD, 900)
      await makeSegment(dir, runId(1), 1, DEAD, 100)
      const writer = makeWriter(dir, runId(9), { budgetBytes: 6000 })
      writer.append(makeRecord(0, { run: runId(9) }))
      await writer.close(5000)
      expect((await readdir(dir)).sort()).toEqual([segmentName(runId(1), 1), segmentName(runId(9), 0)])
    }))

  test('a writer keeps its own past within the budget while it goes on', () =>
    withTempDir(async (dir) => {
      const told: WriterDrops[] = []
      const writer = makeWriter(dir, runId(9), {
        budgetBytes: 10_000,
        onDrops: (drops) => told.push(drops),
      })
      for (let seq = 0; seq < 200; seq++) {
        writer.append(makeRecord(seq, { run: runId(9) }))
        if (seq % 5 === 0) await writer.flush(5000)
      }
      await writer.close(5000)
      expect(await totalBytes(dir)).toBeLessThanOrEqual(10_000)
      const { records } = await readAll(dir)
      expect(records.at(-1)?.seq).toBe(199)
      const removed = told.reduce((sum, drops) => sum + drops.records, 0)
      expect(removed + records.length).toBe(200)
    }))

  test('two writers in one home each keep their own records and share the budget', () =>
    withTempDir(async (dir) => {
      const writers = [runId(8), runId(9)].map((run) => ({
        run,
        writer: makeWriter(dir, run, { budgetBytes: 15_000 }),
      }))
      for (let seq = 0; seq < 100; seq++) {
        for (const { run, writer } of writers) writer.append(makeRecord(seq, { run }))
        if (seq % 5 === 0) await Promise.all(writers.map(({ writer }) => writer.flush(5000)))
      }
      await Promise.all(writers.map(({ writer }) => writer.close(5000)))
      expect(await totalBytes(dir)).toBeLessThanOrEqual(15_000 + 2500)
      const { records, problems } = await readAll(dir)
      expect(problems).toEqual([])
      for (const { run } of writers) {
        const seqs = records.filter((record) => record.run === run).map(({ seq }) => seq)
        expect(seqs.at(-1)).toBe(99)
        expect(seqs).toEqual(seqs.map((_, index) => 99 - seqs.length + 1 + index))
      }
    }))

  test('files that are no journals count for nothing and stay', () =>
    withTempDir(async (dir) => {
      await writeFile(join(dir, 'notes.txt'), 'x'.repeat(100_000))
      const writer = makeWriter(dir, runId(9), { budgetBytes: 10_000 })
      writer.append(makeRecord(0, { run: runId(9) }))
      await writer.close(5000)
      expect((await readdir(dir)).length).toBe(2)
    }))
})

test('a process that may live is told from one that does not exist', () => {
  expect(processMayLive(process.pid, '')).toBe(true)
  expect(processMayLive(DEAD, '')).toBe(false)
})
