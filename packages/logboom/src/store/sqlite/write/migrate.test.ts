/** A made-up version 0, in which a record's message stood in its body and open calls had no run. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../database.ts'
import { readManifest, writeManifest } from '../manifest.ts'
import { type Migrations, migrateFile } from './migrate.ts'
import { seal } from './seal.ts'
import { batchOf, makeMark, makeRecords, makeStart, storedRecords, withStore, withWriter } from './testing.ts'

const MIGRATIONS: Migrations = {
  0: (db) =>
    db.exec(`UPDATE records SET message = body ->> '$.text', body = json_remove(body, '$.text');
      ALTER TABLE open_calls ADD COLUMN run TEXT NOT NULL DEFAULT '';
      CREATE TABLE renewed (call TEXT PRIMARY KEY, run TEXT NOT NULL, started TEXT NOT NULL) WITHOUT ROWID;
      INSERT INTO renewed SELECT call, started ->> '$.run', started FROM open_calls;
      DROP TABLE open_calls; ALTER TABLE renewed RENAME TO open_calls`),
}

/** Makes of a file what it would have been in version 0. */
const makeOlder = (path: string): void => {
  const db = openDatabase(path)
  db.exec(`UPDATE records SET body = json_set(body, '$.text', message), message = '';
    ALTER TABLE open_calls DROP COLUMN run;
    UPDATE meta SET value = 0 WHERE key = 'format'`)
  db.close()
}

const ROWS = 300

test('a store of an earlier version is brought to this one, file by file, while it takes records', () =>
  withStore(async (dir) => {
    const records = makeRecords(0, 1000)
    await withWriter({ dir, segmentRows: ROWS }, async (writer) => {
      for (let at = 0; at < 1000; at += 100)
        writer.write(
          batchOf(records.slice(at, at + 100), {
            marks: [makeMark(at + 100)],
            opened: at === 0 ? [makeStart(1, 'call-1')] : [],
          }),
        )
      await writer.sealed()
    })
    const manifest = readManifest(dir)
    if (manifest === undefined) throw new Error('no manifest')
    for (const { name } of manifest.files) makeOlder(join(dir, name))
    writeManifest(dir, { ...manifest, logboom: 0 })

    const migrated: string[] = []
    const options = {
      dir,
      segmentRows: ROWS,
      migrations: MIGRATIONS,
      seal: async (job: Parameters<typeof seal>[0]) => {
        migrated.push(job.source)
        return seal(job, MIGRATIONS)
      },
    }
    const more = makeRecords(1000, 10)
    await withWriter(options, async (writer) => {
      expect(writer.marks()).toEqual([makeMark(1000)])
      expect(writer.openCalls('run-1')).toMatchObject([{ call: { id: 'call-1' } }])
      writer.write(batchOf(more))
      await writer.sealed()
      expect(writer.stats()).toMatchObject({ dropped: {}, quarantined: 0 })
    })
    expect(migrated).toEqual(expect.arrayContaining(manifest.files.slice(0, 3).map(({ name }) => name)))
    expect(storedRecords(dir).map(({ record }) => record)).toEqual([...records, ...more])
    for (const { name } of readManifest(dir)?.files ?? []) {
      const db = openDatabase(join(dir, name), { readOnly: true })
      expect(db.arrays("SELECT value FROM meta WHERE key = 'format'").get()).toEqual([1])
      expect(db.arrays('PRAGMA integrity_check').get()).toEqual(['ok'])
      db.close()
    }
  }))

test('what stands only in the log of a hot file comes along', () =>
  withStore(async (dir) => {
    const records = makeRecords(0, 100)
    const path = join(dir, 'hot-000000000001.db')
    const db = await withWriter({ dir }, (writer) => {
      // Another connection, so that the log is not folded when the writer closes.
      const reader = openDatabase(path)
      reader.exec('BEGIN; SELECT count(*) FROM records')
      writer.write(batchOf(records))
      return reader
    })
    db.exec('ROLLBACK')
    makeOlder(path)
    migrateFile(dir, 'hot-000000000001.db', 'hot', MIGRATIONS)
    db.close()
    expect(storedRecords(dir).map(({ record }) => record)).toEqual(records)
  }))

test('a file of a version that nobody knows a way from goes to quarantine', () =>
  withStore(async (dir) => {
    await withWriter({ dir, segmentRows: ROWS }, async (writer) => {
      for (let at = 0; at < 400; at += 100) writer.write(batchOf(makeRecords(at, 100)))
      await writer.sealed()
    })
    makeOlder(join(dir, 'segment-000000000001.db'))
    await withWriter({ dir }, (writer) => {
      expect(writer.stats()).toMatchObject({ dropped: { damage: 300 }, quarantined: 1 })
    })
    expect(storedRecords(dir)).toHaveLength(100)
  }))
