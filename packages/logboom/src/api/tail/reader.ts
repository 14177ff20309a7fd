/**
 * One reader of the live tail, as a stream of bytes that is pulled: what its connection does not take waits here, within
 * bounds.
 *
 * 1. It reads on from its position in the archive, page by page, as fast as it takes them.
 * 2. A page that ends at the newest position there is makes it live: it joins the feed in the same turn of the event loop,
 *    so nothing comes between. What the feed hands out at or below its position it has already.
 * 3. When more waits than it may keep, and its connection takes none, the oldest goes, and an event `skipped` says how many and between which positions.
 */
import type { Expr } from '@logboom/sdk/query'
import type { Archive, Page } from '../../store/contract.ts'
import { asApiError, errorBody } from '../errors.ts'
import { above, type Chunk, createChunkBuilder, eventOf, heartbeat, special } from './chunk.ts'
import type { Feed } from './feed.ts'

export interface ReaderSettings {
  archive: Pick<Archive, 'page'>
  feed: Feed
  filter: Expr | undefined
  /** Begins after this position; at the newest when absent. */
  after: number | undefined
  /** Milliseconds without an event until a heartbeat. */
  heartbeatMs: number
  /** What may wait for a reader that does not read. */
  maxRecords: number
  maxBytes: number
  onSkip: (records: number) => void
  onEnd: () => void
}

const PAGE = 500
/** Bytes of one write, as long as single chunks are smaller. */
const WRITE = 256 * 1024
/** Milliseconds until a client comes back after a cut. */
const RETRY = 1000

type Work = 'page' | 'wake' | 'heartbeat' | 'closed'

/** The stream of a reader, and what ends it from our side. */
export const createReader = (
  settings: ReaderSettings,
): { stream: ReadableStream<Uint8Array>; close(): void } => {
  const { archive, feed, filter, heartbeatMs, maxRecords, maxBytes, onSkip, onEnd } = settings
  const stop = new AbortController()
  /** Everything at or below was handed to the connection, does not match, or was told as skipped. */
  let cursor = settings.after ?? feed.last()
  let queue: Chunk[] = []
  let records = 0
  let bytes = 0
  let skipped = 0
  let page: Promise<Page> | undefined
  let leave: (() => void) | undefined
  let wake = (): void => {}
  let begun = false
  /** The connection waits for more: it is not slow, whatever comes in this turn. */
  let hungry = false
  let closed = false

  const end = (): void => {
    if (closed) return
    closed = true
    leave?.()
    stop.abort()
    queue = []
    wake()
    onEnd()
  }

  const take = (chunk: Chunk): void => {
    const fresh = above(chunk, cursor)
    if (fresh === undefined) return
    queue.push(fresh)
    records += fresh.positions.length
    bytes += fresh.bytes.length
    if (!hungry && (records > maxRecords || bytes > maxBytes)) skip()
    wake()
  }

  /** Down to half of what is allowed, so that a reader that does not read is not cut at every chunk. */
  const skip = (): void => {
    let gone = 0
    while (queue.length > 1 && (records > maxRecords / 2 || bytes > maxBytes / 2)) {
      const chunk = queue.shift()
      if (chunk === undefined) break
      gone += chunk.positions.length
      records -= chunk.positions.length
      bytes -= chunk.bytes.length
    }
    skipped += gone
    onSkip(gone)
  }

  const join = (): void => {
    leave = feed.join(filter, take)
  }

  /** The next page, rendered; nothing when there is none yet, or none any more because the reader is live. */
  const replayed = (found: Page): Uint8Array | undefined => {
    page = undefined
    const builder = createChunkBuilder()
    for (const { position, record } of found.items) builder.add(position, eventOf(position, record))
    const lastItem = found.items.at(-1)?.position ?? 0
    // A position that this store never gave out is no place to wait for.
    cursor = found.more ? lastItem : Math.max(lastItem, found.last)
    if (!found.more && cursor >= feed.last()) join()
    return builder.take()?.bytes
  }

  const waiting = (): Uint8Array | undefined => {
    if (queue.length === 0) return undefined
    const parts: Uint8Array[] = []
    if (skipped > 0) {
      const before = queue[0]?.positions[0] ?? cursor + 1
      parts.push(special('skipped', { count: skipped, after: cursor, before }, before - 1))
      skipped = 0
    }
    let size = 0
    do {
      const chunk = queue.shift()
      if (chunk === undefined) break
      parts.push(chunk.bytes)
      size += chunk.bytes.length
      records -= chunk.positions.length
      bytes -= chunk.bytes.length
      cursor = chunk.positions.at(-1) ?? cursor
    } while (size + (queue[0]?.bytes.length ?? 0) <= WRITE)
    return parts.length === 1 ? parts[0] : Buffer.concat(parts)
  }

  const rest = async (): Promise<Work> => {
    let timer: NodeJS.Timeout | undefined
    const work: Promise<Work>[] = [
      new Promise((resolve) => {
        wake = () => resolve(closed ? 'closed' : 'wake')
      }),
      new Promise((resolve) => {
        timer = setTimeout(resolve, heartbeatMs, 'heartbeat')
      }),
    ]
    if (page !== undefined) work.push(page.then(() => 'page'))
    try {
      return await Promise.race(work)
    } finally {
      clearTimeout(timer)
      wake = () => {}
    }
  }

  const next = async (): Promise<Uint8Array | undefined> => {
    if (!begun) {
      begun = true
      if (settings.after === undefined) join()
      return Buffer.from(`retry: ${RETRY}\nid: ${cursor}\n\n`)
    }
    while (!closed) {
      if (leave === undefined) {
        page ??= archive.page({
          after: cursor,
          order: 'oldest',
          limit: PAGE,
          signal: stop.signal,
          ...(filter === undefined ? {} : { filter }),
        })
      } else {
        const ready = waiting()
        if (ready !== undefined) return ready
      }
      const work = await rest()
      if (work === 'page' && page !== undefined) {
        const ready = replayed(await page)
        if (ready !== undefined) return ready
      }
      if (work === 'heartbeat') {
        // What the feed still holds comes before the position that is told.
        feed.flush()
        if (leave !== undefined && queue.length === 0) cursor = Math.max(cursor, feed.last())
        if (queue.length === 0) return heartbeat(cursor)
      }
    }
    return undefined
  }

  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        hungry = true
        try {
          const ready = await next()
          if (ready === undefined) controller.close()
          else controller.enqueue(ready)
        } catch (error) {
          if (closed) return
          controller.enqueue(special('failed', JSON.parse(errorBody(asApiError(error)))))
          controller.close()
          end()
        } finally {
          hungry = false
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
  return { stream, close: end }
}
