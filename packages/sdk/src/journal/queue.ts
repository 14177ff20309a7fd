/**
 * Lines waiting to be written: first in, first out; when full, the lowest level goes first, the oldest of it first.
 *
 * What is taken for writing still counts against the bound (it is in memory) but can no longer be dropped.
 */
import { LEVELS, type Level, severity } from '../record/index.ts'

export interface QueuedLine {
  /** Place in the order of appending. */
  order: number
  level: Level
  line: string
  /** Size in bytes of UTF-8. */
  bytes: number
}

export interface LevelQueue {
  /** Adds a line and makes room for it; calls `onDrop` with every line that had to go, which may be this one. */
  push(level: Level, line: string): void
  /** Takes the oldest lines: at least one if there is one, and no more than fit in `maxBytes` after it. */
  take(maxBytes: number): QueuedLine[]
  /** The first `written` of the taken lines are done; the others wait again, at the front. */
  settle(written: number): void
  /** Lines held, the taken ones included. */
  readonly size: number
  readonly bytes: number
  /** Lines held that were pushed before the line of this order. */
  before(order: number): number
  /** The order that the next line gets. */
  readonly next: number
}

interface Lane {
  items: QueuedLine[]
  /** Index of the oldest; what lies before it is gone. */
  head: number
}

/** @param maxBytes bound on the bytes held */
export const createLevelQueue = (maxBytes: number, onDrop: (line: QueuedLine) => void): LevelQueue => {
  const lanes: Lane[] = LEVELS.map(() => ({ items: [], head: 0 }))
  let taken: QueuedLine[] = []
  let size = 0
  let bytes = 0
  let next = 0

  const shift = (lane: Lane): QueuedLine | undefined => {
    const line = lane.items[lane.head]
    if (line === undefined) return undefined
    lane.head += 1
    if (lane.head === lane.items.length) {
      lane.items = []
      lane.head = 0
    } else if (lane.head > 1024 && lane.head * 2 > lane.items.length) {
      lane.items = lane.items.slice(lane.head)
      lane.head = 0
    }
    return line
  }

  const oldest = (): Lane | undefined => {
    let found: Lane | undefined
    let order = Number.POSITIVE_INFINITY
    for (const lane of lanes) {
      const line = lane.items[lane.head]
      if (line !== undefined && line.order < order) {
        order = line.order
        found = lane
      }
    }
    return found
  }

  const remove = (line: QueuedLine): void => {
    size -= 1
    bytes -= line.bytes
  }

  return {
    push(level, text) {
      const line: QueuedLine = { order: next++, level, line: text, bytes: Buffer.byteLength(text) }
      lanes[severity(level)]?.items.push(line)
      size += 1
      bytes += line.bytes
      while (bytes > maxBytes) {
        const lane = lanes.find((candidate) => candidate.head < candidate.items.length)
        const dropped = lane && shift(lane)
        if (dropped === undefined) break
        remove(dropped)
        onDrop(dropped)
      }
    },
    take(limit) {
      let room = limit
      for (let lane = oldest(); lane !== undefined; lane = oldest()) {
        const line = lane.items[lane.head]
        if (line === undefined || (taken.length > 0 && line.bytes > room)) break
        taken.push(line)
        room -= line.bytes
        shift(lane)
      }
      return taken
    },
    settle(written) {
      for (const line of taken.slice(0, written)) remove(line)
      for (const line of taken.slice(written).reverse()) {
        const lane = lanes[severity(line.level)]
        if (lane === undefined) continue
        if (lane.head > 0) lane.items[--lane.head] = line
        else lane.items.unshift(line)
      }
      taken = []
    },
    get size() {
      return size
    },
    get bytes() {
      return bytes
    },
    before(order) {
      const inLanes = lanes.reduce((sum, { items, head }) => {
        let count = 0
        for (let i = head; i < items.length && (items[i]?.order ?? order) < order; i++) count++
        return sum + count
      }, 0)
      return inLanes + taken.filter((line) => line.order < order).length
    },
    get next() {
      return next
    },
  }
}
