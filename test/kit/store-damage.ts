/** Damage to files of a store, as bad disks and bad tools do it. */
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs'

export const cutTo = (path: string, part: number): void =>
  truncateSync(path, Math.floor(statSync(path).size * part))

/** Overwrites a stretch of a file, as parts of its length. */
export const overwrite = (path: string, from: number, to: number, random: () => number): void => {
  const { size } = statSync(path)
  const bytes = Buffer.from(
    Array.from({ length: Math.floor((to - from) * size) }, () => Math.floor(random() * 256)),
  )
  const file = openSync(path, 'r+')
  writeSync(file, bytes, 0, bytes.length, Math.floor(from * size))
  closeSync(file)
}
