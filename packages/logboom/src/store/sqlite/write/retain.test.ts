/** Retention on real files. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { expect, test } from 'vitest'
import { openDatabase } from '../database.ts'
import { readManifest } from '../manifest.ts'
import { seal } from './seal.ts'
import type { Seal } from './seal-thread.ts'
import { sizeOf } from './space.ts'
import {
  batchOf,
  makeMark,
  makeRecord,
  makeRecords,
  START,
  storedRecords,
  withStore,
  withWriter,
} from './testing.ts'

const DAY = 86_400_000
const ROWS = 300

const OUTCOME: LogRecord['call'] = {
  id: 'call-1',
  method: 'tools/call',
  tool: 'add',
  requestId: 1,
  from: 'client',
  attribution: 'exact',
  status: 'ok',
  durationMs: 12,
}

const segments = (dir: string): string[] => readdirSync(dir).filter((name) => /^segment.*\.db$/.test(name))
const seqs = (dir: string): number[] => storedRecords(dir).map(({ record }) => record.seq)

test('within a disk budget the oldest go, as files are sealed, and what is told adds up', () =>
  withStore((dir) =>
    withWriter({ dir, segmentRows: ROWS, maxBytes: 1_000_000 }, async (writer) => {
      for (let at = 0; at < 3000; at += ROWS / 3) {
        writer.write(batchOf(makeRecords(at, ROWS / 3), { marks: [makeMark(at)] }))
        await writer.sealed()
        expect(writer.stats().bytes).toBeLessThan(1_000_000 + 500_000)
      }
      const { dropped, bytes, last } = writer.stats()
      expect(dropped.retention).toBeGreaterThan(0)
      const stored = storedRecords(dir)
      expect(stored.length + (dropped.retention ?? 0)).toBe(3000)
      expect(stored.map(({ position }) => position)).toEqual(
        stored.map((_, index) => last - stored.length + 1 + index),
      )
      expect(readManifest(dir)?.dropped).toEqual(dropped)
      // Asked for less, it keeps less.
      const gone = await writer.retain({ now: START, maxBytes: 600_000 })
      expect(gone.files).toBeGreaterThan(0)
      expect(gone.bytes).toBe(bytes - writer.stats().bytes)
      expect(storedRecords(dir)).toHaveLength(stored.length - gone.records)
      expect(writer.stats().bytes).toBeLessThan(600_000)
      const named = readManifest(dir)?.files.map(({ name }) => name) ?? []
      expect(segments(dir)).toEqual(named.filter((name) => name.startsWith('segment')))
    }),
  ))

test('what is sealed goes at once, however long the seals of other files take', () =>
  withStore(async (dir) => {
    let seals = 0
    let letGo = (): void => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const slow: Seal = async (job) => {
      if (++seals > 2) await held
      return seal(job)
    }
    await withWriter({ dir, segmentRows: ROWS, seal: slow }, async (writer) => {
      for (let at = 0; at < 4 * ROWS; at += ROWS) writer.write(batchOf(makeRecords(at, ROWS)))
      await expect.poll(() => segments(dir)).toHaveLength(2)
      const retained = writer.retain({ now: START, maxBytes: 1 })
      expect(segments(dir)).toEqual([])
      expect(writer.stats().dropped).toEqual({ retention: 2 * ROWS })
      letGo()
      expect(await retained).toMatchObject({ files: 3, records: 3 * ROWS })
    })
  }))

test('by age, and what is old is sealed for it, however little it is', () =>
  withStore((dir) =>
    withWriter({ dir, segmentRows: ROWS }, async (writer) => {
      writer.write(batchOf(makeRecords(0, 10)))
      expect(await writer.retain({ now: START + DAY })).toEqual({ files: 0, records: 0, bytes: 0 })
      expect(segments(dir)).toEqual([])
      // After an eighth of the age it is sealed; after the age it goes.
      for (let day = 2; day <= 30; day++) {
        expect(await writer.retain({ now: START + day * DAY })).toMatchObject({ records: 0 })
        expect(segments(dir)).toHaveLength(day < 4 ? 0 : 1)
      }
      writer.write(batchOf([makeRecord(10, { observed: START + 30 * DAY })]))
      expect(await writer.retain({ now: START + 30 * DAY + 60_000 })).toMatchObject({ files: 1, records: 10 })
      expect(seqs(dir)).toEqual([10])
      expect(writer.write(batchOf([makeRecord(11)]))).toEqual({ first: 12 })
    }),
  ))

test('a clock that jumps ahead deletes nothing by age, and it is remembered over a restart', () =>
  withStore(async (dir) => {
    const options = { dir, segmentRows: ROWS }
    await withWriter(options, async (writer) => {
      writer.write(batchOf(makeRecords(0, 300)))
      writer.write(batchOf(makeRecords(300, 300)))
      await writer.retain({ now: START })
      const ages = { analytics: { maxAge: DAY } }
      expect(await writer.retain({ now: START + 4000 * DAY, servers: ages })).toMatchObject({ records: 0 })
    })
    await withWriter(options, async (writer) => {
      expect(await writer.retain({ now: START + 4000.5 * DAY })).toMatchObject({ records: 0 })
      expect(seqs(dir)).toHaveLength(600)
      expect(await writer.retain({ now: START + 4001 * DAY })).toMatchObject({ records: 600 })
    })
  }))

test('a clock that jumped ahead is believed when somebody says that it is right', () =>
  withStore((dir) =>
    withWriter({ dir, segmentRows: ROWS }, async (writer) => {
      writer.write(batchOf(makeRecords(0, 300)))
      await writer.retain({ now: START })
      const now = START + 4000 * DAY
      expect(await writer.retain({ now })).toMatchObject({ records: 0 })
      expect(await writer.retain({ now, isConfirmed: true })).toMatchObject({ records: 300 })
    }),
  ))

test('of a server only its newest records stay; positions, other servers and the index stay as they were', () =>
  withStore((dir) =>
    withWriter({ dir, segmentRows: ROWS }, async (writer) => {
      // Even numbers are of one server, odd ones of the other.
      const records = makeRecords(0, 900).map((record) =>
        record.seq % 3 === 0 ? { ...record, source: 'call' as const, call: OUTCOME } : record,
      )
      for (let at = 0; at < 900; at += ROWS) writer.write(batchOf(records.slice(at, at + ROWS)))
      await writer.sealed()
      const before = storedRecords(dir)
      const size = writer.stats().bytes
      const gone = await writer.retain({ now: START, servers: { analytics: { maxRecords: 200 } } })
      expect(gone).toEqual({ files: 0, records: 250, bytes: size - writer.stats().bytes })
      const newest = before.filter(({ record }) => record.server === 'analytics').slice(-200)
      expect(storedRecords(dir).map(({ position, record }) => ({ position, record }))).toEqual(
        before
          .filter((stored) => stored.record.server !== 'analytics' || newest.includes(stored))
          .map(({ position, record }) => ({ position, record })),
      )
      const [first, second] = readManifest(dir)?.files ?? []
      expect(first).toMatchObject({ first: 1, rows: 150, servers: { model: 150 } })
      expect(second).toMatchObject({ first: 301, rows: 200, servers: { analytics: 50, model: 150 } })
      expect(second).toMatchObject({ bytes: sizeOf(join(dir, second?.name ?? '')) })
      const db = openDatabase(join(dir, second?.name ?? ''), { readOnly: true })
      expect(db.arrays('SELECT sum(rows) FROM rollup').get()).toEqual([200])
      // Of those that stay, every third is an outcome.
      const outcomes = storedRecords(dir).filter(
        ({ file, record }) => file === second?.name && record.source === 'call',
      )
      expect(outcomes.length).toBeGreaterThan(50)
      expect(db.arrays('SELECT position FROM outcomes ORDER BY position').all()).toEqual(
        outcomes.map(({ position }) => [position]),
      )
      expect(db.arrays('PRAGMA integrity_check').get()).toEqual(['ok'])
      db.close()
      // Nothing is left to do.
      expect(await writer.retain({ now: START, servers: { analytics: { maxRecords: 200 } } })).toMatchObject({
        records: 0,
      })
    }),
  ))

test('a file of which nothing is left goes', () =>
  withStore((dir) =>
    withWriter({ dir, segmentRows: ROWS }, async (writer) => {
      writer.write(batchOf(makeRecords(0, ROWS, { server: 'old' })))
      writer.write(batchOf(makeRecords(ROWS, ROWS)))
      await writer.sealed()
      await writer.retain({ now: START, servers: { old: { maxRecords: 0 } } })
      expect(segments(dir)).toEqual([])
      expect(seqs(dir)).toEqual(makeRecords(ROWS, ROWS).map(({ seq }) => seq))
    }),
  ))
