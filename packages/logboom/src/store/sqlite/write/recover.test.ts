/** What a writer finds after whoever wrote before was killed between two steps, and what it makes of it. */
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import { describe, expect, test } from 'vitest'
import { openDatabase } from '../database.ts'
import { SEGMENT_ROWS } from '../format.ts'
import { readManifest, rebuildManifest, writeManifest } from '../manifest.ts'
import { createHotFile, heritageOf } from './hot-file.ts'
import { seal } from './seal.ts'
import type { Seal } from './seal-thread.ts'
import { batchOf, makeMark, makeRecords, makeStart, storedRecords, withStore, withWriter } from './testing.ts'
import { openStoreWriter } from './writer.ts'

const ROWS = 600
const never: Seal = () => Promise.reject(new Error('not now'))

/** A store of 2000 records in files of 600, sealed unless told otherwise, with marks, an open call and a counter. */
const makeStore = async (dir: string, sealWith?: Seal): Promise<LogRecord[]> => {
  const records = makeRecords(0, 2000)
  const options = { dir, segmentRows: ROWS, ...(sealWith === undefined ? {} : { seal: sealWith }) }
  await withWriter(options, async (writer) => {
    for (let at = 0; at < records.length; at += 100)
      writer.write(
        batchOf(records.slice(at, at + 100), {
          marks: [makeMark(at + 100)],
          opened: at === 300 ? [makeStart(1, 'call-1')] : [],
          dropped: { overflow: 1 },
        }),
      )
    await writer.sealed()
  })
  return records
}

/** Opens the store as found, and sees that everything is there once, and that it can be written on. */
const expectWhole = async (dir: string, records: readonly LogRecord[]): Promise<void> => {
  const more = makeRecords(records.length, 50)
  await withWriter({ dir, segmentRows: ROWS }, async (writer) => {
    expect(writer.marks()).toEqual([makeMark(2000)])
    expect(writer.openCalls('run-1')).toEqual([expect.objectContaining({ seq: 1, source: 'call' })])
    expect(writer.counters()).toEqual({ overflow: 20 })
    expect(writer.write(batchOf(more))).toEqual({ first: records.length + 1 })
    await writer.sealed()
    expect(writer.stats()).toMatchObject({
      sealing: 0,
      last: records.length + 50,
      dropped: {},
      quarantined: 0,
    })
  })
  const stored = storedRecords(dir)
  expect(stored.map(({ record }) => record)).toEqual([...records, ...more])
  expect(stored.map(({ position }) => position)).toEqual(stored.map((_, index) => index + 1))
  const named = readManifest(dir)?.files.map(({ name }) => name) ?? []
  const there = readdirSync(dir).filter((name) => /\.(?:db|tmp)/.test(name) && !/-(?:wal|shm)$/.test(name))
  expect(there).toEqual([...named].sort())
}

