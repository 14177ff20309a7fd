/** The last records, in memory: for tests, and for a page that shows what just happened. */
import type { LogRecord } from '../record/index.ts'
import type { Sink } from './types.ts'

export interface MemorySinkOptions {
  /** Records kept at most; the oldest go first. @default 1000 */
  max?: number
}

export interface MemorySink extends Sink {
  /** What is kept, oldest first: a copy. */
  records(): LogRecord[]
  /** How many had to go. */
  dropped(): number
  clear(): void
}

/**
 * Keeps the last `max` records.
 * @example
 * const memory = memorySink({ max: 100 })
 * const all = await connectAll(servers, { sinks: [memory] })
 * memory.records().filter(({ level }) => level === 'error')
 */
export const memorySink = (options: MemorySinkOptions = {}): MemorySink => {
  const max = Math.max(1, Math.trunc(options.max ?? 1000))
  let kept: LogRecord[] = []
  let start = 0
  let dropped = 0
  const sink = (batch: readonly LogRecord[]): void => {
    for (const record of batch) kept.push(record)
    const over = kept.length - start - max
    if (over > 0) {
      start += over
      dropped += over
    }
    // Not at every batch: moving the rest costs its length.
    if (start > max) {
      kept = kept.slice(start)
      start = 0
    }
  }
  return Object.assign(sink, {
    records: () => kept.slice(start),
    dropped: () => dropped,
    clear: () => {
      kept = []
      start = 0
      dropped = 0
    },
  })
}
