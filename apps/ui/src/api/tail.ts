/**
 * Follows `/tail`: records as the hub stores them, each once and in order, over cut connections and restarts of the hub.
 *
 * `EventSource` can carry no token, so the stream is read by hand. A block is lines `id:`, `event:`, `data:` and an empty line;
 * one with an `id` alone is a heartbeat, which moves the place to go on from as every id does.
 */
import type { LogRecord } from './client.ts'
import { ApiError, problemOf } from './errors.ts'

/** What the hub let go because this reader was too slow: `count` records that match lie between the two positions. */
export interface Skipped {
  count: number
  after: number
  before: number
}

export type Arrival =
  | { kind: 'record'; position: number; record: LogRecord }
  | ({ kind: 'skipped' } & Skipped)

export type Link =
  | { state: 'connecting' }
  | { state: 'live' }
  /** Tries again by itself; `since` is when it broke. */
  | { state: 'reconnecting'; since: number }
  /** Asking again would fail the same way. */
  | { state: 'failed'; error: ApiError }

export interface TailSettings {
  /** Of the tail, with the query. */
  url: string
  /** Begins after this position. */
  after: number
  headers?: () => Record<string, string>
  /** What came at once, never empty. */
  onArrivals: (arrivals: readonly Arrival[]) => void
  onLink: (link: Link) => void
  /** The hub counts from lower positions than it did: its store is another one. Nothing is told after this. */
  onOtherStore: () => void
  /** Tells when trying again is worth it now, such as when the network is back. */
  onWake?: (wake: () => void) => () => void
  /** Milliseconds without a byte until the connection counts as dead. */
  stallMs?: number
}

/** More than two heartbeats of the hub. */
const STALL_MS = 40_000
const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 4000

/** Splits a stream of text into blocks: `{ id, event, data }`. */
export const createBlocks = () => {
  let rest = ''
  return (text: string): { id: string; event: string; data: string }[] => {
    rest += text
    const end = rest.lastIndexOf('\n\n')
    if (end === -1) return []
    const blocks = rest.slice(0, end).split('\n\n')
    rest = rest.slice(end + 2)
    return blocks.map((lines) => {
      const block = { id: '', event: '', data: '' }
      for (const line of lines.split('\n')) {
        if (line.startsWith('data: ')) block.data = line.slice(6)
        else if (line.startsWith('id: ')) block.id = line.slice(4)
        else if (line.startsWith('event: ')) block.event = line.slice(7)
      }
      return block
    })
  }
}

/** Follows until the returned function is called. */
export const followTail = (settings: TailSettings): (() => void) => {
  const { url, headers, onArrivals, onLink, onOtherStore, onWake, stallMs = STALL_MS } = settings
  const ended = new AbortController()
  let last = settings.after
  let failures = 0
  let brokenSince: number | undefined
  let wake = (): void => {}

  const hear = (blocks: ReturnType<ReturnType<typeof createBlocks>>): void => {
    const arrivals: Arrival[] = []
    for (const { id, event, data } of blocks) {
      if (event === 'failed') throw problemOf(500, JSON.parse(data))
      const position = id === '' ? last : Number(id)
      if (position < last) {
        ended.abort()
        onOtherStore()
        return
      }
      // What a cut connection had delivered is not delivered again.
      const fresh = position > last
      last = position
      if (data === '' || !fresh) continue
      const told = JSON.parse(data)
      arrivals.push(event === 'skipped' ? { kind: 'skipped', ...told } : { kind: 'record', ...told })
    }
    if (arrivals.length > 0) onArrivals(arrivals)
  }

  const connect = async (): Promise<void> => {
    const cut = new AbortController()
    const signal = AbortSignal.any([ended.signal, cut.signal])
    let stall = setTimeout(() => cut.abort(), stallMs)
    let live = false
    try {
      const response = await fetch(url, {
        headers: { ...headers?.(), 'last-event-id': String(last) },
        cache: 'no-store',
        signal,
      })
      if (!response.ok || response.body === null)
        throw problemOf(response.status, await response.json().catch(() => undefined))
      const blocks = createBlocks()
      const decoder = new TextDecoder()
      for (const reader = response.body.getReader(); ; ) {
        const { value, done } = await reader.read()
        if (done || ended.signal.aborted) return
        clearTimeout(stall)
        stall = setTimeout(() => cut.abort(), stallMs)
        if (!live) onLink({ state: 'live' })
        live = true
        failures = 0
        brokenSince = undefined
        hear(blocks(decoder.decode(value, { stream: true })))
      }
    } finally {
      clearTimeout(stall)
    }
  }

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const run = async (): Promise<void> => {
    onLink({ state: 'connecting' })
    while (!ended.signal.aborted) {
      try {
        await connect()
      } catch (error) {
        if (error instanceof ApiError && error.status >= 400 && error.status < 500) {
          if (!ended.signal.aborted) onLink({ state: 'failed', error })
          return
        }
      }
      if (ended.signal.aborted) return
      brokenSince ??= Date.now()
      onLink({ state: 'reconnecting', since: brokenSince })
      await wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++))
    }
  }

  const unwatch = onWake?.(() => wake())
  ended.signal.addEventListener('abort', () => {
    unwatch?.()
    wake()
  })
  void run()
  return () => ended.abort()
}
