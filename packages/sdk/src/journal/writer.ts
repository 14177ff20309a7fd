/**
 * The journal writer: takes records at once, writes them when the disk lets it, and accounts for every one.
 *
 * - `append` only encodes and queues. Writing happens on later turns of the event loop, one write in flight; what was
 *   queued meanwhile goes with the next one. A slow or hung disk costs memory up to `queueBytes`, then the lowest level.
 * - `taken = written + queued + dropped` at every moment. Written is what the file system took, counted by whole lines.
 * - A write that fails or falls short ends the segment (see `format.ts`); it is tried again in a new one, at first soon,
 *   then at least once a second, until it succeeds. It never throws and never deletes anything that holds a record.
 * - What would leave too little room on the disk is not written, as if the disk had refused it: see `disk-room.ts`.
 * - What was dropped is told by `onDrops` at the next good write, so that a record can be made of it.
 * - The home's budget is kept at the first write and whenever a segment is full: see `budget.ts`. Between these moments
 *   the home may be over it by at most one segment for each other living writer.
 */
import type { Drops } from '../observe/types.ts'
import type { Level, LogRecord } from '../record/index.ts'
import { keepBudget, processMayLive } from './budget.ts'
import { createDiskRoom } from './disk-room.ts'
import { BUDGET_BYTES, encodeRecord, QUEUE_BYTES, SEGMENT_BYTES } from './format.ts'
import { type JournalFs, nodeFs } from './fs.ts'
import { createLevelQueue } from './queue.ts'
import { abandonSegment, appendLines, createSegment, isDeleted, type SegmentFile } from './segment-file.ts'
import type { IsAlive, JournalHeader, JournalWriter, WriterDrops } from './types.ts'

export interface JournalWriterSettings {
  /** `<home>/journal`; made (0700) with the first record. */
  dir: string
  header: Omit<JournalHeader, 'logboom' | 'segment'>
  /** Size at which a segment ends; 8 MiB, or less on a small disk. */
  segmentBytes?: number
  /** Bound on the bytes waiting in memory; 8 MiB. */
  queueBytes?: number
  /** Bound on the bytes of all journals of the home; 512 MiB. */
  budgetBytes?: number
  /** Told at the next good write what was dropped since, and what the budget deleted. */
  onDrops?: (drops: WriterDrops) => void
  /** For the budget: whether a run's process lives. Unless told otherwise, a process with its id is taken for it. */
  isAlive?: IsAlive
  fs?: JournalFs
  /** Unix epoch milliseconds. */
  now?: () => number
  /** Milliseconds before the first retry, doubled up to the longest; 50 and 1000. */
  retry?: { first: number; longest: number }
}

/** Bytes of one write, unless a single line is longer. */
const WRITE_BYTES = 256 * 1024
/** How often to look whether the file still has a name, in milliseconds. */
const NAME_CHECK_MS = 1000
/** A file that is all written may take this long to close, whatever the timeout. */
const MIN_CLOSE_MS = 50

/** A record's line; `undefined` for what is no JSON after all, which the type does not allow. */
const encode = (record: LogRecord): string | undefined => {
  try {
    return encodeRecord(record)
  } catch {
    return undefined
  }
}

/**
 * A writer for one run. Nothing touches the disk before the first record.
 * @example
 * const journal = createJournalWriter({
 *   dir: join(home, 'journal'),
 *   header: { run, server: 'analytics', pid: process.pid, pidStart },
 *   onDrops: (drops) => observer.dropped(Date.now(), drops),
 * })
 * journal.append(record)
 * await journal.close(2000)
 */
