/** Records by level, the most severe first. */
import { LEVELS, type Level } from '../look/levels.ts'

export interface Share {
  level: Level
  count: number
  /** Of all records, 0 to 1. */
  share: number
}

export const sharesOf = (levels: Readonly<Partial<Record<Level, number>>>): Share[] => {
  const counts = [...LEVELS]
    .reverse()
    .map((level) => ({ level, count: levels[level] ?? 0 }))
    .filter(({ count }) => count > 0)
  const all = counts.reduce((sum, { count }) => sum + count, 0)
  return counts.map(({ level, count }) => ({ level, count, share: count / all }))
}
