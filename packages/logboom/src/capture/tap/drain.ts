/**
 * After the server's end its pipes may still hold bytes, and somebody it started may hold the pipes. Waits until both
 * streams have ended and every byte was forwarded, or until nothing has moved for a while and nothing waits.
 */
import type { Lane } from './forward.ts'

/** A pipe that somebody else keeps open is left after this long without a byte. */
const QUIET_MS = 250
/** Waiting stderr that nobody reads is given up after this long without progress. */
const STALLED_MS = 2000
const LOOK_MS = 5

export interface DrainSettings {
  stdout: Lane
  stderr: Lane
  now: () => number
  after: (ms: number, action: () => void) => unknown
}

export const drained = async ({ stdout, stderr, now, after }: DrainSettings): Promise<void> => {
  const from = now()
  let progress = { waiting: stderr.waiting(), at: from }

  const done = (lane: Lane): boolean =>
    lane.waiting() === 0 && (lane.over() || now() - Math.max(from, lane.lastMoved()) >= QUIET_MS)

  const stalled = (): boolean => {
    const waiting = stderr.waiting()
    if (waiting !== progress.waiting) progress = { waiting, at: now() }
    return waiting > 0 && now() - progress.at >= STALLED_MS
  }

  // The reader of stdout may take as long as it likes: without the tap the server would wait for it too.
  while (!(done(stdout) && (done(stderr) || stalled()))) {
    await new Promise<void>((resolve) => after(LOOK_MS, resolve))
  }
}
