import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LEVELS, type LogRecord } from '../record/index.ts'
import { type Fault, faultyFs, makeRecord, readAll, runId, withTempDir } from './testing.ts'
import type { JournalWriter, WriterDrops } from './types.ts'
import { createJournalWriter, type JournalWriterSettings } from './writer.ts'

const HEADER = { run: runId(1), server: 'analytics', pid: process.pid, pidStart: '1' }
const RETRY = { first: 1, longest: 2 }

const makeWriter = (dir: string, settings: Partial<JournalWriterSettings> = {}): JournalWriter =>
  createJournalWriter({ dir: join(dir, 'journal'), header: HEADER, retry: RETRY, ...settings })

const files = async (dir: string): Promise<string[]> => (await readdir(join(dir, 'journal'))).sort()

const expectConserved = (writer: JournalWriter): void => {
  const { taken, written, queued, dropped } = writer.stats()
  expect(written + queued + dropped).toBe(taken)
}

describe('a healthy disk', () => {
  test('what is appended is read back, in order, from private files', () =>
    withTempDir(async (dir) => {
      const writer = makeWriter(dir)
      const records = Array.from({ length: 500 }, (_, seq) => makeRecord(seq))
      for (const record of records) writer.append(record)
      expect(await writer.close(5000)).toEqual({ left: 0 })

      const read = await readAll(join(dir, 'journal'))
      expect(read).toEqual({ records, problems: [], torn: 0 })
      expect(await files(dir)).toEqual([`${HEADER.run}.0.ndjson`])
      expect((await stat(join(dir, 'journal'))).mode & 0o777).toBe(0o700)
      expect((await stat(join(dir, 'journal', `${HEADER.run}.0.ndjson`))).mode & 0o777).toBe(0o600)
      const [line] = (await readFile(join(dir, 'journal', `${HEADER.run}.0.ndjson`), 'utf8')).split('\n')
      expect(JSON.parse(line ?? '')).toEqual({ logboom: 1, ...HEADER, segment: 0 })
    }))

  test('nothing is made on the disk before the first record', () =>
    withTempDir(async (dir) => {
      const writer = makeWriter(dir)
      expect(await writer.close(1000)).toEqual({ left: 0 })
      expect(await readdir(dir)).toEqual([])
    }))

  test('a full segment is followed by the next, and none is much longer than its size', () =>
    withTempDir(async (dir) => {
      const writer = makeWriter(dir, { segmentBytes: 4000 })
      const records = Array.from({ length: 100 }, (_, seq) => makeRecord(seq))
      for (const record of records) {
        writer.append(record)
        await writer.flush(5000)
      }
      await writer.close(5000)
      const names = await files(dir)
      expect(names.length).toBeGreaterThan(4)
      for (const name of names) {
        expect((await stat(join(dir, 'journal', name))).size).toBeLessThan(4500)
      }
      expect((await readAll(join(dir, 'journal'))).records).toEqual(records)
    }))

  test('a journal that somebody deleted is begun anew', () =>
    withTempDir(async (dir) => {
      let at = 1000
      const writer = makeWriter(dir, { now: () => at })
      writer.append(makeRecord(0))
      await writer.flush(5000)
      await rm(join(dir, 'journal'), { recursive: true })
      at += 5000
      writer.append(makeRecord(1))
      await writer.close(5000)
      expect((await readAll(join(dir, 'journal'))).records.map(({ seq }) => seq)).toEqual([1])
    }))

  test('what is appended after close is dropped and counted', () =>
    withTempDir(async (dir) => {
      const writer = makeWriter(dir)
      writer.append(makeRecord(0))
      await writer.close(1000)
      writer.append(makeRecord(1))
      expect(writer.stats()).toMatchObject({ taken: 2, written: 1, queued: 0, dropped: 1 })
    }))

  test('what is no JSON is dropped and counted, not thrown', () =>
    withTempDir(async (dir) => {
      const writer = makeWriter(dir)
      const attributes: LogRecord['attributes'] = {}
      attributes.self = attributes
      writer.append(makeRecord(0, { attributes }))
      writer.append(makeRecord(1))
      await writer.close(5000)
      expect(writer.stats()).toMatchObject({ taken: 2, written: 1, dropped: 1 })
    }))
})

