/** Bounded waits: a test waits for what it needs, never for a time it hopes is enough. */

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Asks until the answer is neither undefined nor false.
 * @param what is told in the error when it never comes
 * @param timeoutMs milliseconds; 15 s unless told otherwise
 */
export const waitFor = async <T>(
  what: string,
  ask: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 15_000,
): Promise<T> => {
  const until = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (Date.now() > until) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}`)
    await sleep(15)
  }
}

/** The promise's value, or an error after `timeoutMs` milliseconds. */
export const within = async <T>(what: string, promise: Promise<T>, timeoutMs: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}`)), timeoutMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Lets time pass where passing time is what the test is about (a quiet gap between calls). */
export const quiet = sleep
