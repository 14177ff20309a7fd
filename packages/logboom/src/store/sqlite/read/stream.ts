/** Records as a stream: what is there, and what comes. */
import { setTimeout as pause } from 'node:timers/promises'
import type { LogRecord } from '@logboom/sdk/record'
import type { RecordQuery, Stored } from '../../contract.ts'
import { readAll, readPage } from './page.ts'
import type { Reader } from './reader.ts'

/** The longest that something new waits to be looked for, in milliseconds. */
const POLL_MS = 50

const isStopped = (reader: Reader, { signal }: RecordQuery): boolean =>
  reader.closing.aborted || signal?.aborted === true

/** What is there up to a position, oldest first: the last `limit`, or all. */
async function* upTo(reader: Reader, query: RecordQuery, last: number): AsyncGenerator<Stored> {
  const { limit, ...selection } = query
  if (limit !== undefined) {
    const page = await readPage(reader, { ...selection, order: 'newest', limit, before: last + 1 })
    yield* page.items.reverse()
    return
  }
  for await (const items of readAll(reader, selection, { before: last + 1 })) yield* items
}

/** Ends without an error when the reader leaves. */
async function* untilStopped<T>(
  reader: Reader,
  query: RecordQuery,
  items: AsyncGenerator<T>,
): AsyncGenerator<T> {
  try {
    for await (const item of items) {
      if (isStopped(reader, query)) return
      yield item
    }
  } catch (error) {
    if (!isStopped(reader, query)) throw error
  }
}

/** Matching records, oldest first. */
export async function* readRecords(reader: Reader, query: RecordQuery): AsyncGenerator<LogRecord> {
  const items = upTo(reader, query, reader.last())
  for await (const { record } of untilStopped(reader, query, items)) yield record
}

/** The same, and then what comes. */
export async function* followRecords(reader: Reader, query: RecordQuery): AsyncGenerator<LogRecord> {
  for await (const { record } of untilStopped(reader, query, following(reader, query))) yield record
}

async function* following(reader: Reader, query: RecordQuery): AsyncGenerator<Stored> {
  let position = reader.last()
  yield* upTo(reader, query, position)
  const { limit: _, ...selection } = query
  while (!isStopped(reader, query)) {
    const last = reader.last()
    if (last > position) {
      for await (const items of readAll(reader, selection, { after: position, before: last + 1 }))
        yield* items
      position = last
    } else await pause(POLL_MS, undefined, { signal: query.signal ?? reader.closing }).catch(() => undefined)
  }
}