export const createJournalWriter = (settings: JournalWriterSettings): JournalWriter => {
  const { dir, header, onDrops, isAlive = processMayLive, fs = nodeFs, now = Date.now } = settings
  const { segmentBytes = SEGMENT_BYTES, queueBytes = QUEUE_BYTES, budgetBytes = BUDGET_BYTES } = settings
  const { retry = { first: 50, longest: 1000 } } = settings

  const room = createDiskRoom(fs, dir, now)
  let segment: SegmentFile | undefined
  let nextNumber = 0
  let taken = 0
  let written = 0
  let dropped = 0
  let failures = 0
  let closed = false
  /** Set while the pump runs or is about to. */
  let pumping = false
  let wake: (() => void) | undefined
  let budgetRun: Promise<void> | undefined
  let untold = new Map<Drops['reason'], Required<Pick<Drops, 'records' | 'levels'>>>()
  let removed = { records: 0, bytes: 0 }
  const waiting = new Set<{ order: number; done: () => void }>()

  const drop = (level: Level, reason: Drops['reason']): void => {
    dropped += 1
    const sum = untold.get(reason) ?? { records: 0, levels: {} }
    sum.records += 1
    sum.levels[level] = (sum.levels[level] ?? 0) + 1
    untold.set(reason, sum)
  }

  const queue = createLevelQueue(queueBytes, ({ level }) => drop(level, failures > 0 ? 'write' : 'overflow'))

  const tell = (drops: Drops): void => {
    try {
      onDrops?.(drops)
    } catch {
      // Whoever listens has no say in whether records are written.
    }
  }

  const tellDrops = (): void => {
    const told = untold
    untold = new Map()
    for (const [reason, { records, levels }] of told) tell({ reason, records, levels })
    if (removed.bytes > 0) {
      const { records, bytes } = removed
      removed = { records: 0, bytes: 0 }
      tell({ reason: 'budget', records, bytes })
    }
  }

  const budgetOnce = async (current: string): Promise<void> => {
    const { records, bytes } = await keepBudget({
      fs,
      dir,
      current,
      maxBytes: budgetBytes - segmentBytes,
      isAlive,
    })
    removed.records += records
    removed.bytes += bytes
    // Perhaps no write comes at which it would be told.
    if (bytes > 0 && !closed) tellDrops()
  }

  /** One at a time; what was asked for meanwhile is done after it. */
  const startBudget = (current: string): void => {
    budgetRun = (budgetRun ?? Promise.resolve()).then(() => budgetOnce(current))
  }

  const openSegment = async (): Promise<SegmentFile> => {
    const made = await createSegment(fs, dir, { logboom: 1, ...header, segment: nextNumber }, now())
    nextNumber = made.number + 1
    segment = made.segment
    return segment
  }

  const leave = async (): Promise<void> => {
    if (segment === undefined) return
    const left = segment
    segment = undefined
    if (await abandonSegment(fs, dir, left)) nextNumber -= 1
  }

  /** The segment to write to, full and deleted ones left behind. */
  const writable = async (): Promise<SegmentFile> => {
    if (segment !== undefined && segment.size >= Math.min(segmentBytes, room.segmentBytes())) {
      await segment.file.close().catch(() => undefined)
      segment = undefined
    }
    const at = now()
    if (segment !== undefined && Math.abs(at - segment.seen) >= NAME_CHECK_MS) {
      segment.seen = at
      if (await isDeleted(segment)) {
        await segment.file.close().catch(() => undefined)
        segment = undefined
      }
    }
    return segment ?? openSegment()
  }

  /** One write; false when it failed or fell short. */
  const writeSome = async (): Promise<boolean> => {
    let file: SegmentFile
    try {
      if (!(await room.has(Math.min(queue.bytes, WRITE_BYTES)))) return false
      file = await writable()
    } catch {
      return false
    }
    const fresh = file.size === 0 && failures === 0
    const lines = queue.take(WRITE_BYTES)
    const { lines: count, whole } = await appendLines(file, lines)
    written += count
    queue.settle(count)
    if (!whole) await leave()
    else if (fresh) startBudget(file.name)
    return whole
  }

  const settleWaiting = (): void => {
    for (const waiter of waiting) if (queue.before(waiter.order) === 0) waiter.done()
  }

  /** Waits before the next attempt; a flush cuts it short. The timer alone keeps no process alive. */
  const backOff = (): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        wake = undefined
        resolve()
      }
      const delay = Math.min(retry.longest, retry.first * 2 ** Math.min(failures - 1, 20))
      const timer = setTimeout(done, delay)
      timer.unref()
      wake = done
    })

  const pump = async (): Promise<void> => {
    while (queue.size > 0 && !closed) {
      if (await writeSome()) {
        failures = 0
        tellDrops()
        settleWaiting()
      } else {
        failures += 1
        settleWaiting()
        if (!closed) await backOff()
      }
    }
    pumping = false
  }

  const start = (): void => {
    if (pumping || queue.size === 0) return
    pumping = true
    // On a later turn: what is appended in this one goes with the first write.
    setImmediate(() => void pump())
  }

  const flush = (timeoutMs: number): Promise<{ left: number }> => {
    const order = queue.next
    if (queue.before(order) === 0) return Promise.resolve({ left: 0 })
    start()
    wake?.()
    return new Promise((resolve) => {
      const waiter = {
        order,
        done: () => {
          clearTimeout(timer)
          waiting.delete(waiter)
          resolve({ left: queue.before(order) })
        },
      }
      const timer = setTimeout(waiter.done, timeoutMs)
      waiting.add(waiter)
    })
  }

  return {
    append(record) {
      taken += 1
      const line = closed ? undefined : encode(record)
      if (line === undefined) drop(record.level, 'write')
      else queue.push(record.level, line)
      start()
    },
    flush,
    async close(timeoutMs) {
      const deadline = performance.now() + timeoutMs
      const rest = (): number => Math.max(0, deadline - performance.now())
      await flush(timeoutMs)
      await within(Promise.resolve(budgetRun), rest())
      // What was dropped after the last write has no other to be told at. Telling it may add a record.
      if (failures === 0) tellDrops()
      await flush(rest())
      closed = true
      if (queue.size === 0)
        await within(Promise.resolve(segment?.file.close()), Math.max(MIN_CLOSE_MS, rest()))
      return { left: queue.size }
    },
    stats: () => ({
      taken,
      written,
      queued: queue.size,
      queuedBytes: queue.bytes,
      dropped,
      failing: failures > 0,
    }),
  }
}

/** Waits for a promise, however it ends, but not longer than this. */
const within = async (promise: Promise<unknown>, timeoutMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([promise.catch(() => undefined), late])
  clearTimeout(timer)
}
