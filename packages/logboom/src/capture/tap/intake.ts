/**
 * Between the traffic and the observer: a queue of chunks with their times of reading, emptied on later turns.
 *
 * - A chunk waits about `REST_MS`, so that looking at a request does not stand between it and its answer; then the
 *   queue is emptied in slices of at most `SLICE_MS`, between which the event loop carries traffic.
 * - A burst (more than `BURST_BYTES` wait) is let pass first: a slice begins only when no chunk came or waits for `PAUSE_MS`, or
 *   when there was none for `PATIENCE_MS`, so that traffic without a pause still leaves capture a share of the time.
 * - Bounded. Past `shedBytes` the observer is told to count the lowest levels instead of making records of them, one
 *   level more per eighth of the way to `maxBytes`; past that, chunks are passed over and told as skipped.
 * - Whatever fails behind it is caught, told once, and what it failed on is told as skipped.
 */
import type { Observer, Stream } from '@logboom/sdk/observe'
import { LEVELS, type Level } from '@logboom/sdk/record'

const REST_MS = 8
const SLICE_MS = 4
/** Chunks are shown in pieces of this size: one piece is the longest step that cannot be interrupted. */
const PIECE_BYTES = 4 * 1024
/** What one queued chunk costs besides its bytes. */
const CHUNK_COST = 256
const BURST_BYTES = 64 * 1024
const PAUSE_MS = 1
/** How long a burst may keep capture waiting, while little waits and while half of what may wait does. */
const PATIENCE_MS = 24
const SHORT_PATIENCE_MS = 4
/** Between two slices of ordinary traffic it gets this long for itself. */
const BETWEEN_MS = 2

export type Watcher = Pick<Observer, 'feed' | 'skipped' | 'closed' | 'tick' | 'shedBelow'>

export interface IntakeSettings {
  /** Unix epoch milliseconds, fractional, never going back. */
  now: () => number
  after: (ms: number, action: () => void) => unknown
  /** Whether bytes wait for their reader, so that traffic is under way although nothing is being read. */
  busy?: () => boolean
  /** Told of the first failure behind the intake. */
  onFailure: (error: unknown) => void
  shedBytes?: number
  maxBytes?: number
}

export interface Intake {
  /** Takes a chunk just read. Cheap; never throws. */
  push(stream: Stream, bytes: Uint8Array): void
  /** The stream has ended. */
  close(stream: Stream): void
  /** From now on chunks are shown to this watcher; before, they wait. */
  attach(watcher: Watcher): void
  /** Nobody will ever look: forgets what waits and what comes. */
  discard(): void
  /** Shows what waits, at most until `deadlineMs` have passed; the rest is told as skipped. */
  drain(deadlineMs: number): Promise<void>
  /** Bytes that wait. */
  waiting(): number
}

type Item =
  | { kind: 'bytes'; stream: Stream; bytes: Uint8Array; at: number }
  | { kind: 'skipped'; stream: Stream; size: number; at: number }
  | { kind: 'closed'; stream: Stream; at: number }

