/**
 * Keeps a share of the records, and thins bursts. What it leaves out is `thinned`, and told: for each server and, of bursts,
 * pattern (see `told.ts`).
 *
 * In this order: `alert`, `emergency` and lifecycle records pass, and so does what the options do not mean; what a burst has too many of is
 * thinned, errors too; errors pass; of the rest the share stays. Whether a record is in the share is decided by its call's id, so a call
 * stays whole or not at all, in every process that sees it; a record without a call, or of one call out of several, goes by its own id.
 */
import { type LogRecord, severity } from '../../record/index.ts'
import { matcherOf } from '../select.ts'
import { createTallies, isLifecycle } from '../told.ts'
import type { Transform } from '../types.ts'
import { createBursts } from './burst.ts'
import { checkSample, type SampleOptions } from './options.ts'
import { shareOf } from './share.ts'

const ERROR = severity('error')
const ALERT = severity('alert')

const REPORT_MS = 60_000
const MAX_KEYS = 1000

const unitOf = ({ id, call }: LogRecord): string =>
  call === undefined || call.attribution === 'ambiguous' ? id : call.id

/**
 * Keeps a share of the records, calls whole; see `SampleOptions` for units and defaults.
 * @throws LogboomError LB_SINK_OPTIONS, LB_QUERY_SYNTAX
 * @example sample({ keep: 0.1, level: 'debug' })
 * @example sample({ adaptive: { first: 100, windowMs: 10_000 } })
 */
export const sample = (options: SampleOptions): Transform => {
  checkSample(options)
  const { keep = 1, keepErrors = true, adaptive, reportMs = REPORT_MS } = options
  const highest = options.level === undefined ? ALERT - 1 : Math.min(severity(options.level), ALERT - 1)
  const when = options.when === undefined ? undefined : matcherOf('sample: when', options.when, options.regex)

  const start = () => {
    const bursts = adaptive === undefined ? undefined : createBursts(adaptive)
    const ofBursts = createTallies({
      reason: 'thinned',
      windowMs: adaptive?.windowMs ?? REPORT_MS,
      maxKeys: adaptive?.maxKeys ?? MAX_KEYS,
    })
    const ofShare = createTallies({ reason: 'thinned', windowMs: reportMs, maxKeys: MAX_KEYS })
    const tell = (now: number, all: boolean) => [...ofBursts.tell(now, all), ...ofShare.tell(now, all)]
    return {
      reason: 'thinned',
      take(record: LogRecord, now: number) {
        const level = severity(record.level)
        if (level > highest || isLifecycle(record) || when?.(record) === false) return record
        const value = bursts?.thins(record, now)
        if (value !== undefined) {
          ofBursts.add(record, { name: 'pattern', value }, now)
          return undefined
        }
        if (keep >= 1 || (keepErrors && level >= ERROR) || shareOf(unitOf(record)) < keep) return record
        ofShare.add(record, undefined, now)
        return undefined
      },
      due: (now: number) => tell(now, false),
      settle: (now: number) => tell(now, true),
    }
  }
  return { start }
}
