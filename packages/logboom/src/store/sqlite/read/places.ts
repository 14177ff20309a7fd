/**
 * Where the records of some series are in a file, as far as it was read: what was read once never changes, so who asks the
 * same again (a page that refreshes, the next page) reads only these records, and what came since.
 */

/** A stretch of positions, and those in it that belong to the series, newest first. */
export interface Places {
  from: number
  to: number
  positions: readonly number[]
}

/** Positions kept of a set of series: some pages. */
const MAX_POSITIONS = 4000

/** Joins what was known with a stretch that was read; what does not touch it takes its place. */
export const joinPlaces = (known: Places | undefined, read: Places): Places => {
  const [newer, older] = known === undefined || read.from > known.from ? [read, known] : [known, read]
  if (older === undefined || older.to + 1 !== newer.from) return cut(read)
  return cut({ from: older.from, to: newer.to, positions: [...newer.positions, ...older.positions] })
}

const cut = (places: Places): Places => {
  const { to, positions } = places
  if (positions.length <= MAX_POSITIONS) return places
  const kept = positions.slice(0, MAX_POSITIONS)
  return { from: kept.at(-1) ?? to, to, positions: kept }
}

/** The newest known positions between two, and down to where that is all. */
export const knownPlaces = (
  known: Places,
  { from, to }: { from: number; to: number },
  limit: number,
): { positions: readonly number[]; reached: number } => {
  const low = Math.max(from, known.from)
  const within = known.positions.filter((position) => position >= low && position <= to)
  const positions = within.slice(0, limit)
  return { positions, reached: within.length > limit ? (positions.at(-1) ?? low) : low }
}
