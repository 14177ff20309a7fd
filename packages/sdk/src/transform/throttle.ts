/**
 * So many records a second: a token bucket for each server. What finds no token is `throttled`, and told (see `told.ts`).
 * Lifecycle records pass without a token, and so do `alert` and `emergency` unless told otherwise. A clock that goes back gives no tokens.
 */
import { checkOptions, kinds, oneOf, optional } from '../errors/options.ts'
import { type LogRecord, severity } from '../record/index.ts'
import { createTallies, isLifecycle } from './told.ts'
import type { Transform } from './types.ts'
import { setNewest } from './windows.ts'

export interface ThrottleOptions {
  /** Records a second that pass in the long run; may be a fraction. */
  perSecond: number
  /** Records that may pass at once after a silence. @default perSecond, at least 1 */
  burst?: number
  /** What has a bucket of its own: each server, or each logger of each server. @default 'server' */
  by?: 'server' | 'logger'
  /** `alert` and `emergency` always pass. @default true */
  keepAlerts?: boolean
  /** Milliseconds from the first record left out until it is told. @default 60_000 */
  reportMs?: number
}

const ALERT = severity('alert')
/** Buckets at once; one that goes is full when it comes back. */
const MAX_KEYS = 1000

interface Bucket {
  tokens: number
  at: number
}

/**
 * Lets at most `perSecond` records a second of each server pass.
 * @throws LogboomError LB_SINK_OPTIONS
 * @example throttle({ perSecond: 50, burst: 200 })
 */
export const throttle = (options: ThrottleOptions): Transform => {
  checkOptions('throttle', options, {
    perSecond: kinds.positive,
    burst: optional(kinds.count),
    by: optional(oneOf('server', 'logger')),
    keepAlerts: optional(kinds.flag),
    reportMs: optional(kinds.positive),
  })
  const { perSecond, by = 'server', keepAlerts = true, reportMs = 60_000 } = options
  const burst = options.burst ?? Math.max(1, perSecond)

  const start = () => {
    const buckets = new Map<string, Bucket>()
    const tallies = createTallies({ reason: 'throttled', windowMs: reportMs, maxKeys: MAX_KEYS })

    const hasToken = (key: string, now: number): boolean => {
      const bucket = buckets.get(key) ?? { tokens: burst, at: now }
      bucket.tokens = Math.min(burst, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond)
      bucket.at = now
      setNewest(buckets, key, bucket, MAX_KEYS)
      if (bucket.tokens < 1) return false
      bucket.tokens -= 1
      return true
    }

    return {
      reason: 'throttled',
      take(record: LogRecord, now: number) {
        if (isLifecycle(record) || (keepAlerts && severity(record.level) >= ALERT)) return record
        const logger = by === 'logger' ? (record.logger ?? '') : undefined
        if (hasToken(`${record.server}\0${logger ?? ''}`, now)) return record
        tallies.add(record, logger === undefined ? undefined : { name: 'logger', value: logger }, now)
        return undefined
      },
      due: (now: number) => tallies.tell(now, false),
      settle: (now: number) => tallies.tell(now, true),
    }
  }
  return { start }
}
