/** A disk of a few megabytes, where the machine lets us mount one. */
import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { tempDir } from './home.ts'

/** Mounts a tmpfs; undefined, with a line that says so, where that is not allowed. */
export const smallDisk = (megabytes: number, options = ''): string | undefined => {
  const dir = tempDir()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m${options}`, 'tmpfs', dir], {
      stdio: 'pipe',
    })
  } catch {
    console.log(
      'no small disk: mounting a tmpfs needs root on Linux; the part that needs it is not shown here',
    )
    return undefined
  }
  onTestFinished(() => void execFileSync('umount', ['-l', dir]))
  return dir
}

/** Fills what is left of a disk; returns the ballast's path. */
export const fillDisk = (dir: string): string => {
  const ballast = join(dir, 'ballast')
  const { bavail, bsize } = statfsSync(dir)
  writeFileSync(ballast, Buffer.alloc(bavail * bsize))
  return ballast
}

const MEGABYTE = 1_048_576

/** Takes what is left of a disk whenever it is asked to, in files of a megabyte at most. */
export const createGreed = (disk: string) => {
  const files: string[] = []
  let made = 0
  return {
    take(): void {
      for (;;) {
        const { bavail, bsize } = statfsSync(disk)
        if (bavail === 0) return
        const file = join(disk, `greed-${made++}`)
        files.push(file)
        try {
          writeFileSync(file, Buffer.alloc(Math.min(MEGABYTE, bavail * bsize)))
        } catch {
          // Somebody else was quicker with a part of it.
        }
      }
    },
    /** At least so many megabytes; all unless told otherwise. */
    giveBack(megabytes = Number.POSITIVE_INFINITY): void {
      for (let left = megabytes * MEGABYTE; left > 0; ) {
        const file = files.pop()
        if (file === undefined) return
        left -= statSync(file).size
        rmSync(file)
      }
    },
  }
}

export const remountReadOnly = (dir: string): void => {
  execFileSync('mount', ['-o', 'remount,ro', dir])
}
