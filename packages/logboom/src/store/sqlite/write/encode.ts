/**
 * Records as the file they go to takes them. Everything that takes time and needs no file is done here; what comes out is
 * cheap to hand to another thread: numbers, texts, and one array for all tokens.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isExit } from '@logboom/sdk/journal'
import { fold } from '@logboom/sdk/query'
import { isCallRecord, type LogRecord } from '@logboom/sdk/record'
import { encodeColumns, encodeSeries } from '../rows.ts'
import { fieldTokens, gramTokens } from '../tokens.ts'
import type { Batch, EncodedBatch, EncodedRows } from '../types.ts'
import { createSeriesCache } from './series-cache.ts'

/** One batch at a time. */
export interface Encoder {
  encode(batch: Batch): EncodedBatch
  /** The same with turns for others in between: about a millisecond of work each. */
  encodeInPieces(batch: Batch): Promise<EncodedBatch>
}

/** What can be handed over to another thread without a copy. */
export const buffersOf = ({ seriesOf, times, observed, tokens, ends }: EncodedRows): ArrayBuffer[] =>
  [seriesOf, times, observed, tokens, ends].map(({ buffer }) => buffer as ArrayBuffer)

/** Tokens that there is room for at first. */
const ROOM = 1 << 15
/** Records encoded without giving way. */
const PIECE = 100

export const createEncoder = (): Encoder => {
  const cache = createSeriesCache()
  let found = new Uint32Array(ROOM)
  let count = 0

  const emit = (hash: number): void => {
    if (count === found.length) {
      const larger = new Uint32Array(count * 2)
      larger.set(found)
      found = larger
    }
    found[count++] = hash
  }

  const seriesText = (record: LogRecord): string => {
    const cached = cache.get(record)
    if (cached !== undefined) return cached
    const json = encodeSeries(record)
    cache.set(record, json)
    return json
  }

  /** Rows for so many records, which come in pieces. */
  const beginRows = (size: number) => {
    const numbers = new Map<string, number>()
    const seriesOf = new Uint32Array(size)
    const times = new Float64Array(size)
    const observed = new Float64Array(size)
    const ends = new Uint32Array(size)
    const messages: string[] = []
    const folded: (string | null)[] = []
    const bodies: string[] = []
    const outcomes = new Map<number, number | null>()
    count = 0

    const add = (record: LogRecord): void => {
      const index = messages.length
      const json = seriesText(record)
      const number = numbers.get(json) ?? numbers.size
      numbers.set(json, number)
      seriesOf[index] = number
      const row = encodeColumns(record)
      times[index] = row.time
      observed[index] = record.observed
      messages.push(row.message)
      folded.push(row.folded)
      bodies.push(row.body)
      if (isCallRecord(record) && record.call.status !== 'started')
        outcomes.set(index, record.call.durationMs ?? null)
      // What a column cannot hold is searched for all the same.
      if (row.message !== record.message) gramTokens(fold(record.message), emit)
      fieldTokens(record, emit)
      ends[index] = count
      if (isExit(record)) cache.forget(record.run)
    }

    const end = (): EncodedRows => ({
      series: [...numbers.keys()],
      seriesOf,
      times,
      observed,
      messages,
      folded,
      bodies,
      outcomes,
      tokens: found.slice(0, count),
      ends,
    })

    return { add, end }
  }

  return {
    encode({ records, ...rest }) {
      const rows = beginRows(records.length)
      for (const record of records) rows.add(record)
      return { rows: rows.end(), ...rest }
    },
    async encodeInPieces({ records, ...rest }) {
      const rows = beginRows(records.length)
      for (let at = 0; at < records.length; at += PIECE) {
        if (at > 0) await nextTurn()
        for (const record of records.slice(at, at + PIECE)) rows.add(record)
      }
      return { rows: rows.end(), ...rest }
    },
  }
}