describe('a kill', () => {
  test('while a file is made leaves it behind', () =>
    withStore(async (dir) => {
      const records = await makeStore(dir)
      for (const name of ['manifest.json.tmp', 'segment-000000000601.db.tmp'])
        writeFileSync(join(dir, name), 'half')
      await expectWhole(dir, records)
    }))

  test('after a new hot file is made, before it is named', () =>
    withStore(async (dir) => {
      const records = await makeStore(dir)
      const hot = readManifest(dir)?.files.at(-1)?.name ?? ''
      const heritage = heritageOf(join(dir, hot))
      createHotFile(join(dir, 'hot-000000002001.db'), 2001, heritage)
      await expectWhole(dir, records)
    }))

  test('while files wait to be sealed', () =>
    withStore(async (dir) => {
      const records = await makeStore(dir, never)
      expect(readManifest(dir)?.files.map(({ name }) => name)).toEqual([
        'hot-000000000001.db',
        'hot-000000000601.db',
        'hot-000000001201.db',
        'hot-000000001801.db',
      ])
      await expectWhole(dir, records)
    }))

  test('after a file is sealed, before it is named', () =>
    withStore(async (dir) => {
      const records = await makeStore(dir, never)
      seal({ dir, source: 'hot-000000000001.db', first: 1 })
      await expectWhole(dir, records)
    }))

  test('after a sealed file is named, before the hot one is deleted', () =>
    withStore(async (dir) => {
      const kept = join(dir, '..', 'kept')
      const records = await makeStore(dir, (job) => {
        copyFileSync(join(dir, job.source), kept)
        return Promise.resolve(seal(job))
      })
      copyFileSync(kept, join(dir, 'hot-000000001201.db'))
      await expectWhole(dir, records)
    }))

  test('after a sealed file is forgotten, before it is deleted, or when it is cut', () =>
    withStore(async (dir) => {
      const records = await makeStore(dir)
      const manifest = readManifest(dir)
      if (manifest === undefined) throw new Error('no manifest')
      writeManifest(dir, { ...manifest, files: manifest.files.slice(2) })
      truncateSync(join(dir, 'segment-000000000001.db'))
      await withWriter({ dir }, () => {})
      expect(readdirSync(dir).filter((name) => name.startsWith('segment'))).toEqual([
        'segment-000000001201.db',
      ])
      expect(storedRecords(dir).map(({ record }) => record)).toEqual(records.slice(1200))
    }))

  test('after a file is cut for want of room, before it is forgotten', () =>
    withStore(async (dir) => {
      const records = await makeStore(dir)
      truncateSync(join(dir, 'segment-000000000001.db'))
      await withWriter({ dir }, (writer) => {
        expect(writer.stats()).toMatchObject({ dropped: { damage: 600 }, quarantined: 0 })
      })
      expect(storedRecords(dir).map(({ record }) => record)).toEqual(records.slice(600))
    }))

  test('after a file is written anew without records of a server, before the manifest tells', () =>
    withStore(async (dir) => {
      const records = await makeStore(dir)
      seal({ dir, source: 'segment-000000000601.db', first: 601, without: { model: 100 } })
      await withWriter({ dir }, (writer) => {
        expect(writer.stats()).toMatchObject({ dropped: { retention: 100 }, quarantined: 0 })
      })
      expect(storedRecords(dir)).toHaveLength(records.length - 100)
      expect(readManifest(dir)?.files[1]).toMatchObject({
        rows: 500,
        servers: { analytics: 300, model: 200 },
      })
    }))
})

describe('without a manifest', () => {
  test.each([
    ['missing', undefined],
    ['cut', (text: string) => text.slice(0, text.length / 2)],
    ['changed in one place', (text: string) => text.replace('"first":601', '"first":602')],
  ])('that is, %s, the files tell', (_, change) =>
    withStore(async (dir) => {
      const records = await makeStore(dir)
      const before = readManifest(dir)
      const path = join(dir, 'manifest.json')
      if (change === undefined) rmSync(path)
      else writeFileSync(path, change(readFileSync(path, 'utf8')))
      expect(readManifest(dir)).toBeUndefined()
      const { manifest, damaged } = rebuildManifest(dir)
      expect(manifest.files).toEqual(before?.files)
      expect(damaged).toEqual([])
      await withWriter({ dir, segmentRows: ROWS }, async (writer) => {
        expect(writer.marks()).toEqual([makeMark(2000)])
        // It cannot be known whether later positions were given out: the last file may have held as many as one may.
        expect(writer.write(batchOf(makeRecords(2000, 1))).first).toBe(1801 + SEGMENT_ROWS)
        await writer.sealed()
      })
      expect(storedRecords(dir).map(({ record }) => record.seq)).toEqual(
        [...records, { seq: 2000 }].map(({ seq }) => seq),
      )
    }),
  )
})

test('a store of a later format is refused, and left as it is', () =>
  withStore(async (dir) => {
    await makeStore(dir)
    const db = openDatabase(join(dir, 'segment-000000000601.db'))
    db.exec("UPDATE meta SET value = 99 WHERE key = 'format'")
    db.close()
    expect(() => openStoreWriter({ dir })).toThrow(expect.objectContaining({ code: 'LB_STORE_FORMAT' }))
    expect(existsSync(join(dir, 'segment-000000000601.db'))).toBe(true)
    expect(readManifest(dir)?.files).toHaveLength(4)
  }))
