/** A process that cannot write: as on a full disk, on any disk, and without rights to mount one. */
import { execFileSync } from 'node:child_process'

/** From now on no file of the process grows, or is written anew; gives what lets it write again. Needs util-linux. */
export const stopWriting = (pid: number): (() => void) => {
  const limit = (bytes: string) => execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`])
  limit('0')
  return () => void limit('unlimited')
}
