/**
 * What is stored, handed to the readers of the live tail. Readers with the same filter are a group: a record is tested
 * once for a group, folded once for all, and written as JSON once for all, so that a hundred readers cost little more
 * than one. What comes within `FLUSH_MS` goes out as one chunk.
 */
import { compile, type Expr, lastFolded, type Matcher, type RegexEngine } from '@logboom/sdk/query'
import type { LogRecord } from '@logboom/sdk/record'
import type { Live } from '../../metrics/index.ts'
import { type Chunk, type ChunkBuilder, createChunkBuilder, eventOf } from './chunk.ts'

/** Part of what `live tail` may take from emit to screen. */
const FLUSH_MS = 25
/** A chunk is closed when it has so many events or characters, so that a slow reader can drop it as a whole. */
const CHUNK_EVENTS = 250
const CHUNK_SIZE = 128 * 1024

export type Taker = (chunk: Chunk) => void

export interface Feed {
  /** Hands every chunk of what matches from now on; returns what ends it. */
  join(filter: Expr | undefined, take: Taker): () => void
  /** The newest position that was told. */
  last(): number
  /** Hands out what waits for more to come. */
  flush(): void
  close(): void
}

interface Group {
  matches: Matcher
  builder: ChunkBuilder
  takers: Set<Taker>
}

export const createFeed = ({ live, regex }: { live: Live; regex: RegexEngine }): Feed => {
  const groups = new Map<string, Group>()
  const foldedMessage = lastFolded()
  let timer: NodeJS.Timeout | undefined

  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    for (const group of groups.values()) hand(group)
  }

  const end = live.subscribe((first, records) => {
    if (groups.size === 0) return
    for (const [index, record] of records.entries()) tell(first + index, record)
    timer ??= setTimeout(flush, FLUSH_MS)
  })

  const tell = (position: number, record: LogRecord): void => {
    let event: string | undefined
    for (const group of groups.values()) {
      if (!group.matches(record)) continue
      event ??= eventOf(position, record)
      group.builder.add(position, event)
      if (group.builder.size >= CHUNK_SIZE || group.builder.count >= CHUNK_EVENTS) hand(group)
    }
  }

  return {
    join(filter, take) {
      const key = keyOf(filter)
      const matches = filter === undefined ? () => true : compile(filter, { regex, foldedMessage })
      const group = groups.get(key) ?? { matches, builder: createChunkBuilder(), takers: new Set() }
      groups.set(key, group)
      group.takers.add(take)
      return () => {
        group.takers.delete(take)
        if (group.takers.size === 0) groups.delete(key)
      }
    },
    last: () => live.last(),
    flush,
    close() {
      clearTimeout(timer)
      end()
      groups.clear()
    },
  }
}

const hand = ({ builder, takers }: Group): void => {
  const chunk = builder.take()
  if (chunk === undefined) return
  for (const take of takers) take(chunk)
}

/** Filters that mean the same by the letter: where in their text the terms stand does not matter. */
const keyOf = (filter: Expr | undefined): string =>
  JSON.stringify(filter ?? null, (name, value: unknown) => (name === 'span' ? undefined : value))
