/**
 * Folds repeats: the first record passes, equal ones within the window after it are `deduped`, and at the window's end one record stands
 * for them.
 *
 * - That record is the newest repeat itself, id, `seq` and all, with `attributes.repeats`: `{ count, from, to }`. `count` is how many
 *   it stands for, itself included; `from` and `to` are the least and greatest `time` of them, Unix epoch milliseconds.
 *   `@repeats.count:>10` finds it. An attribute of that name is replaced. The counts add up to what was deduped.
 * - Where the repeats are not all of one call, it names no call, and no trace: none would be true of all.
 * - It comes later than records with a higher `seq`, since a window has to end first.
 * - Never folded: a call's start and outcome, lifecycle records, and what is too large to be kept in mind (a message of more than 8192
 *   characters, attributes of more than about 16 KiB).
 * - Bounded: of `maxKeys` records kept in mind the one that was longest not repeated goes, and what it has to tell is told at the next
 *   occasion. While `maxKeys` wait for that, records that are new pass without being kept in mind.
 */
import { checkOptions, kinds, oneOf, optional } from '../errors/options.ts'
import { fitsIn, type LogRecord, maskMessage } from '../record/index.ts'
import { isLifecycle } from './told.ts'
import type { Transform } from './types.ts'
import { isOver } from './windows.ts'

export interface DedupeOptions {
  /** Milliseconds from the first record, within which equal ones are folded. @default 10_000 */
  windowMs?: number
  /**
   * What has to be equal besides server, level, source and logger: the message, or its pattern, in which numbers, ids, paths and
   * quoted texts do not count.
   * @default 'message'
   */
  by?: 'message' | 'pattern'
  /** Different records kept in mind. @default 1000 */
  maxKeys?: number
}

const MAX_MESSAGE = 8192
const MAX_ATTRIBUTES = 16_384

interface Folding {
  start: number
  /** Nothing while nothing was repeated. */
  repeats?: Repeats | undefined
}

interface Repeats {
  newest: LogRecord
  count: number
  from: number
  to: number
  oneCall: boolean
  oneTrace: boolean
}

const callOf = ({ call }: LogRecord): string =>
  call === undefined ? '' : 'id' in call ? call.id : call.candidates.join()

const isFoldable = (record: LogRecord): boolean =>
  record.source !== 'call' &&
  !isLifecycle(record) &&
  record.message.length <= MAX_MESSAGE &&
  fitsIn(record.attributes, MAX_ATTRIBUTES)

const addTo = (known: Repeats | undefined, record: LogRecord): Repeats => {
  const { time, traceId, spanId } = record
  if (known === undefined)
    return { newest: record, count: 1, from: time, to: time, oneCall: true, oneTrace: true }
  const { newest } = known
  return {
    newest: record,
    count: known.count + 1,
    from: Math.min(known.from, time),
    to: Math.max(known.to, time),
    oneCall: known.oneCall && callOf(newest) === callOf(record),
    oneTrace: known.oneTrace && newest.traceId === traceId && newest.spanId === spanId,
  }
}

const fold = ({ newest, count, from, to, oneCall, oneTrace }: Repeats): LogRecord => {
  const { call, traceId, spanId, ...rest } = newest
  return {
    ...rest,
    attributes: { ...newest.attributes, repeats: { count, from, to } },
    ...(oneCall && call !== undefined ? { call } : {}),
    ...(oneTrace && traceId !== undefined ? { traceId } : {}),
    ...(oneTrace && spanId !== undefined ? { spanId } : {}),
  }
}

/**
 * Folds equal records of a window into the first and one that tells how many more there were.
 * @throws LogboomError LB_SINK_OPTIONS
 * @example dedupe({ windowMs: 60_000, by: 'pattern' })
 */
export const dedupe = (options: DedupeOptions = {}): Transform => {
  checkOptions('dedupe', options, {
    windowMs: optional(kinds.positive),
    by: optional(oneOf('message', 'pattern')),
    maxKeys: optional(kinds.count),
  })
  const { windowMs = 10_000, by = 'message', maxKeys = 1000 } = options

  /** The logger's length keeps it apart from the message, whatever they hold. */
  const keyOf = ({ server, level, source, logger, message }: LogRecord): string =>
    `${server}\0${level}\0${source}\0${logger?.length ?? -1}\0${logger ?? ''}${by === 'pattern' ? maskMessage(message) : message}`

  const start = () => {
    /** The one that was longest not repeated comes first. */
    const foldings = new Map<string, Folding>()
    let waiting: Repeats[] = []

    const end = ({ repeats }: Folding): void => {
      if (repeats !== undefined) waiting.push(repeats)
    }

    /** So much is to be told already that its window has to stay open. */
    const mustWait = ({ repeats }: Folding): boolean => repeats !== undefined && waiting.length >= maxKeys

    /** Makes room for one more; false when there is none. */
    const makeRoom = (): boolean => {
      if (foldings.size < maxKeys) return true
      if (waiting.length >= maxKeys) return false
      const [oldest] = foldings
      if (oldest === undefined) return true
      foldings.delete(oldest[0])
      end(oldest[1])
      return true
    }

    const tell = (now: number, all: boolean): LogRecord[] => {
      for (const [key, folding] of foldings) {
        const over = isOver(folding.start, windowMs, now)
        if (!over && !all) continue
        end(folding)
        if (over) foldings.delete(key)
        else folding.repeats = undefined
      }
      const told = waiting.map(fold)
      waiting = []
      return told
    }

    return {
      reason: 'deduped',
      take(record: LogRecord, now: number) {
        if (!isFoldable(record)) return record
        const key = keyOf(record)
        const known = foldings.get(key)
        foldings.delete(key)
        if (known !== undefined && (!isOver(known.start, windowMs, now) || mustWait(known))) {
          known.repeats = addTo(known.repeats, record)
          foldings.set(key, known)
          return undefined
        }
        if (known !== undefined) end(known)
        if (makeRoom()) foldings.set(key, { start: now })
        return record
      },
      due: (now: number) => tell(now, false),
      settle: (now: number) => tell(now, true),
    }
  }
  return { start }
}
