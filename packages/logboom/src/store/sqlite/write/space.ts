/** Room on the disk: how much there may be, how an error says that there is none, and a little that is kept for need. */
import {
  closeSync,
  fsyncSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { diskReserve } from '@logboom/sdk/journal'
import { isFull } from '../database.ts'
import { BALLAST_FILE, PAGE_BYTES, SEGMENT_TEXT } from '../format.ts'

/** Bytes of a store, unless told otherwise. */
export const DEFAULT_MAX_BYTES = 2 * 1024 ** 3

/** SQLite's code for no room in the file of shared memory. */
const SHMSIZE = 4874

/** True when an error says that the disk, or the user's share of it, is full. */
export const isOutOfSpace = (error: unknown): boolean => {
  if (isFull(error)) return true
  const { code, errcode, sqliteCode } = (error ?? {}) as Record<string, unknown>
  return code === 'ENOSPC' || code === 'EDQUOT' || errcode === SHMSIZE || sqliteCode === SHMSIZE
}

export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

/** Bytes that the file system of a directory has left; `undefined` where it does not tell. */
export const freeBytes = (dir: string): number | undefined => {
  try {
    const { bavail, bsize } = statfsSync(dir)
    return bavail * bsize
  } catch {
    return undefined
  }
}

/** How many times what journals leave free the store leaves free, so that they have room as well. */
const JOURNALS_TOO = 2

/** True when the disk of a directory has so little left that captures stop soon: the oldest data has to go before the newest. */
export const isScarce = (dir: string): boolean => {
  try {
    const { blocks, bavail, bsize } = statfsSync(dir)
    return bavail * bsize < JOURNALS_TOO * diskReserve(blocks * bsize)
  } catch {
    return false
  }
}

/** Files in which a full store is kept, so that dropping the oldest costs a small part of it. */
const FILES = 20
const LEAST_TEXT = 128 * 1024

/** How large files may get, when all of them together may have `budget` bytes: characters of text, and pages of the log. */
export const fileLimits = (budget: number): { text: number; walPages: number } => {
  const text = Math.min(SEGMENT_TEXT, Math.max(LEAST_TEXT, Math.floor(budget / FILES)))
  return { text, walPages: Math.min(2000, Math.max(16, Math.floor(text / 4 / PAGE_BYTES))) }
}

/** Makes what stands in a file safe from the machine's death. */
export const syncFile = (path: string): void => {
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Deletes a file so that its space comes back even while somebody reads it. */
export const cutAndDelete = (path: string): void => {
  try {
    truncateSync(path, 0)
  } catch {
    // It may be gone, or somebody may hold it fast: then only the name goes.
  }
  rmSync(path, { force: true })
}

/**
 * Deletes a database and what SQLite keeps beside it. Readers that have it open give back no room before they are asked the next
 * time, so what takes room is cut; never the shared memory, which they have mapped.
 */
export const deleteDatabase = (path: string): void => {
  for (const suffix of ['', '-wal']) cutAndDelete(path + suffix)
  for (const suffix of ['-shm', '-journal']) rmSync(path + suffix, { force: true })
}

/** A file that gives its room away when there is none left for what has to be written to make some. */
export interface Ballast {
  /** False when it had none. */
  release(): boolean
  /** Puts it back, as soon as there is room. */
  restore(): void
}

export const createBallast = (dir: string, bytes: number): Ballast => {
  const path = join(dir, BALLAST_FILE)
  const restore = (): void => {
    if (sizeOf(path) === bytes) return
    try {
      const file = openSync(path, 'w', 0o600)
      try {
        // Whole or not at all: one write may fall short without a word.
        writeFileSync(file, Buffer.alloc(bytes, 1))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    } catch {
      // A part of it holds no promise, and is in the way.
      rmSync(path, { force: true })
    }
  }
  restore()
  return {
    release() {
      const had = sizeOf(path) > 0
      rmSync(path, { force: true })
      return had
    },
    restore,
  }
}
