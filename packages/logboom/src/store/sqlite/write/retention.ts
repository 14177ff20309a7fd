/**
 * What has to go for a store to be within its limits; plans only, pure.
 *
 * A file goes by age when its newest record was observed too long ago. Clocks jump, so what was observed is believed only as
 * far as its place agrees: a file is at least as new as any before it, and one from the future as new as the next
 * that is not. A clock of now that jumped ahead is `clock.ts`'s matter.
 */
import type { SealedEntry } from '../manifest.ts'

/** When the newest record of each file was accepted, as far as can be told. */
export const acceptedAt = (files: readonly SealedEntry[], now: number): number[] => {
  const own = files.map(({ observed }) => observed[1])
  const times: number[] = []
  let newest = Number.NEGATIVE_INFINITY
  for (const [index, time] of own.entries()) {
    const believed = time <= now ? time : (own.slice(index).find((later) => later <= now) ?? now)
    newest = Math.max(newest, believed)
    times.push(newest)
  }
  return times
}

/** The files whose records are all older than this. */
export const tooOld = (files: readonly SealedEntry[], now: number, maxAge: number): SealedEntry[] => {
  const times = acceptedAt(files, now)
  return files.filter((_, index) => (times[index] ?? now) < now - maxAge)
}

/** The oldest files, as many as have to go for the rest to be within this. */
export const overBudget = (files: readonly SealedEntry[], bytes: number, maxBytes: number): SealedEntry[] => {
  let left = bytes
  return files.filter((file) => {
    if (left <= maxBytes) return false
    left -= file.bytes
    return true
  })
}

export interface ServerLimits {
  maxAge?: number
  maxRecords?: number
}

/** A file to be written anew, and how many of each server's records go, the oldest first. */
export interface Thinning {
  file: SealedEntry
  without: Record<string, number>
}

/** Less of a file is not worth writing it anew, unless it is all there is of a server in it. */
const LEAST_PART = 1 / 16

/**
 * What single servers have too much of. By age a server's records go from files that are older as a whole, as everywhere.
 * `unsealed` counts the rows of each server that are not in sealed files: they stay, and count.
 */
export const overServers = (
  files: readonly SealedEntry[],
  unsealed: Readonly<Record<string, number>>,
  servers: Readonly<Record<string, ServerLimits>>,
  now: number,
): Thinning[] => {
  const times = acceptedAt(files, now)
  const plans = files.map((file): Thinning => ({ file, without: {} }))
  for (const [
    server,
    { maxAge = Number.POSITIVE_INFINITY, maxRecords = Number.POSITIVE_INFINITY },
  ] of Object.entries(servers)) {
    let room = maxRecords - (unsealed[server] ?? 0)
    for (let index = files.length - 1; index >= 0; index--) {
      const { file, without } = plans[index] as Thinning
      const rows = Object.hasOwn(file.servers, server) ? (file.servers[server] ?? 0) : 0
      const isOld = (times[index] ?? now) < now - maxAge
      const gone = isOld ? rows : Math.min(rows, Math.max(0, rows - room))
      room -= rows
      if (gone > 0 && (gone === rows || gone >= file.rows * LEAST_PART)) without[server] = gone
    }
  }
  return plans.filter(({ without }) => Object.keys(without).length > 0)
}
