/** The time as components see it: one timer for all that run, and none while nothing does. */
import { useSyncExternalStore } from 'react'

const clock = (stepMs: number) => {
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const listeners = new Set<() => void>()
  const tick = (): void => {
    now = Date.now()
    for (const listener of listeners) listener()
  }
  return {
    get: () => now,
    subscribe(listener: () => void) {
      if (listeners.size === 0) {
        now = Date.now()
        timer = setInterval(tick, stepMs)
      }
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearInterval(timer)
      }
    },
  }
}

const SECONDS = clock(1000)
const TENTHS = clock(100)
const STILL = { get: () => 0, subscribe: () => () => {} }

/** Now, each second, or each tenth of one. `still` never changes, and is 0. */
export const useNow = (pace: 'seconds' | 'tenths' | 'still'): number => {
  const source = pace === 'seconds' ? SECONDS : pace === 'tenths' ? TENTHS : STILL
  return useSyncExternalStore(source.subscribe, source.get)
}
