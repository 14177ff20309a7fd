/**
 * Postings of a sealed file: which blocks have which tokens.
 *
 * A token's bucket is `hash >>> (32 - POSTINGS_BITS)`. Neighbouring buckets share a row, `GROUP` to a row: the row's key is
 * `bucket >>> GROUP_BITS`; a row without any block is left out. Its data:
 *
 *     1 byte         how many of its buckets have any block, when fewer than half have; else 255
 *     2 bytes each   for these buckets: the number within the row, then its counts; or
 *     GROUP bytes    the counts of all
 *                    (counts: how many of the lower 256 blocks (low four bits) and of the upper 256 (high four bits) have
 *                    it, up to 14; 15 stands for a bitmap)
 *     then, for each of them in turn, lower half first:
 *       n bytes      the numbers of the blocks within their half, ascending
 *       or 32 bytes  a bitmap of the half, lowest block first, lowest bit first
 *
 * So a block costs one byte where it is rare, and a token that is everywhere costs 64 bytes.
 */
import { type BlockSet, noBlocks } from './block-set.ts'
import type { Database } from './database.ts'
import { POSTINGS_BITS, SEGMENT_BLOCKS } from './format.ts'

/** The bucket of a token. */
export const bucketOf = (hash: number): number => hash >>> (32 - POSTINGS_BITS)

const BUCKETS = 1 << POSTINGS_BITS
const GROUP_BITS = 7
const GROUP = 1 << GROUP_BITS
const HALF = SEGMENT_BLOCKS / 2
const BITMAP = 15
const DENSE = 255
const BITMAP_BYTES = HALF / 8

/** Which blocks may have a record with this token. */
export const readPostings = (db: Database, hash: number): BlockSet => {
  const bucket = bucketOf(hash)
  const row = db.arrays('SELECT data FROM postings WHERE bucket = ?').get(bucket >>> GROUP_BITS)
  const data = row?.[0]
  return data instanceof Uint8Array ? decodeBucket(data, bucket & (GROUP - 1)) : noBlocks()
}

const bytesOf = (count: number): number => (count === BITMAP ? BITMAP_BYTES : count)

const decodeBucket = (data: Uint8Array, index: number): BlockSet => {
  const set = noBlocks()
  const few = data[0] ?? 0
  const isDense = few === DENSE
  const listed = isDense ? GROUP : few
  let at = 1 + (isDense ? GROUP : 2 * few)
  for (let i = 0; i < listed; i++) {
    const bucket = isDense ? i : (data[1 + 2 * i] ?? 0)
    const counts = (isDense ? data[1 + i] : data[2 + 2 * i]) ?? 0
    const lower = counts & 15
    const upper = counts >>> 4
    if (bucket === index) {
      addHalf(set, 0, data, at, lower)
      addHalf(set, HALF, data, at + bytesOf(lower), upper)
      return set
    }
    at += bytesOf(lower) + bytesOf(upper)
  }
  return set
}

const addHalf = (set: BlockSet, base: number, data: Uint8Array, at: number, count: number): void => {
  const bytes = bytesOf(count)
  for (let i = 0; i < bytes; i++) {
    const byte = data[at + i] ?? 0
    const block = base + (count === BITMAP ? i * 8 : byte)
    const bits = count === BITMAP ? byte : 1
    const word = block >>> 5
    set[word] = (set[word] ?? 0) | (bits << (block & 31))
  }
}

/** A row of the table. */
export interface PostingsRow {
  bucket: number
  data: Uint8Array
}

/** Turns lists of distinct buckets, one for each block (absent where nothing is known to be), into rows. */
export function* encodePostings(blocks: readonly (Uint32Array | undefined)[]): Generator<PostingsRow> {
  // Counted, then placed: block by block, so each bucket's blocks are in order.
  const ends = new Uint32Array(BUCKETS + 1)
  for (const buckets of blocks) {
    if (buckets === undefined) continue
    for (let i = 0; i < buckets.length; i++) {
      const after = (buckets[i] ?? 0) + 1
      ends[after] = (ends[after] ?? 0) + 1
    }
  }
  for (let bucket = 1; bucket <= BUCKETS; bucket++)
    ends[bucket] = (ends[bucket] ?? 0) + (ends[bucket - 1] ?? 0)
  // From here `ends[bucket]` is where the bucket's next block goes; when all are placed, where the bucket ends.
  const placed = new Uint16Array(ends[BUCKETS] ?? 0)
  for (let block = 0; block < blocks.length; block++) {
    const buckets = blocks[block]
    if (buckets === undefined) continue
    for (let i = 0; i < buckets.length; i++) {
      const bucket = buckets[i] ?? 0
      const at = ends[bucket] ?? 0
      placed[at] = block
      ends[bucket] = at + 1
    }
  }
  const lists = new Uint8Array(GROUP * 2 * BITMAP_BYTES)
  const counts = new Uint8Array(GROUP)
  let start = 0
  for (let group = 0; group < BUCKETS / GROUP; group++) {
    let at = 0
    let few = 0
    for (let index = 0; index < GROUP; index++) {
      const end = ends[group * GROUP + index] ?? 0
      let upper = start
      while (upper < end && (placed[upper] ?? 0) < HALF) upper++
      counts[index] = countCode(upper - start) | (countCode(end - upper) << 4)
      if (end > start) few++
      at = writeHalf(lists, at, placed, start, upper)
      at = writeHalf(lists, at, placed, upper, end)
      start = end
    }
    if (few > 0) yield { bucket: group, data: encodeRow(few, counts, lists.subarray(0, at)) }
  }
}

const encodeRow = (few: number, counts: Uint8Array, lists: Uint8Array): Uint8Array => {
  const isDense = few >= GROUP / 2
  const head = 1 + (isDense ? GROUP : 2 * few)
  const data = new Uint8Array(head + lists.length)
  data[0] = isDense ? DENSE : few
  if (isDense) data.set(counts, 1)
  else {
    let at = 1
    for (let index = 0; index < GROUP; index++) {
      if (counts[index] === 0) continue
      data[at++] = index
      data[at++] = counts[index] ?? 0
    }
  }
  data.set(lists, head)
  return data
}

const countCode = (count: number): number => Math.min(count, BITMAP)

/** Writes the blocks `placed[from..to]` of one half; returns where the next ones go. */
const writeHalf = (data: Uint8Array, at: number, placed: Uint16Array, from: number, to: number): number => {
  if (to - from < BITMAP) {
    for (let i = from; i < to; i++) data[at + i - from] = (placed[i] ?? 0) & (HALF - 1)
    return at + to - from
  }
  data.fill(0, at, at + BITMAP_BYTES)
  for (let i = from; i < to; i++) {
    const block = (placed[i] ?? 0) & (HALF - 1)
    data[at + (block >>> 3)] = (data[at + (block >>> 3)] ?? 0) | (1 << (block & 7))
  }
  return at + BITMAP_BYTES
}
