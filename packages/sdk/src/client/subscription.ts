/** Records as an `AsyncIterable`: a bounded buffer between what arrives and who iterates at their own pace. */
import type { LogRecord } from '../record/index.ts'

export interface Subscription {
  readonly iterator: AsyncIterableIterator<LogRecord>
  push(record: LogRecord): void
  /** Nothing more comes; what waits can still be read. */
  end(): void
  stats(): { received: number; delivered: number; queued: number; dropped: number }
}

/**
 * @param limit records waiting at most; past it the oldest goes, counted
 * @param onEnd called when nobody iterates any more
 * @param onDrop told how many were dropped
 */
export const createSubscription = (
  limit: number,
  onEnd: () => void,
  onDrop: (records: number) => void = () => {},
): Subscription => {
  let waiting: LogRecord[] = []
  /** Index of the first that waits; the array is cut now and then, for taking from its front costs its length. */
  let first = 0
  let received = 0
  let delivered = 0
  let dropped = 0
  let ended = false
  const readers: ((result: IteratorResult<LogRecord>) => void)[] = []
  const done = { done: true, value: undefined } as const

  const size = (): number => waiting.length - first
  const shift = (): LogRecord | undefined => {
    const record = waiting[first]
    first += 1
    if (first > 1024 && first * 2 > waiting.length) {
      waiting = waiting.slice(first)
      first = 0
    }
    return record
  }

  const drop = (records: number): void => {
    if (records === 0) return
    dropped += records
    onDrop(records)
  }

  const end = (): void => {
    ended = true
    for (const reader of readers.splice(0)) reader(done)
  }

  const iterator: AsyncIterableIterator<LogRecord> = {
    [Symbol.asyncIterator]: () => iterator,
    next() {
      const record = size() > 0 ? shift() : undefined
      if (record !== undefined) {
        delivered += 1
        return Promise.resolve({ done: false, value: record })
      }
      if (ended) return Promise.resolve(done)
      return new Promise((resolve) => {
        readers.push(resolve)
      })
    },
    return() {
      drop(size())
      waiting = []
      first = 0
      end()
      onEnd()
      return Promise.resolve(done)
    },
  }

  return {
    iterator,
    push(record) {
      if (ended) return
      received += 1
      const reader = readers.shift()
      if (reader !== undefined) {
        delivered += 1
        reader({ done: false, value: record })
        return
      }
      if (size() >= limit) {
        shift()
        drop(1)
      }
      waiting.push(record)
    },
    end,
    stats: () => ({ received, delivered, queued: size(), dropped }),
  }
}
