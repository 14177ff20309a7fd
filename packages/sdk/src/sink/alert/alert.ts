/**
 * Alerts as a sink: looks at the records it is given, and tells other sinks when too many match. `rule.ts` says when,
 * `notice.ts` what. Nothing is written, and no record is held: what may have to be told of one is cut and kept.
 */
import { createIds, type LogRecord, severity } from '../../record/index.ts'
import { SinkError } from '../errors.ts'
import type { DeliveryStats, Sink } from '../types.ts'
import { briefOf } from './brief.ts'
import { createNotices, isNotice, type Seen, seenOf } from './notice.ts'
import { type AlertOptions, readOptions } from './options.ts'
import { createRule, type RuleStats, type Told } from './rule.ts'
import { steady } from './steady.ts'
import { createStories } from './stories.ts'
import { createTargets } from './targets.ts'

/** What an alert has done. */
export interface AlertStats extends RuleStats {
  /** Records looked at; notices among them are not counted. */
  received: number
  matched: number
  /** Records for which `when` threw: they count as not matching. */
  failed: number
  /** What became of the notices, for each sink of `to`, in order. */
  to: DeliveryStats[]
}

export interface AlertSink extends Sink {
  flush(timeoutMs: number): Promise<void>
  close(timeoutMs: number): Promise<void>
  stats(): AlertStats
}

/** Longest wait of a timer; it looks, and waits on. */
const MAX_TIMER_MS = 3_600_000

/**
 * A sink that tells other sinks when records match too often: once when it fires, again after a cool-down while it lasts and more
 * comes, and once when it is over.
 * @throws LogboomError LB_SINK_OPTIONS for an option that cannot be used
 * @example
 * const errors = alert({ when: 'level:>=error', threshold: 5, window: '5m', cooldown: '30m', to: [fileSink('alerts.log')] })
 * const all = await connectAll(servers, { sinks: [errors] })
 * errors.stats().firing
 */
export const alert = (options: AlertOptions): AlertSink => {
  const settings = readOptions(options)
  const { now, matches, groupOf, windowMs, threshold, cooldownMs, maxGroups } = settings
  const onError = (error: unknown): void => {
    try {
      settings.onError(error)
    } catch {
      // Whoever listens has no say in the work.
    }
  }
  const rule = createRule<Seen>({ threshold, windowMs, cooldownMs, maxGroups })
  const makeNotice = createNotices(settings)
  const stories = createStories()
  const targets = createTargets(settings.to, { retry: settings.retry, onError })
  const newId = createIds()
  const elapsed = steady(now)
  /** What is the same in every notice of an alert that fires, by its group. */
  const fired = new Map<string, { firedId: string; since: number; group: LogRecord['attributes'] }>()
  const counts = { received: 0, matched: 0, failed: 0 }
  let timer: NodeJS.Timeout | undefined
  let timerAt = Number.POSITIVE_INFINITY
  let closing: Promise<void> | undefined

  const tell = (told: Told<Seen>, group: LogRecord['attributes'], time: number): void => {
    const known = fired.get(told.group) ?? { firedId: newId(time), since: time, group }
    if (told.state === 'resolved') fired.delete(told.group)
    else fired.set(told.group, known)
    targets.tell(makeNotice({ told, ...known, now: time, story: stories.tell }))
  }

  const wait = (): void => {
    const at = elapsed()
    const due = rule.due(at)
    if (due === undefined || due >= timerAt) return
    clearTimeout(timer)
    timerAt = due
    timer = setTimeout(look, Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(due - at)))).unref()
  }

  const look = (): void => {
    timerAt = Number.POSITIVE_INFINITY
    const time = now()
    for (const told of rule.look(elapsed())) tell(told, {}, time)
    wait()
  }

  const isMatch = (record: LogRecord): boolean => {
    try {
      const answer: unknown = matches(record)
      if (typeof answer === 'boolean') return answer
      // Of an async function: nobody else would hear that it failed.
      Promise.resolve(answer).catch(() => {})
      throw new TypeError('alert: "when" has to answer true or false, at once')
    } catch (error) {
      counts.failed += 1
      onError(error)
      return false
    }
  }

  /** @returns whether something was told */
  const take = (record: LogRecord): boolean => {
    if (isNotice(record)) return false
    counts.received += 1
    const call = record.call?.attribution === 'ambiguous' ? undefined : record.call
    const brief = call === undefined ? undefined : briefOf(record)
    if (call !== undefined && brief !== undefined) stories.take(record, call, brief)
    if (!isMatch(record)) return false
    counts.matched += 1
    const { key, values } = groupOf(record)
    const seen = seenOf(record, brief ?? briefOf(record))
    const all = rule.take(key, severity(record.level), seen, elapsed())
    if (all.length === 0) return false
    const time = now()
    for (const told of all) tell(told, values, time)
    return true
  }

  const sink = (batch: readonly LogRecord[]): void => {
    if (closing !== undefined) throw new SinkError('the alert is closed')
    let told = false
    for (const record of batch) told = take(record) || told
    if (told) wait()
  }

  return Object.assign(sink, {
    flush: (timeoutMs: number) => targets.flush(timeoutMs),
    close: (timeoutMs: number) => {
      clearTimeout(timer)
      closing ??= targets.close(timeoutMs)
      return closing
    },
    stats: () => ({ ...counts, ...rule.stats(), to: targets.stats() }),
  })
}
