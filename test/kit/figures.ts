/** What a process costs while it runs, and whether that stays the same. Linux only: it is read from `/proc`. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface Cost {
  /** Resident memory, in MB; and the part of it that is no file's. */
  rss: number
  anonymous: number
  /** Open descriptors, and how many of them are of files that were deleted. */
  descriptors: number
  deleted: number
}

export const costOf = (pid: number): Cost => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mb = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
  let deleted = 0
  const names = readdirSync(`/proc/${pid}/fd`)
  for (const name of names) {
    try {
      if (readlinkSync(`/proc/${pid}/fd/${name}`).endsWith(' (deleted)')) deleted++
    } catch {
      // Closed since it was listed.
    }
  }
  return { rss: mb('VmRSS'), anonymous: mb('RssAnon'), descriptors: names.length, deleted }
}

export interface Point {
  /** Minutes. */
  at: number
  value: number
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const above = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? above : (above + (sorted[middle - 1] ?? above)) / 2
}

/**
 * How much a value grows in a minute: the median of the slopes between all points (Theil and Sen), which a few that stand out
 * do not move. What rises and falls by itself, such as memory between two collections of garbage, is flat.
 */
export const growth = (points: readonly Point[]): number =>
  median(
    points.flatMap((a, index) =>
      points.slice(index + 1).flatMap((b) => (b.at > a.at ? [(b.value - a.value) / (b.at - a.at)] : [])),
    ),
  )

/**
 * The same of a value that may once go up and stay there, as memory does that was once taken from the system: in the middle
 * of the growths of several stretches of time, so that a step counts for one of them.
 */
export const steadyGrowth = (points: readonly Point[], stretches = 5): number => {
  const size = Math.ceil(points.length / stretches)
  return median(
    Array.from({ length: stretches }, (_, index) => growth(points.slice(index * size, (index + 1) * size))),
  )
}

/** The live heap of the main thread after each full collection, in MB, from what `node --trace-gc` printed. */
export const heapTrace = (printed: string): Point[] => {
  const collections = [...printed.matchAll(/^\[\d+:(0x[0-9a-f]+)\]\s+(\d+) ms: (\S+).*?-> ([\d.]+) \(/gm)]
  // The first thread that collects is the main one.
  const main = collections[0]?.[1]
  return collections
    .filter(([, thread, , kind]) => thread === main && kind === 'Mark-Compact')
    .map(([, , ms, , after]) => ({ at: Number(ms) / 60_000, value: Number(after) }))
}
