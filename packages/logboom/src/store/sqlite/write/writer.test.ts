import { expect, test } from 'vitest'
import { readManifest } from '../manifest.ts'
import { batchOf, makeMark, makeRecords, storedRecords, withStore, withWriter } from './testing.ts'

test('what was written is there, in order, over many files, sealed and not', () =>
  withStore((dir) =>
    withWriter({ dir }, async (writer) => {
      const records = makeRecords(0, 3456)
      const positions: number[] = []
      for (let at = 0; at < records.length; at += 100) {
        const { first } = writer.write(batchOf(records.slice(at, at + 100), { marks: [makeMark(at)] }))
        positions.push(first ?? 0)
      }
      await writer.sealed()
      expect(positions).toEqual(positions.map((_, index) => index * 100 + 1))
      const stored = storedRecords(dir)
      expect(stored.map(({ record }) => record)).toEqual(records)
      expect(stored.map(({ position }) => position)).toEqual(records.map((_, index) => index + 1))
      expect(readManifest(dir)?.files.map(({ name }) => name)).toEqual([
        'segment-000000000001.db',
        'segment-000000001001.db',
        'segment-000000002001.db',
        'hot-000000003001.db',
      ])
      expect(writer.stats()).toMatchObject({
        written: 3456,
        sealing: 0,
        last: 3456,
        dropped: {},
        quarantined: 0,
      })
      expect(writer.marks()).toEqual([makeMark(3400)])
    }),
  ))
