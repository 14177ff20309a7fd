/** A disk of a few megabytes, where the machine lets us mount one. */
import { execFileSync } from 'node:child_process'
import { statfsSync, writeFileSync } from 'node:fs'
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

export const remountReadOnly = (dir: string): void => {
  execFileSync('mount', ['-o', 'remount,ro', dir])
}
