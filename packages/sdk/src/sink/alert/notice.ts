/**
 * The notice: what an alert tells, as a record like others, so that any sink can take it.
 *
 *     source        app
 *     level         the highest of the records that fired; `notice` when it is resolved
 *     server        that of the group, where alerts are grouped by server; else `logboom`
 *     message       payments: 5 records level:>=error within 5 min
 *                   payments: resolved: 12 records level:>=error in 7 min
 *     call, traceId, spanId    of the newest of the records that surely or very probably belongs to a call
 *
 *     attributes.alert    { name, when, state, count, threshold, windowMs, group?, since, firedId, reminder? }
 *       name        as given, else `when`
 *       when        the query; for a function its name
 *       state       `firing`, or `resolved`
 *       count       records within the window; once resolved, all from those it fired with
 *       group       what the group's fields hold: { "server": "payments" }; a field that a record does not have is left out
 *       since       when it fired, Unix epoch milliseconds
 *       firedId     the same in every notice of one alert, from firing to resolved
 *       reminder    1, 2, …: it is told again, for it still fires
 *     attributes.records  the records that fired, at most 10, newest last:
 *       [{ time, level, server, message, call?: { id, method, tool? } }, …]      texts are cut to 500 bytes, names to 200
 *     attributes.story    of `call`, as far as it is known, if it still is:
 *       { id, method, tool?, server, status, durationMs?, left?, records: [{ time, level, server, message, arguments? }, …] }
 *       records     its start (with `arguments` as text), what was logged in it, its outcome; of what was logged the newest 18,
 *                   `left` being how many more there were
 *       status      `started` while there is no outcome
 *
 * A record whose `attributes.alert` has a `firedId` is a notice, wherever it comes from, and never fires an alert.
 */
import { randomUUID } from 'node:crypto'
import {
  type Attributes,
  createIds,
  isObject,
  type Json,
  LEVELS,
  type LogRecord,
  type NamedCall,
} from '../../record/index.ts'
import { callOf, shortCall, shortText } from './brief.ts'
import type { Told } from './rule.ts'

/** Of a record that fired: what is told, and what it is tied to. */
export interface Seen {
  brief: Attributes
  call?: NamedCall
  traceId?: string
  spanId?: string
}

export const seenOf = (record: LogRecord, brief: Attributes): Seen => {
  const { traceId, spanId } = record
  const call = callOf(record)
  return {
    brief: call === undefined ? brief : { ...brief, call: shortCall(call) },
    ...(call === undefined ? {} : { call }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
  }
}

export interface NoticeSettings {
  name: string | undefined
  when: string
  threshold: number
  windowMs: number
}

export interface NoticeParts {
  told: Told<Seen>
  /** What the group's fields hold. */
  group: Attributes
  /** Unix epoch milliseconds. */
  now: number
  /** When it fired, Unix epoch milliseconds. */
  since: number
  firedId: string
  story: (call: string) => Json | undefined
}

export const isNotice = ({ attributes: { alert } }: LogRecord): boolean =>
  isObject(alert) && typeof alert.firedId === 'string'

const UNITS = [
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const

/** A duration as people say it: `5 min`, `1.5 s`, `250 ms`. */
export const sayDuration = (ms: number): string => {
  const [size, unit] = UNITS.find(([least]) => ms >= least) ?? [1, 'ms']
  return `${Number((ms / size).toFixed(1))} ${unit}`
}

const sentence = (settings: NoticeSettings, { told, group, now, since }: NoticeParts): string => {
  const { state, count, reminder } = told
  const values = Object.values(group).join(', ')
  const about = [settings.name, values].filter((part) => part !== undefined && part !== '')
  const what = `${count} ${count === 1 ? 'record' : 'records'} ${shortText(settings.when)}`
  const told_ =
    state === 'resolved'
      ? `resolved: ${what} in ${sayDuration(Math.max(0, now - since))}`
      : `${reminder > 0 ? 'still ' : ''}${what} within ${sayDuration(settings.windowMs)}`
  return [...about, told_].join(': ')
}

/** Makes the notices of one alert: a run of their own. */
export const createNotices = (settings: NoticeSettings): ((parts: NoticeParts) => LogRecord) => {
  const newId = createIds()
  const run = randomUUID()
  const when = shortText(settings.when)
  let seq = 0
  return (parts) => {
    const { told, group, now, since, firedId } = parts
    const newest = told.seen.findLast(({ call }) => call !== undefined)
    const story = newest?.call === undefined ? undefined : parts.story(newest.call.id)
    const alert: Attributes = {
      ...{ name: settings.name ?? when, when, state: told.state, count: told.count },
      ...{ threshold: settings.threshold, windowMs: settings.windowMs },
      ...(Object.keys(group).length === 0 ? {} : { group }),
      ...{ since, firedId },
      ...(told.reminder === 0 ? {} : { reminder: told.reminder }),
    }
    return {
      id: newId(now),
      time: now,
      observed: now,
      seq: seq++,
      level: told.state === 'resolved' ? 'notice' : (LEVELS[told.top] ?? 'error'),
      server: typeof group.server === 'string' ? group.server : 'logboom',
      run,
      source: 'app',
      message: sentence(settings, parts),
      attributes: {
        alert,
        records: told.seen.map(({ brief }) => brief),
        ...(story === undefined ? {} : { story }),
      },
      ...(newest?.call === undefined ? {} : { call: newest.call }),
      ...(newest?.traceId === undefined ? {} : { traceId: newest.traceId }),
      ...(newest?.spanId === undefined ? {} : { spanId: newest.spanId }),
    }
  }
}