export const createIntake = (settings: IntakeSettings): Intake => {
  const {
    now,
    after,
    onFailure,
    busy = () => false,
    shedBytes = 8 * 1024 * 1024,
    maxBytes = 16 * 1024 * 1024,
  } = settings
  let items: Item[] = []
  let next = 0
  let waiting = 0
  let watcher: Watcher | undefined
  let discarded = false
  let lastArrival = 0
  let lastSlice = 0
  let full = false
  /** Gaps at the end of the queue, that may still grow. */
  const skips = new Map<Stream, Item & { kind: 'skipped' }>()
  let armed = false
  let failed = false
  let shed: Level | undefined
  /** When the next tick is armed for; Infinity: none is. */
  let tickAt = Number.POSITIVE_INFINITY

  const attempt = (action: () => void): boolean => {
    try {
      action()
      return true
    } catch (error) {
      if (!failed) onFailure(error)
      failed = true
      return false
    }
  }

  const skip = (to: Watcher, stream: Stream, size: number, at: number): void => {
    attempt(() => to.skipped(stream, size, at))
  }

  const show = (to: Watcher, item: Item): void => {
    const { stream, at } = item
    if (item.kind === 'closed') attempt(() => to.closed(stream, at))
    else if (item.kind === 'skipped') skip(to, stream, item.size, at)
    else if (!attempt(() => to.feed(stream, item.bytes, at))) skip(to, stream, item.bytes.length, at)
  }

  /** The next thing to show, at most a piece of a chunk. */
  const take = (): Item | undefined => {
    const item = items[next]
    if (item === undefined) return undefined
    if (item.kind === 'bytes' && item.bytes.length > PIECE_BYTES) {
      const piece = { ...item, bytes: item.bytes.subarray(0, PIECE_BYTES) }
      item.bytes = item.bytes.subarray(PIECE_BYTES)
      waiting -= PIECE_BYTES
      return piece
    }
    next++
    waiting -= sizeOf(item)
    if (item.kind === 'skipped' && skips.get(item.stream) === item) skips.delete(item.stream)
    if (next === items.length) {
      items = []
      next = 0
    } else if (next >= 4096) {
      items = items.slice(next)
      next = 0
    }
    return item
  }

  const adjust = (to: Watcher): void => {
    const step = Math.ceil(((waiting - shedBytes) * LEVELS.length) / (maxBytes - shedBytes))
    const level = step <= 0 ? undefined : LEVELS[Math.min(step, LEVELS.length - 1)]
    if (level === shed) return
    shed = level
    attempt(() => to.shedBelow(level))
  }

  /** Shows items until the queue is empty or the slice is over. */
  const slice = (to: Watcher): void => {
    adjust(to)
    const until = now() + SLICE_MS
    let last: number | undefined
    for (let item = take(); item !== undefined; item = now() < until ? take() : undefined) {
      show(to, item)
      last = item.at
    }
    adjust(to)
    // Time never goes back for the observer: while chunks wait, its clock is that of the last one shown.
    const at = next < items.length ? last : now()
    if (at !== undefined) tick(to, at)
  }

  const tick = (to: Watcher, at: number): void => {
    let due: number | undefined
    attempt(() => {
      due = to.tick(at)
    })
    if (due === undefined || due >= tickAt) return
    tickAt = due
    after(Math.max(1, due - now()), () => {
      tickAt = Number.POSITIVE_INFINITY
      // With chunks waiting, their slice ticks.
      if (watcher !== undefined && next === items.length) tick(watcher, now())
    })
  }

  const letPass = (): boolean => {
    const oldest = items[next]
    if (oldest === undefined || waiting <= BURST_BYTES) return false
    const at = now()
    const patience = waiting > shedBytes / 2 ? SHORT_PATIENCE_MS : PATIENCE_MS
    return (at - lastArrival < PAUSE_MS || busy()) && at - Math.max(oldest.at, lastSlice) < patience
  }

  const arm = (rest: number): void => {
    if (armed || watcher === undefined || next === items.length) return
    armed = true
    after(rest, () => {
      armed = false
      if (watcher === undefined) return
      if (letPass()) return arm(PAUSE_MS)
      slice(watcher)
      lastSlice = now()
      arm(waiting > BURST_BYTES ? 0 : BETWEEN_MS)
    })
  }

  const add = (item: Item): void => {
    if (discarded) return
    items.push(item)
    waiting += sizeOf(item)
    lastArrival = item.at
    arm(REST_MS)
  }

  const passOver = (stream: Stream, size: number): void => {
    const open = skips.get(stream)
    if (open !== undefined) {
      open.size += size
      return
    }
    const item = { kind: 'skipped' as const, stream, size, at: now() }
    skips.set(stream, item)
    add(item)
  }

  /** Once full, the queue takes nothing until an eighth of it is free: what is passed over is one gap, not many. */
  const isFull = (size: number): boolean => {
    if (waiting + size + CHUNK_COST > maxBytes) full = true
    else if (waiting < (maxBytes * 7) / 8) full = false
    return full
  }

  return {
    push: (stream, bytes) => {
      if (discarded) return
      if (isFull(bytes.length)) return passOver(stream, bytes.length)
      if (skips.size > 0) skips.clear()
      add({ kind: 'bytes', stream, bytes, at: now() })
    },
    close: (stream) => add({ kind: 'closed', stream, at: now() }),
    attach: (to) => {
      watcher = to
      arm(REST_MS)
    },
    discard: () => {
      discarded = true
      watcher = undefined
      items = []
      next = 0
      waiting = 0
    },
    drain: async (deadlineMs) => {
      const deadline = now() + deadlineMs
      while (watcher !== undefined && next < items.length && now() < deadline) {
        slice(watcher)
        await new Promise<void>((resolve) => after(0, resolve))
      }
      // Out of time: what is left is counted, and streams still end.
      for (let item = take(); item !== undefined && watcher !== undefined; item = take()) {
        show(watcher, item.kind === 'bytes' ? { ...item, kind: 'skipped', size: item.bytes.length } : item)
      }
    },
    waiting: () => waiting,
  }
}

const sizeOf = (item: Item): number => (item.kind === 'bytes' ? item.bytes.length : 0) + CHUNK_COST
