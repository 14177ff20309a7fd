/**
 * The room that journals leave on their disk. Whoever stores what they hold needs some to do it, or nothing could ever be
 * deleted again; and a disk without a byte left hurts others. It is looked at now and then, so several writers together may
 * leave a little less. Where the file system does not tell, there is room until a write fails.
 */
import type { JournalFs } from './fs.ts'

const RESERVE_PART = 1 / 8
const RESERVE_BYTES = 16 * 1024 * 1024
/** A segment has at most this part of a disk: only whole ones can be deleted, and never the newest of a run that lives. */
const SEGMENT_PART = 1 / 32
const LEAST_SEGMENT = 64 * 1024
/** How often to look while there is plenty, in milliseconds. */
const LOOK_MS = 200

/** What journals leave free of a disk of so many bytes. */
export const diskReserve = (total: number): number => Math.min(RESERVE_BYTES, total * RESERVE_PART)

export interface DiskRoom {
  /** Whether so many bytes may be written. */
  has(bytes: number): Promise<boolean>
  /** Size at which a segment ends, for the disk's sake. */
  segmentBytes(): number
}

export const createDiskRoom = (fs: JournalFs, dir: string, now: () => number): DiskRoom => {
  let disk: { total: number; free: number } | undefined
  let lookedAt = Number.NEGATIVE_INFINITY

  const isEnough = (bytes: number): boolean =>
    disk === undefined || disk.free - bytes >= diskReserve(disk.total)

  return {
    async has(bytes) {
      const at = now()
      if (Math.abs(at - lookedAt) >= LOOK_MS || !isEnough(bytes)) {
        lookedAt = at
        const told = await fs.space(dir).catch(() => undefined)
        disk = told === undefined || told.total === 0 ? undefined : told
      }
      if (!isEnough(bytes)) return false
      if (disk !== undefined) disk.free -= bytes
      return true
    },
    segmentBytes: () =>
      disk === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_SEGMENT, disk.total * SEGMENT_PART),
  }
}
