/**
 * How many records came within the last window, for a bounded amount of memory whatever comes.
 *
 * The window slides in `STEPS` steps. A record counts from its own step until `STEPS` steps later: with a window of five
 * minutes it leaves up to 1.2 seconds before these are over, and never after. What is counted is exact.
 */

/** Steps to a window. */
export const STEPS = 256

interface Slot {
  step: number
  count: number
  /** Highest severity in it. */
  top: number
}

export interface Window {
  /** Records within it, as of the last `advance` or `add`. */
  readonly total: number
  /** Steps must not descend. */
  add(step: number, severity: number): void
  /** Lets go what is older; returns the step at which the total fell below the threshold, if it just did. */
  advance(step: number): number | undefined
  /** Highest severity of what is in it. */
  top(): number
  /** The step at which the total will fall below the threshold if nothing more comes; it must not be below it now. */
  fallsAt(): number
}

export const createWindow = (threshold: number): Window => {
  let slots: Slot[] = []
  let first = 0
  let total = 0
  return {
    get total() {
      return total
    },
    add(step, severity) {
      total += 1
      const last = slots.at(-1)
      if (last?.step !== step) {
        slots.push({ step, count: 1, top: severity })
        return
      }
      last.count += 1
      last.top = Math.max(last.top, severity)
    },
    advance(step) {
      let fell: number | undefined
      for (let slot = slots[first]; slot !== undefined && slot.step + STEPS <= step; slot = slots[++first]) {
        const before = total
        total -= slot.count
        if (before >= threshold && total < threshold) fell = slot.step + STEPS
      }
      // Not at every step: moving the rest costs its length.
      if (first > STEPS) {
        slots = slots.slice(first)
        first = 0
      }
      return fell
    },
    top() {
      let top = 0
      for (let at = first; at < slots.length; at++) top = Math.max(top, slots[at]?.top ?? 0)
      return top
    },
    fallsAt() {
      let left = total
      for (let at = first; at < slots.length; at++) {
        const { step, count } = slots[at] ?? { step: 0, count: 0 }
        left -= count
        if (left < threshold) return step + STEPS
      }
      return 0
    },
  }
}
