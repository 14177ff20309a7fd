/**
 * Server-sent events, made once for all readers with the same filter. One event a record:
 *
 *     id: <position>
 *     data: {"position":…,"record":{…}}
 *
 * A block with an `id` only is a heartbeat: it moves a reader's `Last-Event-ID` on and dispatches nothing.
 */
import type { LogRecord } from '@logboom/sdk/record'

/** Events in the order of positions, as bytes. */
export interface Chunk {
  bytes: Uint8Array
  /** Positions of the events, ascending. */
  positions: readonly number[]
  /** Where in `bytes` each event begins. */
  starts: readonly number[]
}

/** The text of one event. */
export const eventOf = (position: number, record: LogRecord): string =>
  `id: ${position}\ndata: {"position":${position},"record":${JSON.stringify(record)}}\n\n`

export const heartbeat = (position: number): Uint8Array => encode(`id: ${position}\n\n`)

/** An event of our own. `id` goes on where it tells; JSON holds no line feed. */
export const special = (event: 'skipped' | 'failed', data: unknown, id?: number): Uint8Array =>
  encode(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)

const encode = (text: string): Uint8Array => Buffer.from(text)

export interface ChunkBuilder {
  add(position: number, event: string): void
  /** Characters and events that were added. */
  readonly size: number
  readonly count: number
  /** What was added since the last time; nothing if nothing was. */
  take(): Chunk | undefined
}

export const createChunkBuilder = (): ChunkBuilder => {
  let parts: string[] = []
  let positions: number[] = []
  let size = 0
  return {
    add(position, event) {
      parts.push(event)
      positions.push(position)
      size += event.length
    },
    get size() {
      return size
    },
    get count() {
      return parts.length
    },
    take() {
      if (parts.length === 0) return undefined
      const starts: number[] = []
      let at = 0
      for (const part of parts) {
        starts.push(at)
        at += Buffer.byteLength(part)
      }
      const chunk = { bytes: Buffer.from(parts.join('')), positions, starts }
      parts = []
      positions = []
      size = 0
      return chunk
    },
  }
}

/** The part of a chunk above a position; the chunk itself where that is all of it. */
export const above = (chunk: Chunk, position: number): Chunk | undefined => {
  const from = chunk.positions.findIndex((one) => one > position)
  if (from <= 0) return from === 0 ? chunk : undefined
  const offset = chunk.starts[from] ?? 0
  return {
    bytes: chunk.bytes.subarray(offset),
    positions: chunk.positions.slice(from),
    starts: chunk.starts.slice(from).map((start) => start - offset),
  }
}
