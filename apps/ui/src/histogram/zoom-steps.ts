/** Steps into ranges of time, to be taken back. */

export interface Bounds {
  since: string | undefined
  until: string | undefined
}

/** A step in: from where to where. */
export interface Step {
  from: Bounds
  to: Bounds
}

const same = (one: Bounds, other: Bounds): boolean => one.since === other.since && one.until === other.until

/** Where a step out leads: back where the last one came from; to all time when the bounds were since changed otherwise. */
export const outOf = (steps: readonly Step[], now: Bounds): { to: Bounds; steps: readonly Step[] } => {
  const last = steps.at(-1)
  return last !== undefined && same(last.to, now)
    ? { to: last.from, steps: steps.slice(0, -1) }
    : { to: { since: undefined, until: undefined }, steps: [] }
}
