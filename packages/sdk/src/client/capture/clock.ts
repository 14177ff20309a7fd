// Read once: it never changes, and reading it costs as much as the time does.
const origin = performance.timeOrigin

/** Unix epoch milliseconds, fractional to the microsecond; never goes back. */
export const clock = (): number => origin + performance.now()
