/** A file system that is really full: the newest stays, the oldest goes, and nothing stops. */
import { execFileSync } from 'node:child_process'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../database.ts'
import { readManifest } from '../manifest.ts'
import { batchOf, makeMark, makeRecords, storedRecords, withStore, withWriter } from './testing.ts'

/** A file system of this size, or why there is none. */
const mountSmall = (dir: string, size: string): string | undefined => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'logboom-test', dir], {
      stdio: 'pipe',
    })
    return undefined
  } catch (error) {
    return `no tmpfs can be mounted here: ${error instanceof Error ? error.message : error}`
  }
}

test(
  'a full disk keeps the newest records, and what went is counted',
  (context) =>
    withStore(async (disk) => {
      await mkdir(disk)
      const refusal = mountSmall(disk, '8m')
      if (refusal !== undefined) return context.skip(refusal)
      const dir = join(disk, 'store')
      try {
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
      } finally {
        execFileSync('umount', ['-l', disk])
      }
    }),
  60_000,
)

test(
  'a disk that others have filled refuses a batch whole, and takes it when there is room',
  (context) =>
    withStore(async (disk) => {
      await mkdir(disk)
      const refusal = mountSmall(disk, '4m')
      if (refusal !== undefined) return context.skip(refusal)
      const dir = join(disk, 'store')
      try {
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
      } finally {
        execFileSync('umount', ['-l', disk])
      }
    }),
  60_000,
)
