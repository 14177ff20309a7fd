/** Files that were cut or changed: the store opens without them, keeps the rest, and goes on. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@logboom/sdk/record'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openDatabase } from '../database.ts'
import { quarantined, readManifest } from '../manifest.ts'
import { batchOf, makeMark, makeRecords, storedRecords, withStore, withWriter } from './testing.ts'

const ROWS = 300
const SEALED = 'segment-000000000301.db'
const HOT = 'hot-000000000901.db'

const makeStore = async (dir: string): Promise<LogRecord[]> => {
  const records = makeRecords(0, 1000)
  await withWriter({ dir, segmentRows: ROWS }, async (writer) => {
    for (let at = 0; at < records.length; at += 100)
      writer.write(batchOf(records.slice(at, at + 100), { marks: [makeMark(at + 100)] }))
    await writer.sealed()
  })
  return records
}

/** Opens the store and writes on; tells the marks it began with and what it holds afterwards. */
const reopen = (dir: string) =>
  withWriter({ dir, segmentRows: ROWS }, async (writer) => {
    const marks = writer.marks()
    const { first = 0 } = writer.write(batchOf(makeRecords(5000, 200)))
    await writer.sealed()
    expect(writer.stats()).toMatchObject({ sealing: 0, last: first + 199 })
    return { marks, first, quarantined: writer.stats().quarantined, dropped: writer.stats().dropped }
  })

test.each([
  ['all', 0],
  ['the header', 50],
  ['one page', 8192],
  ['half', 0.5],
  ['the last byte', -1],
])('a sealed file of which only %s is left goes, the rest stays', (_, length) =>
  withStore(async (dir) => {
    const records = await makeStore(dir)
    const path = join(dir, SEALED)
    const { size } = statSync(path)
    const left = length < 0 ? size + length : length === 0.5 ? size / 2 : length
    truncateSync(path, left)
    const { marks, first, dropped } = await reopen(dir)
    expect(marks).toEqual([makeMark(1000)])
    expect(first).toBe(1001)
    expect(dropped).toEqual({ damage: ROWS })
    // What is empty was cut to make room: there is nothing to look at.
    expect(quarantined(dir).map((name) => name.replace(/^\d+-/, ''))).toEqual(left === 0 ? [] : [SEALED])
    const stored = storedRecords(dir).map(({ record }) => record.seq)
    expect(stored).toEqual([
      ...records.map(({ seq }) => seq).filter((seq) => seq < 300 || seq >= 600),
      ...makeRecords(5000, 200).map(({ seq }) => seq),
    ])
  }),
)

test.each([50, 8192, 20_000])(
  'of the last hot file %i bytes are left: reading goes on from the marks before it',
  (left) =>
    withStore(async (dir) => {
      const records = await makeStore(dir)
      truncateSync(join(dir, HOT), left)
      const { marks, first, quarantined: count } = await reopen(dir)
      // The marks of the file before it, when that was full.
      expect(marks).toEqual([makeMark(900)])
      expect(first).toBeGreaterThan(1000)
      expect(count).toBe(1)
      expect(storedRecords(dir).map(({ record }) => record)).toEqual([
        ...records.slice(0, 900),
        ...storedRecords(dir)
          .slice(900)
          .map(({ record }) => record),
      ])
      expect(storedRecords(dir)).toHaveLength(1100)
    }),
)

test('files that are none of the store go to quarantine, whatever they are', () =>
  withStore(async (dir) => {
    await makeStore(dir)
    writeFileSync(join(dir, SEALED), 'not a database at all'.repeat(1000))
    const other = join(dir, 'segment-000000000001.db')
    truncateSync(other, 0)
    const db = openDatabase(other)
    db.exec('CREATE TABLE meta (key TEXT, value); CREATE TABLE cats (name TEXT)')
    db.close()
    const { quarantined: count, dropped } = await reopen(dir)
    expect(count).toBe(2)
    expect(dropped).toEqual({ damage: 2 * ROWS })
  }))

test('a sealed file under the name of the hot one is not written on', () =>
  withStore(async (dir) => {
    await makeStore(dir)
    for (const suffix of ['-wal', '-shm']) rmSync(join(dir, HOT) + suffix, { force: true })
    copyFileSync(join(dir, SEALED), join(dir, HOT))
    const { marks, quarantined: count } = await reopen(dir)
    expect(marks).toEqual([makeMark(900)])
    expect(count).toBe(1)
    expect(storedRecords(dir)).toHaveLength(1100)
  }))

test('a missing file is forgotten', () =>
  withStore(async (dir) => {
    await makeStore(dir)
    truncateSync(join(dir, SEALED), 0)
    rmSync(join(dir, SEALED))
    expect((await reopen(dir)).dropped).toEqual({ damage: ROWS })
  }))

test('whatever bytes of a file change, the store opens, goes on, and loses nothing of other files', async () => {
  const seed = fc.record({
    file: fc.constantFrom(SEALED, HOT, 'manifest.json'),
    places: fc.array(fc.record({ at: fc.double({ min: 0, max: 0.9999, noNaN: true }), byte: fc.nat(255) }), {
      minLength: 1,
      maxLength: 20,
    }),
  })
  await fc.assert(
    fc.asyncProperty(seed, ({ file, places }) =>
      withStore(async (dir) => {
        await makeStore(dir)
        const path = join(dir, file)
        const { size } = statSync(path)
        const handle = openSync(path, 'r+')
        for (const { at, byte } of places) {
          const old = Buffer.alloc(1)
          readSync(handle, old, 0, 1, Math.floor(at * size))
          writeSync(handle, Buffer.from([byte]), 0, 1, Math.floor(at * size))
        }
        closeSync(handle)
        const { first } = await reopen(dir)
        expect(first).toBeGreaterThan(1000)
        // Nothing is left behind that would have to be deleted by hand.
        const named = readManifest(dir)?.files.map(({ name }) => name) ?? []
        const there = readdirSync(dir).filter((name) => name.endsWith('.db') || name.endsWith('.tmp'))
        expect(there).toEqual([...named].sort())
        expect(named.filter((name) => name !== file)).toEqual(
          expect.arrayContaining(['segment-000000000001.db', 'segment-000000000601.db']),
        )
        expect(existsSync(join(dir, 'segment-000000000601.db'))).toBe(true)
      }),
    ),
    { numRuns: 25 },
  )
}, 120_000)
