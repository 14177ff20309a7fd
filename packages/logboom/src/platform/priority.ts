/** Who goes first when the processor is short. */
import { setPriority } from 'node:os'
import { currentOs, type Os } from './os.ts'

/** A third of a share beside what has the usual priority; all there is when nobody else works. */
const BEHIND = 5

/**
 * Work of the calling thread goes after that of others, for good: storing what was captured is more urgent than an answer.
 * Only Linux knows priorities of threads; elsewhere nothing happens.
 */
export const giveWay = (
  os: Os = currentOs(),
  set: (pid: number, priority: number) => void = setPriority,
): void => {
  if (os !== 'linux') return
  try {
    set(0, BEHIND)
  } catch {
    // A system that forbids it answers as fast as before.
  }
}
