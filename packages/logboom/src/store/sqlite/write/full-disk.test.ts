/** A file system that is really full: the newest stays, the oldest goes, and nothing stops. */
import { execFileSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { diskReserve } from '@logboom/sdk/journal'
import { expect, test } from 'vitest'
import { openDatabase } from '../database.ts'
import { storeFileName } from '../format.ts'
import { emptyManifest, readManifest, writeManifest } from '../manifest.ts'
import type { Seal } from './seal-thread.ts'
import { freeBytes, sizeOf } from './space.ts'
import { batchOf, makeMark, makeRecords, storedRecords, withStore, withWriter } from './testing.ts'
import type { DirectWriter } from './writer.ts'

interface Skipping {
  skip: (why: string) => never
}

/** A disk of this size, for as long as it is used; where none can be mounted, the test says so. */
const onDisk = (
  context: Skipping,
  size: string,
  use: (disk: string) => Promise<void> | void,
): Promise<void> =>
  withStore(async (disk) => {
    await mkdir(disk)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'logboom-test', disk], {
        stdio: 'pipe',
      })
    } catch (error) {
      return context.skip(`no tmpfs can be mounted here: ${error instanceof Error ? error.message : error}`)
    }
    try {
      await use(disk)
    } finally {
      execFileSync('umount', ['-l', disk])
    }
  })

test(
  'a full disk keeps the newest records, and what went is counted',
  (context) =>
    onDisk(context, '8m', async (disk) => {
      const dir = join(disk, 'store')
      await withWriter({ dir, segmentRows: 131_072 }, async (writer) => {
        let written = 0
        const write = async (rounds: number): Promise<void> => {
          for (let round = 0; round < rounds; round++) {
            const records = makeRecords(written, 200)
            writer.write(batchOf(records, { marks: [makeMark(written + 200)] }))
            written += 200
            // Full files are sealed between batches, as in a hub.
            await new Promise((resolve) => setImmediate(resolve))
          }
        }
        await write(150)
        // Somebody else takes most of what there is.
        const hog = join(disk, 'hog')
        await writeFile(hog, Buffer.alloc(3_000_000)).catch(() => {})
        await write(50)
        await rm(hog)
        await write(20)
        await writer.sealed()
        const { dropped, last, sealFailed } = writer.stats()
        expect(sealFailed).toBeUndefined()
        expect(last).toBe(written)
        const stored = storedRecords(dir)
        expect(stored.map(({ position }) => position)).toEqual(
          stored.map((_, index) => written - stored.length + 1 + index),
        )
        expect(stored.map(({ record }) => record.seq)).toEqual(stored.map(({ position }) => position - 1))
        expect(dropped.disk).toBeGreaterThan(0)
        expect(stored.length + (dropped.disk ?? 0) + (dropped.retention ?? 0)).toBe(written)
        expect(stored.length).toBeGreaterThan(3000)
        expect(writer.marks()).toEqual([makeMark(written)])
      })
      for (const { name } of readManifest(dir)?.files ?? []) {
        const db = openDatabase(join(dir, name), { readOnly: true })
        expect(db.arrays('PRAGMA integrity_check').get()).toEqual(['ok'])
        db.close()
      }
    }),
  60_000,
)

test(
  'a disk that others have filled refuses a batch whole, and takes it when there is room',
  (context) =>
    onDisk(context, '4m', async (disk) => {
      const dir = join(disk, 'store')
      await withWriter({ dir }, async (writer) => {
        writer.write(batchOf(makeRecords(0, 100), { marks: [makeMark(100)] }))
        const hog = join(disk, 'hog')
        await writeFile(hog, Buffer.alloc(8_000_000)).catch(() => {})
        let written = 100
        const more = (): void => {
          writer.write(batchOf(makeRecords(written, 100), { marks: [makeMark(written + 100)] }))
          written += 100
        }
        expect(() => {
          for (let batch = 0; batch < 100; batch++) more()
        }).toThrow(expect.objectContaining({ code: 'LB_STORE_FULL' }))
        expect(writer.marks()).toEqual([makeMark(written)])
        await rm(hog)
        more()
        expect(storedRecords(dir).map(({ record }) => record.seq)).toEqual(
          Array.from({ length: written }, (_, index) => index),
        )
      })
    }),
  60_000,
)