describe('a disk that fails', () => {
  test('no record is lost, doubled or moved, whatever writes do; and the count is exact at every moment', async () => {
    const fault = fc.oneof(
      fc.constant<Fault>({ kind: 'none' }),
      fc.record({ kind: fc.constant('short' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
      fc.record({
        kind: fc.constant('error' as const),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        code: fc.constantFrom('ENOSPC', 'EIO', 'EROFS'),
      }),
      fc.constant<Fault>({ kind: 'late', ms: 1 }),
    )
    const step = fc.record({ level: fc.constantFrom(...LEVELS), size: fc.nat(300), flush: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.array(fault, { maxLength: 25 }),
        fc.array(fc.constantFrom('EACCES', 'ENOSPC', undefined), { maxLength: 6 }),
        fc.array(fc.constantFrom('EIO', undefined), { maxLength: 6 }),
        fc.constantFrom(1500, 100_000),
        async (steps, writes, creates, truncates, queueBytes) =>
          withTempDir(async (dir) => {
            const told: WriterDrops[] = []
            const writer = makeWriter(dir, {
              segmentBytes: 2000,
              queueBytes,
              onDrops: (drops) => told.push(drops),
              fs: faultyFs({
                write: () => writes.shift() ?? { kind: 'none' },
                create: () => creates.shift(),
                truncate: () => truncates.shift(),
              }),
            })
            const appended = steps.map(({ level, size }, seq) =>
              makeRecord(seq, { level, message: '记'.repeat(size) }),
            )
            for (const [index, { flush }] of steps.entries()) {
              const record = appended[index]
              if (record !== undefined) writer.append(record)
              expectConserved(writer)
              if (flush) await writer.flush(1)
              expectConserved(writer)
            }
            expect(await writer.close(10_000)).toEqual({ left: 0 })
            expectConserved(writer)

            const { records } = await readAll(join(dir, 'journal')).catch(() => ({ records: [] }))
            const { written, dropped } = writer.stats()
            expect(records.length).toBe(written)
            const read = new Set(records.map(({ id }) => id))
            expect(records).toEqual(appended.filter(({ id }) => read.has(id)))
            // Every drop is told, by level; those after the last good write cannot exist: it empties the queue.
            if (written > 0) {
              const missing = appended.filter(({ id }) => !read.has(id))
              expect(told.reduce((sum, drops) => sum + drops.records, 0)).toBe(dropped)
              for (const level of LEVELS) {
                const sum = told.reduce((total, { levels }) => total + (levels?.[level] ?? 0), 0)
                expect(sum).toBe(missing.filter((record) => record.level === level).length)
              }
            }
          }),
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  test('while a write hangs, appending goes on, and the lowest level goes first, the oldest of it first', () =>
    withTempDir(async (dir) => {
      let release = (): void => undefined
      const hung = new Promise<void>((resolve) => {
        release = resolve
      })
      let first = true
      const told: WriterDrops[] = []
      const real = faultyFs({})
      const writer = makeWriter(dir, {
        queueBytes: 4000,
        onDrops: (drops) => told.push(drops),
        fs: {
          ...real,
          create: async (path) => {
            const file = await real.create(path)
            return {
              ...file,
              write: async (bytes) => {
                if (first) await hung
                first = false
                return file.write(bytes)
              },
            }
          },
        },
      })
      writer.append(makeRecord(0))
      expect(await writer.flush(20)).toEqual({ left: 1 })
      for (let seq = 1; seq <= 40; seq++) {
        writer.append(makeRecord(seq, { level: seq % 4 === 0 ? 'error' : 'debug' }))
        expectConserved(writer)
        expect(writer.stats().queuedBytes).toBeLessThanOrEqual(4000)
      }
      expect(writer.stats().dropped).toBeGreaterThan(10)
      release()
      expect(await writer.close(5000)).toEqual({ left: 0 })

      const { records } = await readAll(join(dir, 'journal'))
      const errors = records.filter(({ level }) => level === 'error').map(({ seq }) => seq)
      const debugs = records.filter(({ level }) => level === 'debug').map(({ seq }) => seq)
      expect(errors).toEqual([4, 8, 12, 16, 20, 24, 28, 32, 36, 40])
      expect(debugs).toEqual([33, 34, 35, 37, 38, 39].slice(6 - debugs.length))
      expect(told).toEqual([
        { reason: 'overflow', records: 30 - debugs.length, levels: { debug: 30 - debugs.length } },
      ])
    }))

  test('a directory that cannot be made is tried again, and the records wait', () =>
    withTempDir(async (dir) => {
      let broken = true
      const writer = makeWriter(dir, { fs: faultyFs({ create: () => (broken ? 'EACCES' : undefined) }) })
      for (let seq = 0; seq < 10; seq++) writer.append(makeRecord(seq))
      expect(await writer.flush(30)).toEqual({ left: 10 })
      expect(writer.stats()).toMatchObject({ written: 0, queued: 10, dropped: 0, failing: true })
      broken = false
      expect(await writer.close(5000)).toEqual({ left: 0 })
      expect((await readAll(join(dir, 'journal'))).records.length).toBe(10)
    }))

  test('a refusing disk is a reason of its own, told when it takes records again', () =>
    withTempDir(async (dir) => {
      let broken = true
      const told: WriterDrops[] = []
      const writer = makeWriter(dir, {
        queueBytes: 1000,
        onDrops: (drops) => told.push(drops),
        fs: faultyFs({
          write: () => (broken ? { kind: 'error', share: 0, code: 'ENOSPC' } : { kind: 'none' }),
        }),
      })
      writer.append(makeRecord(0))
      await writer.flush(20)
      for (let seq = 1; seq < 20; seq++) writer.append(makeRecord(seq))
      await writer.flush(20)
      expect(told).toEqual([])
      broken = false
      await writer.close(5000)
      const { dropped } = writer.stats()
      expect(told).toEqual([{ reason: 'write', records: dropped, levels: { info: dropped } }])
    }))

  test('attempts that store nothing leave no files behind', () =>
    withTempDir(async (dir) => {
      let attempts = 0
      const writer = makeWriter(dir, {
        fs: faultyFs({
          // Enough for a part of the header, never for a record.
          write: () => (++attempts <= 10 ? { kind: 'short', share: 0.1 } : { kind: 'none' }),
        }),
      })
      writer.append(makeRecord(0))
      expect(await writer.close(5000)).toEqual({ left: 0 })
      expect(attempts).toBe(11)
      expect(await files(dir)).toEqual([`${HEADER.run}.0.ndjson`])
    }))

  test('a record that could never fit is told at the end, when no other write comes', () =>
    withTempDir(async (dir) => {
      const told: WriterDrops[] = []
      const writer = makeWriter(dir, { queueBytes: 1000, onDrops: (drops) => told.push(drops) })
      writer.append(makeRecord(0))
      await writer.flush(5000)
      writer.append(makeRecord(1, { message: 'x'.repeat(2000) }))
      await writer.close(5000)
      expect(told).toEqual([{ reason: 'overflow', records: 1, levels: { info: 1 } }])
    }))

  test('a listener that throws does not stop the writing', () =>
    withTempDir(async (dir) => {
      const writer = makeWriter(dir, {
        queueBytes: 700,
        onDrops: () => {
          throw new Error('no')
        },
      })
      for (let seq = 0; seq < 20; seq++) writer.append(makeRecord(seq))
      await writer.flush(5000)
      writer.append(makeRecord(20))
      expect(await writer.close(5000)).toEqual({ left: 0 })
      expect((await readAll(join(dir, 'journal'))).records.at(-1)?.seq).toBe(20)
    }))
})
