/** The tokens of a block that is being filled, each bucket once. */
import { SIGNATURE_BYTES, signToken } from '../block-set.ts'
import { POSTINGS_BITS } from '../format.ts'
import type { Emit } from '../tokens.ts'

const SHIFT = 32 - POSTINGS_BITS

export interface BlockTokens {
  add: Emit
  /** The distinct buckets since the last call, and starts anew. */
  take(): Uint32Array
}

export const createBlockTokens = (): BlockTokens => {
  const seen = new Uint32Array(1 << (POSTINGS_BITS - 5))
  let buckets = new Uint32Array(8192)
  let count = 0
  return {
    add(hash) {
      const bucket = hash >>> SHIFT
      const word = bucket >>> 5
      const bit = 1 << (bucket & 31)
      const old = seen[word] as number
      if ((old & bit) !== 0) return
      seen[word] = old | bit
      if (count === buckets.length) {
        const larger = new Uint32Array(count * 2)
        larger.set(buckets)
        buckets = larger
      }
      buckets[count++] = bucket
    },
    take() {
      const taken = buckets.slice(0, count)
      count = 0
      seen.fill(0)
      return taken
    },
  }
}

/** The signature of a block that has these buckets. */
export const signatureOf = (buckets: Uint32Array): Uint8Array => {
  const signature = new Uint8Array(SIGNATURE_BYTES)
  for (let i = 0; i < buckets.length; i++) signToken(signature, ((buckets[i] as number) << SHIFT) >>> 0)
  return signature
}
