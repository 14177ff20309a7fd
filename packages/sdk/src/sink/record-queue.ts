/** Records waiting for a sink: first in, first out over all levels, and any level's oldest can be taken out of the row. */
import { type Json, LEVELS, type LogRecord, severity } from '../record/index.ts'

export interface Waiting {
  record: LogRecord
  /** Place in the order of arrival. */
  order: number
  /** Estimated size. */
  bytes: number
  /** When it arrived, in milliseconds of the process; 0 where nobody asks. */
  at: number
}

export interface RecordQueue {
  push(record: LogRecord, bytes: number, at: number): void
  /** Takes out the oldest. */
  shiftOldest(): Waiting | undefined
  /** Takes out the oldest of the lowest level there is. */
  shiftLowest(): Waiting | undefined
  /** What of this severity and below is waiting. */
  upTo(severity: number): { records: number; bytes: number }
  /** Order of the oldest; infinite when there is none. */
  oldest(): number
  /** How many arrived before this order. */
  before(order: number): number
  readonly size: number
  readonly bytes: number
  /** The order that the next record gets. */
  readonly next: number
}

interface Lane {
  items: Waiting[]
  /** Index of the oldest; what lies before it is gone. */
  head: number
  bytes: number
}

/** Values looked at for an estimate: a record of more has been cut before, and is large whatever the rest is. */
const MAX_LOOKED_AT = 2000

const jsonBytes = (value: Json, look: { left: number }): number => {
  look.left -= 1
  if (typeof value === 'string') return value.length + 16
  if (typeof value !== 'object' || value === null || look.left <= 0) return 16
  let bytes = 32
  if (Array.isArray(value)) {
    for (const item of value) {
      if (look.left <= 0) break
      bytes += jsonBytes(item, look)
    }
    return bytes
  }
  for (const key in value) {
    if (look.left <= 0) break
    bytes += key.length + 16 + jsonBytes(value[key] ?? null, look)
  }
  return bytes
}

/** About what a record takes in memory, in bytes. Cheap: looks at a bounded number of its values, and never throws. */
export const estimateBytes = (record: LogRecord): number => {
  try {
    return 400 + record.message.length + jsonBytes(record.attributes, { left: MAX_LOOKED_AT })
  } catch {
    return 400
  }
}

export const createRecordQueue = (): RecordQueue => {
  const lanes: Lane[] = LEVELS.map(() => ({ items: [], head: 0, bytes: 0 }))
  let size = 0
  let bytes = 0
  let next = 0

  const shift = (lane: Lane | undefined): Waiting | undefined => {
    const item = lane?.items[lane.head]
    if (lane === undefined || item === undefined) return undefined
    lane.head += 1
    if (lane.head === lane.items.length) {
      lane.items = []
      lane.head = 0
    } else if (lane.head > 1024 && lane.head * 2 > lane.items.length) {
      lane.items = lane.items.slice(lane.head)
      lane.head = 0
    }
    lane.bytes -= item.bytes
    size -= 1
    bytes -= item.bytes
    return item
  }

  const first = (lane: Lane): number => lane.items[lane.head]?.order ?? Number.POSITIVE_INFINITY

  return {
    push(record, estimate, at) {
      const lane = lanes[severity(record.level)]
      lane?.items.push({ record, order: next++, bytes: estimate, at })
      if (lane !== undefined) lane.bytes += estimate
      size += 1
      bytes += estimate
    },
    shiftOldest() {
      let found: Lane | undefined
      let least = Number.POSITIVE_INFINITY
      for (const lane of lanes) {
        const order = first(lane)
        if (order >= least) continue
        least = order
        found = lane
      }
      return shift(found)
    },
    shiftLowest() {
      return shift(lanes.find((lane) => lane.head < lane.items.length))
    },
    upTo(level) {
      const sum = { records: 0, bytes: 0 }
      for (const lane of lanes.slice(0, level + 1)) {
        sum.records += lane.items.length - lane.head
        sum.bytes += lane.bytes
      }
      return sum
    },
    oldest: () => Math.min(...lanes.map(first)),
    before(order) {
      let count = 0
      for (const { items, head } of lanes)
        for (let i = head; i < items.length && (items[i]?.order ?? order) < order; i++) count++
      return count
    },
    get size() {
      return size
    },
    get bytes() {
      return bytes
    },
    get next() {
      return next
    },
  }
}
