/**
 * Carries bytes from a stream to an outlet, unchanged and first; whoever watches sees them afterwards.
 *
 * Two policies when the reader is slow. `hold`: the source rests until the reader has caught up, so that backpressure
 * passes through (stdin, stdout). A number: up to so many bytes wait in memory, past it whole chunks are not forwarded
 * and counted, but still seen (stderr: a host that never reads it must not stop the server). With `patience` that is so
 * only for a reader that has stopped: while it still takes something now and then, the source rests, and nothing is lost.
 * When the reader has gone, the source is closed, so that its writer sees what it would have seen.
 */
import type { Readable } from 'node:stream'
import type { Outlet } from '../../platform/index.ts'

export interface LaneSettings {
  from: Readable
  to: Outlet
  whenSlow: 'hold' | number
  /** How long a reader may take nothing, in milliseconds, before a number applies; absent: no time at all. */
  patience?: { ms: number; after: (ms: number, action: () => void) => unknown }
  /** Gets every chunk that was read, after it was forwarded; must not change it. */
  seen: (bytes: Uint8Array) => void
  /** The source has ended or was closed; called once. */
  ended: () => void
  /** Milliseconds, from any zero. */
  now: () => number
}

/** One direction of traffic. */
export interface Lane {
  /** Nothing more will be read. */
  over(): boolean
  /** Bytes that still wait for the reader. */
  waiting(): number
  /** When bytes last moved, in terms of `now`. */
  lastMoved(): number
  /** Bytes that were not forwarded because the reader was too slow. */
  dropped(): number
}

export const openLane = ({ from, to, whenSlow, patience, seen, ended, now }: LaneSettings): Lane => {
  let over = false
  let moved = now()
  let dropped = 0
  let stopped = patience === undefined
  /** Counts the times the reader was waited for, so that a timer knows its own. */
  let rests = 0

  const rest = () => {
    from.pause()
    const mine = ++rests
    patience?.after(patience.ms, () => {
      if (mine !== rests) return
      stopped = true
      from.resume()
    })
  }

  const finish = () => {
    if (over) return
    over = true
    ended()
    to.end()
  }

  const carry =
    whenSlow === 'hold'
      ? (bytes: Uint8Array) => {
          if (!to.write(bytes)) from.pause()
        }
      : (bytes: Uint8Array) => {
          if (stopped && to.waiting() + bytes.length > whenSlow) dropped += bytes.length
          else if (!to.write(bytes) && !stopped) rest()
        }

  from.on('data', (bytes: Uint8Array) => {
    carry(bytes)
    moved = now()
    seen(bytes)
  })
  from.on('end', finish)
  from.on('close', finish)
  from.on('error', finish)
  to.onDrain(() => {
    moved = now()
    rests++
    stopped = patience === undefined
    from.resume()
  })
  to.onBroken(() => from.destroy())

  return { over: () => over, waiting: () => to.waiting(), lastMoved: () => moved, dropped: () => dropped }
}
