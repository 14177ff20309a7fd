/** Time that only passes. */

/**
 * A clock that never goes back: a clock that is set back stands still from there, and goes on.
 * @returns milliseconds since it was made
 */
export const steady = (now: () => number): (() => number) => {
  let last = now()
  let passed = 0
  return () => {
    const time = now()
    if (time > last) passed += time - last
    if (Number.isFinite(time)) last = time
    return passed
  }
}
