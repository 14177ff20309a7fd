/**
 * Waits for a promise, however it ends, but not longer than `timeoutMs`. The timer holds the process while it runs:
 * somebody waits for it, and it is bounded.
 * @returns whether the promise ended in time; how it ended is for whoever made it
 */
export const within = async (promise: Promise<unknown>, timeoutMs: number): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs)
  })
  const ended = promise.then(
    () => true,
    () => true,
  )
  try {
    return await Promise.race([ended, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Milliseconds left, as they pass. */
export const countdown = (timeoutMs: number): (() => number) => {
  const end = performance.now() + timeoutMs
  return () => Math.max(0, end - performance.now())
}
