/**
 * The queue in front of one sink: takes records at once, hands them over in batches, and accounts for every one.
 *
 * - `received + made = delivered + queued + dropped + reduced` at every moment. What the sink has but has not answered for is
 *   queued. `made` and `reduced` are of the sink's transforms, which see a record before it waits: what they leave out takes no room.
 * - One batch is in flight; order is that of arrival. A batch that may be tried again is, before anything behind it.
 * - The bounds hold for everything in memory, the batch in flight included. That one can no longer be dropped, so when it
 *   alone fills the queue the arriving record goes.
 * - `block`: `ready` resolves when there is room and holds it for its caller until the turn of the event loop ends. The
 *   bound on bytes is then exceeded by at most what those callers push.
 * - Nothing here throws. A record counts as delivered when the sink's answer said so, whatever the sink does with it.
 */
import { type LogRecord, severity } from '../record/index.ts'
import { createPipeline } from '../transform/index.ts'
import { readFailure, SinkError } from './errors.ts'
import { quietMeter } from './meter.ts'
import { createRecordQueue, estimateBytes, type Waiting } from './record-queue.ts'
import type { Delivery, DeliverySettings, DeliveryStats, Sink } from './types.ts'
import { countdown, within } from './within.ts'

const MAX_RECORDS = 10_000
const MAX_BYTES = 16 * 1024 * 1024
const BATCH = 256
/** A sink that has nothing left to do may take this long to close, whatever the timeout. */
const MIN_CLOSE_MS = 50
/** A receiver's wish beyond this is not granted: a timer of more than 24 days would end at once. */
const MAX_RETRY_AFTER_MS = 3_600_000
/** Eager hand-overs in one turn of the event loop: a sink that logs into itself would else never end. */
const EAGER_HANDOVERS = 1024
/** How often transforms are asked what they have to tell, in milliseconds. */
const DUE_MS = 1000

/**
 * Puts a bounded queue in front of a sink.
 * @param sink called with one batch at a time, never with an empty one
 * @param settings see `DeliverySettings` for units and defaults
 * @example
 * const delivery = createDelivery(fileSink('logs/{server}.log'), { whenFull: 'drop_oldest', onError: console.error })
 * delivery.push(record)
 * const { left } = await delivery.close(2000)
 */
