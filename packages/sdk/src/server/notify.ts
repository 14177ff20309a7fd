/**
 * The queue between a handler's logs and its client: one send at a time.
 *
 * An SDK's own `send` adds a `drain` listener for each message that is not awaited, so that a burst stalls the process. Here
 * one is awaited before the next, and every few milliseconds the event loop gets its turn. Past the bounds the newest is
 * dropped and counted; what is `warning` or above may use the bounds once more.
 */
import { type Level, severity } from '../record/index.ts'
import { within } from '../sink/within.ts'
import type { UndeliveredReason } from './types.ts'

/** Records waiting for one server's clients, at most. */
const MAX_QUEUED = 50_000
/** Their size together, at most: 16 MiB. */
const MAX_QUEUED_BYTES = 16 * 1024 * 1024
/** Milliseconds of sending before the event loop gets its turn. */
const SLICE_MS = 5
const IMPORTANT = severity('warning')

/** What is waiting for all clients of one server. */
export interface Backlog {
  records: number
  bytes: number
}

export interface Outgoing {
  level: Level
  /** Bytes, estimated. */
  size: number
  notification: object
}

export interface NotifySettings {
  send: (notification: object) => unknown
  backlog: Backlog
  onSent: () => void
  onUndelivered: (reason: UndeliveredReason, records: number) => void
}

export interface NotifyQueue {
  push(outgoing: Outgoing): void
  /** Resolves when all is sent, or for this long nothing could be: what is left then is given up. */
  drain(timeoutMs: number): Promise<void>
}

const hasRoom = (backlog: Backlog, { level, size }: Outgoing): boolean => {
  const factor = severity(level) >= IMPORTANT ? 2 : 1
  return backlog.records < MAX_QUEUED * factor && backlog.bytes + size <= MAX_QUEUED_BYTES * factor
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/**
 * A queue for one request.
 * @example
 * const queue = createNotifyQueue({ send: extra.sendNotification, backlog, onSent, onUndelivered })
 * queue.push({ level: 'info', size: 200, notification })
 * await queue.drain(2000)
 */
export const createNotifyQueue = (settings: NotifySettings): NotifyQueue => {
  const { send, backlog, onSent, onUndelivered } = settings
  let waiting: Outgoing[] = []
  let next = 0
  let pump: Promise<void> | undefined
  /** How many sends have ended. */
  let handed = 0

  const take = (): Outgoing | undefined => {
    const outgoing = waiting[next]
    if (outgoing === undefined) return undefined
    next += 1
    if (next === waiting.length) {
      waiting = []
      next = 0
    }
    backlog.records -= 1
    backlog.bytes -= outgoing.size
    return outgoing
  }

  const run = async (): Promise<void> => {
    let sliceEnd = performance.now() + SLICE_MS
    for (let outgoing = take(); outgoing !== undefined; outgoing = take()) {
      try {
        await send(outgoing.notification)
        onSent()
      } catch {
        onUndelivered('failed', 1)
      }
      handed += 1
      if (performance.now() > sliceEnd) {
        await nextTurn()
        sliceEnd = performance.now() + SLICE_MS
      }
    }
    pump = undefined
  }

  const giveUp = (): void => {
    let left = 0
    while (take() !== undefined) left += 1
    if (left > 0) onUndelivered('timeout', left)
  }

  return {
    push(outgoing) {
      if (!hasRoom(backlog, outgoing)) {
        onUndelivered('overflow', 1)
        return
      }
      backlog.records += 1
      backlog.bytes += outgoing.size
      waiting.push(outgoing)
      pump ??= run()
    },
    async drain(timeoutMs) {
      let before = -1
      while (pump !== undefined && handed !== before) {
        before = handed
        await within(pump, timeoutMs)
      }
      if (pump !== undefined) giveUp()
    },
  }
}
