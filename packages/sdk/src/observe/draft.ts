/** Drafts become records here: ids, sequence, what is known of the peers, and whether a sender's stamp is believed. */
import {
  type Attributes,
  type CallRef,
  type ClientInfo,
  type Level,
  type LogRecord,
  type Source,
  severity,
} from '../record/index.ts'
import type { ObserverSettings, Stream } from './types.ts'

/** A record without what the run adds to it. */
export interface Draft {
  source: Source
  level: Level
  message: string
  attributes: Attributes
  logger?: string
  call?: CallRef
  traceId?: string
  spanId?: string
  /** The sender's stamp of a known envelope, Unix epoch milliseconds. */
  time?: number
  truncated?: number
}

/** What the handshake or `_meta` told; on every record from then on. */
export interface Facts {
  client?: ClientInfo
  serverVersion?: string
  protocol?: string
  /** A hash of the protocol's session id. */
  session?: string
}

const DAY = 86_400_000
const OLDEST = 7 * DAY
const NEWEST = 5 * 60_000

const isBelievable = (time: number, observed: number): boolean =>
  time >= observed - OLDEST && time <= observed + NEWEST

/** An ISO text where the number can be one, for stamps that are kept as data. */
const stampText = (time: number): string | number => {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : date.toISOString()
}

export interface Drafting {
  facts: Facts
  /** Makes the record and emits it. `observed`: when its first byte was read. */
  emit(draft: Draft, observed: number, stream?: Stream): void
  /** Counts a log record instead of making it, if its level is being shed: it takes a `seq` all the same. */
  sheds(level: Level): boolean
  shedBelow(level: Level | undefined): void
  /** What was shed since the last time, and nothing when nothing was. */
  takeShed(): { records: number; levels: Partial<Record<Level, number>> } | undefined
}

export const createDrafting = (settings: ObserverSettings): Drafting => {
  const { server, run, host, newId, emit } = settings
  const facts: Facts = {}
  let seq = 0
  let threshold = 0
  let shed: { records: number; levels: Partial<Record<Level, number>> } | undefined

  return {
    facts,
    emit(draft, observed, stream) {
      const { source, level, message, logger, call, traceId, spanId, truncated } = draft
      let { attributes } = draft
      let time = observed
      if (draft.time !== undefined) {
        if (isBelievable(draft.time, observed)) time = draft.time
        else attributes = { ...attributes, time: stampText(draft.time) }
      }
      const record: LogRecord = {
        id: newId(observed),
        time,
        observed,
        seq: seq++,
        level,
        server,
        run,
        source,
        message,
        attributes,
      }
      if (logger !== undefined) record.logger = logger
      if (call !== undefined) record.call = call
      if (traceId !== undefined) record.traceId = traceId
      if (spanId !== undefined) record.spanId = spanId
      if (facts.client !== undefined) record.client = facts.client
      if (facts.serverVersion !== undefined) record.serverVersion = facts.serverVersion
      if (facts.protocol !== undefined) record.protocol = facts.protocol
      if (facts.session !== undefined) record.session = facts.session
      if (host !== undefined) record.host = host
      if (truncated !== undefined) record.truncated = truncated
      emit(record, stream)
    },
    sheds(level) {
      if (severity(level) >= threshold) return false
      seq += 1
      shed ??= { records: 0, levels: {} }
      shed.records += 1
      shed.levels[level] = (shed.levels[level] ?? 0) + 1
      return true
    },
    shedBelow(level) {
      threshold = level === undefined ? 0 : severity(level)
    },
    takeShed() {
      const taken = shed
      shed = undefined
      return taken
    },
  }
}
