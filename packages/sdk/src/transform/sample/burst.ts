/**
 * Thins bursts: many records of one server with one message pattern within a window.
 *
 * Of the n-th of a pattern in its window, one in ⌈n / first⌉ stays: all of the first `first`, then ever fewer; of 10,000 with
 * `first` 100, about 560. A call's outcome stays where its start stayed, unless it is an error: that is counted by its own pattern.
 */
import { isCallRecord, type LogRecord, maskMessage, severity } from '../../record/index.ts'
import { isOver, setNewest } from '../windows.ts'
import type { AdaptiveOptions } from './options.ts'

interface Burst {
  start: number
  seen: number
  /** Left out since the last that stayed. */
  skipped: number
}

/** Calls whose start is remembered; of more that are open at once, outcomes are counted by their own pattern. */
const MAX_CALLS = 10_000
/** Messages whose pattern is remembered: a burst has few different ones more often than many. */
const MAX_MASKED = 500
const MAX_MASKED_LENGTH = 400

const ERROR = severity('error')

export interface Bursts {
  /** The record's pattern when it is one too many; nothing when it stays. */
  thins(record: LogRecord, now: number): string | undefined
}

export const createBursts = ({ first = 100, windowMs = 10_000, maxKeys = 1000 }: AdaptiveOptions): Bursts => {
  const bursts = new Map<string, Burst>()
  const calls = new Map<string, boolean>()
  const masked = new Map<string, string>()

  const patternOf = (message: string): string => {
    if (message.length > MAX_MASKED_LENGTH) return maskMessage(message)
    const known = masked.get(message)
    if (known !== undefined) return known
    if (masked.size >= MAX_MASKED) masked.clear()
    const pattern = maskMessage(message)
    masked.set(message, pattern)
    return pattern
  }

  const isTooMany = (server: string, pattern: string, now: number): boolean => {
    const key = `${server}\0${pattern}`
    let burst = bursts.get(key)
    if (burst === undefined || isOver(burst.start, windowMs, now)) burst = { start: now, seen: 0, skipped: 0 }
    setNewest(bursts, key, burst, maxKeys)
    burst.seen += 1
    burst.skipped += 1
    if (burst.skipped < Math.ceil(burst.seen / first)) return true
    burst.skipped = 0
    return false
  }

  return {
    thins(record, now) {
      const pattern = patternOf(record.message)
      if (!isCallRecord(record) || severity(record.level) >= ERROR)
        return isTooMany(record.server, pattern, now) ? pattern : undefined
      const { id, status } = record.call
      const started = calls.get(id)
      calls.delete(id)
      const gone =
        status !== 'started' && started !== undefined ? started : isTooMany(record.server, pattern, now)
      if (status === 'started') setNewest(calls, id, gone, MAX_CALLS)
      return gone ? pattern : undefined
    },
  }
}