/** A store on a disk of 8 MB: some sealed files, the newest records in one that is not. */
const onSmallDisk = (
  context: Skipping,
  use: (store: { disk: string; dir: string; writer: DirectWriter }) => Promise<void>,
) =>
  onDisk(context, '8m', async (disk) => {
    const dir = join(disk, 'store')
    await withWriter({ dir, segmentRows: 1000 }, async (writer) => {
      for (let at = 0; at < 4500; at += 500) writer.write(batchOf(makeRecords(at, 500)))
      await writer.sealed()
      await use({ disk, dir, writer })
    })
  })

const hog = (disk: string, left: number): void =>
  writeFileSync(join(disk, 'hog'), Buffer.alloc((freeBytes(disk) ?? 0) - left))

test('a disk that others fill up is left room for captures: the oldest sealed files go, as many as have to', (context) =>
  onSmallDisk(context, async ({ disk, dir, writer }) => {
    writer.keepRoom()
    expect(writer.stats().dropped).toEqual({})
    hog(disk, 1_800_000)
    writer.keepRoom()
    expect(writer.stats().dropped).toEqual({ disk: 1000 })
    expect(freeBytes(disk)).toBeGreaterThanOrEqual(2 * diskReserve(8 * 1024 * 1024))
    expect(storedRecords(dir).map(({ record }) => record.seq)).toEqual(
      makeRecords(1000, 3500).map(({ seq }) => seq),
    )
  }))

test('what is kept for need takes records, when nothing else is left', (context) =>
  onSmallDisk(context, async ({ disk, dir, writer }) => {
    // Whatever was sealed goes first.
    hog(disk, 0)
    const refused = expect.objectContaining({ code: 'LB_STORE_FULL' })
    let written = 4500
    const more = (): void => {
      writer.write(batchOf(makeRecords(written, 50)))
      written += 50
    }
    writer.keepRoom()
    expect(sizeOf(join(dir, 'ballast'))).toBe(256 * 1024)
    writeFileSync(join(disk, 'hog-2'), Buffer.alloc(freeBytes(disk) ?? 0))
    expect(() => {
      for (;;) more()
    }).toThrow(refused)
    expect(sizeOf(join(dir, 'ballast'))).toBe(0)
    const stored = storedRecords(dir).map(({ record }) => record.seq)
    expect(stored.length).toBeGreaterThan(100)
    expect(stored).toEqual(stored.map((_, index) => written - stored.length + index))
    await rm(join(disk, 'hog'))
    more()
    expect(sizeOf(join(dir, 'ballast'))).toBe(256 * 1024)
  }))

test('a manifest for which there is half the room is not written, and the one before counts', (context) =>
  onDisk(context, '1m', (disk) => {
    const names = Array.from({ length: 150 }, (_, first) => ({ name: storeFileName('hot', first), first }))
    writeManifest(disk, emptyManifest())
    hog(disk, 4096)
    expect(() => writeManifest(disk, { ...emptyManifest(), files: names })).toThrow('ENOSPC')
    expect(readManifest(disk)).toEqual(emptyManifest())
  }))

test.each([
  ['before it is whole', '.tmp'],
  ['before it is named', ''],
])('a seal that fails %s leaves nothing behind', (_, suffix) =>
  withStore(async (dir) => {
    const failing: Seal = (job) => {
      writeFileSync(join(dir, storeFileName('sealed', job.first) + suffix), 'half of it')
      return Promise.reject(new Error('no more'))
    }
    await withWriter({ dir, segmentRows: 100, seal: failing }, async (writer) => {
      writer.write(batchOf(makeRecords(0, 100)))
      writer.write(batchOf(makeRecords(100, 100)))
      await writer.sealed()
      expect(writer.stats()).toMatchObject({ sealFailed: 'no more', sealing: 1 })
      expect(readdirSync(dir).filter((name) => /segment|tmp/.test(name))).toEqual([])
    })
  }),
)
