import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createDiskRoom, diskReserve } from './disk-room.ts'
import { segmentName } from './format.ts'
import { nodeFs } from './fs.ts'
import { makeRecord, readAll, runId, withTempDir } from './testing.ts'
import { createJournalWriter } from './writer.ts'

const MIB = 1_048_576

/** A disk that says what it is told to say, and how often it was asked. */
const makeDisk = (total: number, free: number) => {
  const disk = { total, free, asked: 0 }
  const space = () => {
    disk.asked++
    return Promise.resolve({ total: disk.total, free: disk.free })
  }
  return { disk, fs: { ...nodeFs, space } }
}

describe('the room that journals leave', () => {
  test('is an eighth of a small disk, and 16 MiB of a large one', async () => {
    expect([8 * MIB, 128 * MIB, 1e12].map(diskReserve)).toEqual([MIB, 16 * MIB, 16 * MIB])
    const { disk, fs } = makeDisk(8 * MIB, 1.5 * MIB)
    const room = createDiskRoom(fs, '/', () => 0)
    expect(await room.has(0.5 * MIB)).toBe(true)
    disk.free = MIB
    expect(await room.has(1)).toBe(false)
    // Somebody has made room.
    disk.free = 2 * MIB
    expect(await room.has(MIB)).toBe(true)
  })

  test('is looked at now and then while there is plenty, with what was written counted', async () => {
    const { disk, fs } = makeDisk(8 * MIB, 4 * MIB)
    let now = 0
    const room = createDiskRoom(fs, '/', () => now)
    for (let write = 0; write < 3; write++) expect(await room.has(MIB)).toBe(true)
    expect(disk.asked).toBe(1)
    disk.free = MIB
    expect(await room.has(MIB)).toBe(false)
    expect(disk.asked).toBe(2)
    disk.free = 8 * MIB
    expect(await room.has(1)).toBe(true)
    disk.free = 0
    now += 1000
    expect(await room.has(1)).toBe(false)
  })

  test('is no matter where a file system does not tell', async () => {
    for (const space of [
      () => Promise.reject(new Error('ENOSYS')),
      () => Promise.resolve({ total: 0, free: 0 }),
    ]) {
      const room = createDiskRoom({ ...nodeFs, space }, '/', () => 0)
      expect(await room.has(MIB)).toBe(true)
      expect(room.segmentBytes()).toBe(Number.POSITIVE_INFINITY)
    }
  })
})

describe('a journal on a small disk', () => {
  const header = { run: runId(1), server: 'analytics', pid: process.pid, pidStart: '1' }

  test('waits in memory while too little is free, tells what it had to drop, and goes on', () =>
    withTempDir(async (dir) => {
      const { disk, fs } = makeDisk(8 * MIB, 8 * MIB)
      const told: unknown[] = []
      let now = 0
      const writer = createJournalWriter({
        dir,
        header,
        fs,
        now: () => now,
        queueBytes: 250_000,
        retry: { first: 1, longest: 2 },
        onDrops: (drops) => told.push(drops),
      })
      writer.append(makeRecord(0))
      await writer.flush(5000)
      disk.free = MIB
      now += 1000
      for (let seq = 1; seq <= 100; seq++) writer.append(makeRecord(seq, { message: 'x'.repeat(100_000) }))
      await expect.poll(() => writer.stats()).toMatchObject({ failing: true, dropped: 98, written: 1 })
      disk.free = 8 * MIB
      writer.append(makeRecord(101))
      expect(await writer.close(5000)).toEqual({ left: 0 })
      expect((await readAll(dir)).records.map(({ seq }) => seq)).toEqual([0, 99, 100, 101])
      expect(told).toMatchObject([{ records: 98 }])
    }))

  test('has segments of a thirty-second of it, so that there are some to be deleted', () =>
    withTempDir(async (dir) => {
      const { fs } = makeDisk(8 * MIB, 8 * MIB)
      const writer = createJournalWriter({ dir, header, fs })
      for (let seq = 0; seq < 12; seq++) {
        writer.append(makeRecord(seq, { message: 'x'.repeat(100_000) }))
        await writer.flush(5000)
      }
      await writer.close(5000)
      const sizes = await Promise.all(
        [0, 1, 2, 3].map(async (segment) => (await stat(join(dir, segmentName(runId(1), segment)))).size),
      )
      for (const size of sizes) expect(size).toBeLessThan(MIB / 4 + 101_000)
      expect((await readAll(dir)).records).toHaveLength(12)
    }))
})
