import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isSealedEntry, readManifest } from '../manifest.ts'
import { batchOf, makeRecord, START, withStore, withWriter } from './testing.ts'

const shift = fc.integer({ min: -100_000, max: 100_000 })
const records = fc.array(fc.tuple(shift, shift, fc.constantFrom('a', 'b', '__proto__', 'c')), {
  minLength: 3,
  maxLength: 40,
})

test('a sealed file says of its records what they say, however they were counted', async () => {
  await fc.assert(
    fc.asyncProperty(records, fc.constantFrom(0, 2), async (made, begun) => {
      const all = made.map(([time, observed, server], seq) =>
        makeRecord(seq, { time: START + time, observed: START + observed, server }),
      )
      await withStore(async (dir) => {
        // A writer that goes on with a file that another one began has not seen all of it.
        if (begun > 0)
          await withWriter({ dir, segmentRows: all.length }, (writer) =>
            writer.write(batchOf(all.slice(0, begun))),
          )
        await withWriter({ dir, segmentRows: all.length }, async (writer) => {
          writer.write(batchOf(all.slice(begun)))
          writer.write(batchOf([makeRecord(all.length)]))
          await writer.sealed()
        })
        const times = all.map(({ time }) => time)
        const observed = all.map((record) => record.observed)
        const servers = new Map<string, number>()
        for (const { server } of all) servers.set(server, (servers.get(server) ?? 0) + 1)
        const [sealed] = readManifest(dir)?.files.filter(isSealedEntry) ?? []
        expect(sealed).toMatchObject({
          rows: all.length,
          last: all.length,
          time: [Math.min(...times), Math.max(...times)],
          observed: [Math.min(...observed), Math.max(...observed)],
        })
        expect(new Map(Object.entries(sealed?.servers ?? {}))).toEqual(servers)
      })
    }),
    { numRuns: 20 },
  )
})
