/** The sinks an alert tells, each behind a queue of its own: one that hangs or fails holds up nobody else. */

import type { LogRecord } from '../../record/index.ts'
import { createDelivery } from '../delivery.ts'
import type { DeliveryStats, RetrySettings, Sink } from '../types.ts'
import { countdown, within } from '../within.ts'

/** Notices waiting for one target at most. */
const MAX_WAITING = 1000
/** A sink that has nothing left to do may take this long to close, whatever the timeout. */
const MIN_CLOSE_MS = 50

/** How many alerts use a sink; it is closed with the last. */
const users = new WeakMap<Sink, number>()

export interface Targets {
  tell(notice: LogRecord): void
  /** Milliseconds. */
  flush(timeoutMs: number): Promise<void>
  close(timeoutMs: number): Promise<void>
  /** In the order of `to`. */
  stats(): DeliveryStats[]
}

/** The sink without its `close`, which is not the queue's to call. */
const shared = (sink: Sink): Sink =>
  Object.assign(((batch, context) => sink(batch, context)) as Sink, {
    ...(sink.flush === undefined ? {} : { flush: (ms: number) => sink.flush?.(ms) ?? Promise.resolve() }),
    ...(sink.transforms === undefined ? {} : { transforms: sink.transforms }),
  })

export const createTargets = (
  to: readonly Sink[],
  settings: { retry: RetrySettings; onError: (error: unknown) => void },
): Targets => {
  const { retry, onError } = settings
  for (const sink of to) users.set(sink, (users.get(sink) ?? 0) + 1)
  const queues = to.map((sink) =>
    createDelivery(shared(sink), { maxRecords: MAX_WAITING, retry, onError: (error) => onError(error) }),
  )

  const closeSink = async (sink: Sink, timeoutMs: number): Promise<void> => {
    const left = (users.get(sink) ?? 1) - 1
    users.set(sink, left)
    if (left > 0) return
    const task = async (): Promise<void> => {
      try {
        await sink.close?.(timeoutMs)
      } catch (error) {
        onError(error)
      }
    }
    await within(task(), timeoutMs)
  }

  return {
    tell(notice) {
      for (const queue of queues) queue.push(notice)
    },
    async flush(timeoutMs) {
      await Promise.all(queues.map((queue) => queue.flush(timeoutMs)))
    },
    async close(timeoutMs) {
      const rest = countdown(timeoutMs)
      await Promise.all(
        to.map(async (sink, index) => {
          await queues[index]?.close(timeoutMs)
          await closeSink(sink, Math.max(MIN_CLOSE_MS, rest()))
        }),
      )
    },
    stats: () => queues.map((queue) => queue.stats()),
  }
}
