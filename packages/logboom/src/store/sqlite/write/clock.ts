/**
 * What retention knows of the clock. A clock that jumps ahead makes everything look old; so when it is found more than `JUMP` after
 * where it was seen last, nothing is deleted by age before it has stayed there for `PATIENCE` of its own time, or has gone
 * back. A machine that slept for a month waits a day longer; nobody loses a month for a battery that was empty.
 */

const DAY = 86_400_000
const JUMP = DAY
const PATIENCE = DAY

export interface Clock {
  /** When it was asked last, as long as it did not jump. */
  seen: number
  /** Where it jumped to. */
  suspect?: number
}

export const readClock = (clock: Clock | undefined, now: number): { clock: Clock; isTrusted: boolean } => {
  if (clock === undefined || now - clock.seen <= JUMP) return { clock: { seen: now }, isTrusted: true }
  const { suspect } = clock
  if (suspect === undefined || now < suspect)
    return { clock: { seen: clock.seen, suspect: now }, isTrusted: false }
  if (now - suspect < PATIENCE) return { clock, isTrusted: false }
  return { clock: { seen: now }, isTrusted: true }
}
