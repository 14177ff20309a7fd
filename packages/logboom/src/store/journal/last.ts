/** The last N of what passes by. */
export interface Last<T> {
  add(item: T): void
  /** Oldest first. */
  all(): T[]
}

/** @param limit how many are kept; 0 keeps none */
export const createLast = <T>(limit: number): Last<T> => {
  let items: T[] = []
  return {
    add(item) {
      items.push(item)
      // Cut rarely, so that adding stays cheap.
      if (items.length >= limit * 2 + 64) items = limit === 0 ? [] : items.slice(-limit)
    },
    all: () => (limit === 0 ? [] : items.slice(-limit)),
  }
}
