/** What is kept in mind of keys: for a while, and of so many. */

/** A window also ends when the clock goes back behind its start: nobody can say any more how long it has been open. */
export const isOver = (start: number, windowMs: number, now: number): boolean =>
  now >= start + windowMs || now < start

/** Puts a key behind all others; of too many, the first goes and is returned. */
export const setNewest = <Value>(
  map: Map<string, Value>,
  key: string,
  value: Value,
  max: number,
): Value | undefined => {
  map.delete(key)
  map.set(key, value)
  if (map.size <= max) return undefined
  const [oldest] = map
  if (oldest === undefined) return undefined
  map.delete(oldest[0])
  return oldest[1]
}
