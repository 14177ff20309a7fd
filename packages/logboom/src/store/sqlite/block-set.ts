/**
 * Sets of a file's blocks, as bitmaps: what an index answers. And the signature of a block, by which a hot file tells what may
 * be in it: 2^16 bits, bit `hash >>> 16` for each token.
 */
import { SEGMENT_BLOCKS, SIGNATURE_BITS } from './format.ts'

/** One bit for each block of a file, the lowest first. */
export type BlockSet = Uint32Array

const WORDS = SEGMENT_BLOCKS / 32
const ALL = 0xffffffff

export const noBlocks = (): BlockSet => new Uint32Array(WORDS)
export const allBlocks = (): BlockSet => new Uint32Array(WORDS).fill(ALL)

export const addBlock = (set: BlockSet, block: number): void => {
  set[block >>> 5] = (set[block >>> 5] ?? 0) | (1 << (block & 31))
}

export const hasBlock = (set: BlockSet, block: number): boolean =>
  (((set[block >>> 5] ?? 0) >>> (block & 31)) & 1) === 1

/** Keeps in `set` what `other` has too. */
export const intersect = (set: BlockSet, other: BlockSet): void => {
  for (let word = 0; word < WORDS; word++) set[word] = (set[word] ?? 0) & (other[word] ?? 0)
}

/** Adds to `set` what `other` has. */
export const unite = (set: BlockSet, other: BlockSet): void => {
  for (let word = 0; word < WORDS; word++) set[word] = (set[word] ?? 0) | (other[word] ?? 0)
}

export const countBlocks = (set: BlockSet): number => {
  let count = 0
  for (let block = 0; block < SEGMENT_BLOCKS; block++) if (hasBlock(set, block)) count++
  return count
}

/** Bytes of a signature. */
export const SIGNATURE_BYTES = 1 << (SIGNATURE_BITS - 3)
const SIGNATURE_SHIFT = 32 - SIGNATURE_BITS

/** Adds a token to a signature. */
export const signToken = (signature: Uint8Array, hash: number): void => {
  const bit = hash >>> SIGNATURE_SHIFT
  signature[bit >>> 3] = (signature[bit >>> 3] ?? 0) | (1 << (bit & 7))
}

/** False when no record of the block has this token. */
export const mayHaveToken = (signature: Uint8Array, hash: number): boolean => {
  const bit = hash >>> SIGNATURE_SHIFT
  return (((signature[bit >>> 3] ?? 0) >>> (bit & 7)) & 1) === 1
}