export const createDelivery = (sink: Sink, settings: DeliverySettings = {}): Delivery => {
  const { whenFull = 'drop_low_severity', onError, eager = false } = settings
  const maxRecords = Math.max(1, settings.maxRecords ?? MAX_RECORDS)
  const maxBytes = Math.max(1, settings.maxBytes ?? MAX_BYTES)
  const batchSize = Math.max(1, settings.batch ?? BATCH)
  const { attempts = 5, firstMs = 500, longestMs = 30_000 } = settings.retry ?? {}
  const meter = quietMeter('createDelivery', 'meter', settings.meter)

  const pipeline =
    sink.transforms === undefined
      ? undefined
      : createPipeline(sink.transforms, {
          onError: (error) => tell(error, []),
          ...(meter === undefined ? {} : { onReduced: (reason: string) => meter.reduced(reason, 1) }),
        })
  const queue = createRecordQueue()
  const abort = new AbortController()
  const stats = {
    received: 0,
    delivered: 0,
    dropped: {} as Record<string, number>,
    droppedLevels: {} as DeliveryStats['droppedLevels'],
  }
  let flight: Waiting[] = []
  let flightBytes = 0
  let pumping = false
  let eagerHandovers = 0
  /** Nothing is taken any more. */
  let closed = false
  let closing: Promise<{ left: number }> | undefined
  /** What was left has been given up: a late answer changes nothing. */
  let over = false
  /** Room promised to callers of `ready` who have not pushed yet. */
  let promised = 0
  let turnPending = false
  let wake: ((asked: 'flush' | 'close') => void) | undefined
  let blocked: (() => void)[] = []
  const flushes = new Set<{ order: number; done: () => void }>()

  const held = (): number => queue.size + flight.length
  const heldBytes = (): number => queue.bytes + flightBytes

  const count = (reason: string, records: readonly LogRecord[], unnamed = 0): void => {
    if (records.length + unnamed === 0) return
    stats.dropped[reason] = (stats.dropped[reason] ?? 0) + records.length + unnamed
    meter?.dropped(reason, records.length + unnamed)
    for (const { level } of records) stats.droppedLevels[level] = (stats.droppedLevels[level] ?? 0) + 1
  }

  const tell = (error: unknown, batch: readonly LogRecord[]): void => {
    try {
      onError?.(error, batch)
    } catch {
      // Whoever listens has no say in what becomes of the records.
    }
  }

  /** Something that happens once when the event loop has had its turn. */
  const onTurn = (): void => {
    if (turnPending) return
    turnPending = true
    setImmediate(() => {
      turnPending = false
      promised = 0
      eagerHandovers = 0
      letIn()
    })
  }

  const hasRoom = (): boolean => {
    const records = held()
    const expected = records === 0 ? 0 : (heldBytes() / records) * promised
    return records + promised < maxRecords && heldBytes() + expected < maxBytes
  }

  const letIn = (): void => {
    let index = 0
    while (index < blocked.length && (closed || hasRoom())) {
      promised += 1
      blocked[index++]?.()
    }
    if (index === 0) return
    blocked = blocked.slice(index)
    onTurn()
  }

  const fits = (bytes: number): boolean => held() < maxRecords && heldBytes() + bytes <= maxBytes

  /** Makes room as the policy says; false when there is none for this record. */
  const makeRoom = (record: LogRecord, bytes: number, wasPromised: boolean): boolean => {
    if (whenFull === 'block') return held() < maxRecords && (wasPromised || heldBytes() < maxBytes)
    if (fits(bytes)) return true
    if (whenFull === 'drop_newest') return false
    const lowest = whenFull === 'drop_low_severity'
    const free = queue.upTo(lowest ? severity(record.level) : Number.POSITIVE_INFINITY)
    if (held() - free.records >= maxRecords || heldBytes() - free.bytes + bytes > maxBytes) return false
    while (!fits(bytes)) {
      const gone = lowest ? queue.shiftLowest() : queue.shiftOldest()
      if (gone === undefined) return false
      count('overflow', [gone.record])
    }
    return true
  }

  const oldest = (): number => Math.min(flight[0]?.order ?? Number.POSITIVE_INFINITY, queue.oldest())
  const before = (order: number): number =>
    queue.before(order) + flight.filter((item) => item.order < order).length

  const settleFlushes = (): void => {
    for (const flush of flushes) if (oldest() >= flush.order) flush.done()
  }

  const setFlight = (items: Waiting[]): void => {
    flight = items
    flightBytes = items.reduce((sum, item) => sum + item.bytes, 0)
  }

  const takeFlight = (): void => {
    const items: Waiting[] = []
    while (items.length < batchSize) {
      const item = queue.shiftOldest()
      if (item === undefined) break
      items.push(item)
    }
    setFlight(items)
  }

  /** Waits before another attempt; keeps no process alive. A flush cuts it short, unless the receiver set the time. */
  const backOff = (ms: number, mayWake: boolean): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        wake = undefined
        resolve()
      }
      const timer = setTimeout(done, ms)
      // Somebody waits for the outcome: then the process has to live until it is there.
      if (flushes.size === 0) timer.unref()
      wake = (asked) => (mayWake || asked !== 'flush' ? done() : void timer.ref())
    })

  const arrival = (): number => (meter === undefined ? 0 : performance.now())

  const timeTaken = (items: readonly Waiting[]): void => {
    if (meter === undefined) return
    const now = performance.now()
    for (const { record, at } of items) meter.taken(record, now - at)
  }

  /** Hands over the batch in flight until the sink has taken it, refused it, or nobody waits any more. */
  const send = async (): Promise<void> => {
    /** Without any of it being taken: a batch that gets on, piece by piece, is not given up. */
    let fruitless = 0
    while (flight.length > 0) {
      const items = flight
      const batch = items.map(({ record }) => record)
      let failure: { error: unknown } | undefined
      try {
        const answer = sink(batch, { signal: abort.signal })
        if (answer !== undefined) await answer
      } catch (error) {
        failure = { error }
      }
      if (over) return
      if (failure === undefined) {
        stats.delivered += items.length
        timeTaken(items)
        setFlight([])
        return
      }
      const { error } = failure
      const { again, refused, unnamed } = readFailure(error, items.length)
      const taken = items.length - again.length - refused.length - unnamed
      stats.delivered += taken
      if (taken > 0 && meter !== undefined) {
        const not = new Set([...again, ...refused])
        timeTaken(items.filter((_, index) => !not.has(index)).slice(0, taken))
      }
      const pick = (indices: number[]): Waiting[] => items.filter((_, index) => indices.includes(index))
      const records = (some: Waiting[]): LogRecord[] => some.map(({ record }) => record)
      count('failed', records(pick(refused)), unnamed)
      const rest = pick(again)
      fruitless = taken > 0 ? 1 : fruitless + 1
      const given = fruitless >= attempts
      if (given) count('failed', records(rest))
      setFlight(given ? [] : rest)
      tell(error, batch)
      settleFlushes()
      if (flight.length === 0) return
      const wish = error instanceof SinkError ? error.retryAfterMs : undefined
      const asked = wish === undefined ? undefined : Math.min(wish, MAX_RETRY_AFTER_MS)
      await backOff(asked ?? Math.min(longestMs, firstMs * 2 ** (fruitless - 1)), asked === undefined)
      if (over) return
    }
  }

  /** Whether this turn may hand over at once, once more. */
  const mayHurry = (): boolean => {
    if (!eager || eagerHandovers >= EAGER_HANDOVERS) return false
    eagerHandovers += 1
    onTurn()
    return true
  }

  const pump = async (): Promise<void> => {
    while (queue.size > 0 && !over) {
      takeFlight()
      await send()
      if (over) break
      letIn()
      settleFlushes()
      // The application's turn, however fast the sink is.
      if (queue.size > 0 && !mayHurry()) await new Promise((resolve) => setImmediate(resolve))
    }
    pumping = false
  }

  const start = (): void => {
    if (pumping || over || queue.size === 0) return
    pumping = true
    if (mayHurry()) queueMicrotask(() => void pump())
    else setImmediate(() => void pump())
  }

  const flushQueue = (timeoutMs: number): Promise<{ left: number }> => {
    const order = queue.next
    if (oldest() >= order) return Promise.resolve({ left: 0 })
    return new Promise((resolve) => {
      const flush = {
        order,
        done: () => {
          clearTimeout(timer)
          flushes.delete(flush)
          resolve({ left: before(order) })
        },
      }
      const timer = setTimeout(flush.done, timeoutMs)
      flushes.add(flush)
      start()
      wake?.('flush')
    })
  }

  /** What the sink itself still has to do; that it fails is told, that it hangs is not waited for. */
  const finishSink = async (what: 'flush' | 'close', timeoutMs: number): Promise<void> => {
    const task = async (): Promise<void> => {
      try {
        await sink[what]?.(timeoutMs)
      } catch (error) {
        tell(error, [])
      }
    }
    if (sink[what] !== undefined) await within(task(), timeoutMs)
  }

  const giveUp = (): number => {
    over = true
    abort.abort()
    const left = flight.map(({ record }) => record)
    for (let item = queue.shiftOldest(); item !== undefined; item = queue.shiftOldest())
      left.push(item.record)
    setFlight([])
    count('closed', left)
    wake?.('close')
    settleFlushes()
    return left.length
  }

  const closeAll = async (timeoutMs: number): Promise<{ left: number }> => {
    const rest = countdown(timeoutMs)
    clearInterval(dues)
    hear(true)
    closed = true
    letIn()
    await flushQueue(timeoutMs)
    const left = giveUp()
    await finishSink('close', Math.max(MIN_CLOSE_MS, rest()))
    return { left }
  }

  const add = (record: LogRecord, wasPromised: boolean, at: number): boolean => {
    const bytes = estimateBytes(record)
    if (!makeRoom(record, bytes, wasPromised)) {
      count('overflow', [record])
      return false
    }
    queue.push(record, bytes, at)
    start()
    return true
  }

  /** Takes in what transforms have to tell. */
  const hear = (settle: boolean): void => {
    for (const record of pipeline?.due(settle) ?? []) add(record, false, arrival())
  }

  const dues = pipeline?.tells === true ? setInterval(() => hear(false), DUE_MS).unref() : undefined

  return {
    push(record) {
      stats.received += 1
      const wasPromised = promised > 0
      if (wasPromised) promised -= 1
      if (closed) {
        count('closed', [record])
        return false
      }
      const at = arrival()
      if (pipeline === undefined) return add(record, wasPromised, at)
      const left = pipeline.take(record)
      return left === undefined || add(left, wasPromised, at)
    },
    ready() {
      if (closed) return Promise.resolve()
      if (blocked.length === 0 && hasRoom()) {
        promised += 1
        onTurn()
        return Promise.resolve()
      }
      return new Promise((resolve) => {
        blocked.push(resolve)
      })
    },
    async flush(timeoutMs) {
      if (!closed) hear(true)
      const rest = countdown(timeoutMs)
      const result = await flushQueue(timeoutMs)
      if (!closed) await finishSink('flush', rest())
      return result
    },
    close(timeoutMs) {
      closing ??= closeAll(timeoutMs)
      return closing
    },
    stats: () => ({
      ...stats,
      made: pipeline?.stats().made ?? 0,
      reduced: pipeline?.stats().reduced ?? {},
      queued: held(),
      dropped: { ...stats.dropped },
      droppedLevels: { ...stats.droppedLevels },
    }),
  }
}
