import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { hasBlock, mayHaveToken, SIGNATURE_BYTES, signToken } from './block-set.ts'
import { type Database, openDatabase } from './database.ts'
import { SEGMENT_BLOCKS } from './format.ts'
import { bucketOf, encodePostings, readPostings } from './postings.ts'

const open: Database[] = []
afterEach(() => {
  for (const db of open.splice(0)) db.close()
})

/** A database with the postings of these hashes, block by block. */
const postingsOf = (blocks: readonly (readonly number[])[]): Database => {
  const db = openDatabase(':memory:')
  open.push(db)
  db.exec('CREATE TABLE postings (bucket INTEGER PRIMARY KEY, data BLOB NOT NULL)')
  const lists = blocks.map((hashes) => Uint32Array.from(new Set(hashes.map(bucketOf))))
  for (const { bucket, data } of encodePostings(lists))
    db.prepare('INSERT INTO postings VALUES (?, ?)').run(bucket, data)
  return db
}

const blocksOf = (db: Database, hash: number): number[] => {
  const set = readPostings(db, hash)
  return Array.from({ length: SEGMENT_BLOCKS }, (_, block) => block).filter((block) => hasBlock(set, block))
}

// Few and neighbouring buckets, the first and the last of all among them, so that rows are shared and lists are long.
const hash = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((n) => n * 0x1000),
  fc.integer({ min: 0, max: 5 }).map((n) => (0xffffffff - n * 0x1001) >>> 0),
  fc.integer({ min: 0, max: 0xffffffff }),
)

test('the blocks of a bucket are those that have a token of it', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(hash, { maxLength: 30 }), { maxLength: SEGMENT_BLOCKS, size: 'max' }),
      (blocks) => {
        const db = postingsOf(blocks)
        const asked = [...new Set([...blocks.flat().slice(0, 50), 0, 0xffffffff, 0x12345678])]
        for (const one of asked) {
          const expected = blocks.flatMap((hashes, block) =>
            hashes.some((other) => bucketOf(other) === bucketOf(one)) ? [block] : [],
          )
          expect(blocksOf(db, one)).toEqual(expected)
        }
      },
    ),
    { numRuns: 60 },
  )
}, 60_000)

test.each([1, 14, 15, 16, 255, 256, 257, 270, 271, 512])(
  'a token in the first %i blocks, and one in the last',
  (count) => {
    const blocks = Array.from({ length: SEGMENT_BLOCKS }, (_, block) => [
      ...(block < count ? [0x5000] : []),
      ...(block >= SEGMENT_BLOCKS - count ? [0x7000] : []),
    ])
    const db = postingsOf(blocks)
    const numbers = blocks.map((_, block) => block)
    expect(blocksOf(db, 0x5000)).toEqual(numbers.slice(0, count))
    expect(blocksOf(db, 0x7000)).toEqual(numbers.slice(-count))
    expect(blocksOf(db, 0x9000)).toEqual([])
  },
)

test('a signature has what was signed, and hardly anything else', () => {
  fc.assert(
    fc.property(fc.uniqueArray(hash, { maxLength: 100 }), (hashes) => {
      const signature = new Uint8Array(SIGNATURE_BYTES)
      for (const one of hashes) signToken(signature, one)
      expect(hashes.every((one) => mayHaveToken(signature, one))).toBe(true)
      const bits = new Set(hashes.map((one) => one >>> 16))
      expect(signature.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)).toBe(
        bits.size,
      )
    }),
  )
})
