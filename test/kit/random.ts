/** Seeded randomness, so that a failure can be had again: `CHAOS_SEED=… npm run test:chaos`. */

export const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000)

/** Numbers from 0 (inclusive) to 1 (exclusive): mulberry32. */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
