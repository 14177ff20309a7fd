/** Unix epoch milliseconds, fractional to the microsecond; never goes back. */
export const clock = (): number => performance.timeOrigin + performance.now()
