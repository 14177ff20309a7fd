/** The readers of the live tail: how many there may be, and what they cost. */
import type { Expr } from '@logboom/sdk/query'
import type { TailCounts } from '../../metrics/index.ts'
import type { Archive } from '../../store/contract.ts'
import { apiError } from '../errors.ts'
import type { Feed } from './feed.ts'
import { createReader } from './reader.ts'

const MAX_READERS = 256
const HEARTBEAT_MS = 15_000
const MAX_RECORDS = 2000
const MAX_BYTES = 4 * 1024 * 1024

export interface Tail {
  /** @throws LogboomError when there are too many readers already */
  open(filter: Expr | undefined, after: number | undefined): ReadableStream<Uint8Array>
  counts(): TailCounts
  /** Ends all streams. */
  close(): void
}

export interface TailSettings {
  archive: Archive
  feed: Feed
  /** @default 15000 */
  heartbeatMs?: number
}

export const createTail = ({ archive, feed, heartbeatMs = HEARTBEAT_MS }: TailSettings): Tail => {
  const readers = new Set<() => void>()
  let skipped = 0
  return {
    open(filter, after) {
      if (readers.size >= MAX_READERS) {
        throw apiError(503, 'LB_API_REQUEST', `${MAX_READERS} readers follow the tail already`, {
          hint: 'Close one, or ask /records again and again.',
        })
      }
      const { stream, close } = createReader({
        archive,
        feed,
        filter,
        after,
        heartbeatMs,
        maxRecords: MAX_RECORDS,
        maxBytes: MAX_BYTES,
        onSkip: (records) => {
          skipped += records
        },
        onEnd: () => readers.delete(close),
      })
      readers.add(close)
      return stream
    },
    counts: () => ({ readers: readers.size, skipped }),
    close() {
      for (const close of [...readers]) close()
      feed.close()
    },
  }
}
