/** An alert's notice as blocks: what fires, how often, the records that made it, and the story of their call. */
import { isObject, type LogRecord } from '../../record/index.ts'
import { isoTime } from '../http/time.ts'
import { type Block, header, section } from './blocks.ts'

const MAX_LINE = 250
const MAX_LINES = 10

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

const clock = (value: unknown): string =>
  typeof value === 'number' && Math.abs(value) <= 8.64e15 ? isoTime(value).slice(11, 23) : ''

/** Something like a record on one line. */
const line = (value: unknown): string => {
  if (!isObject(value)) return text(value)
  const tool = isObject(value.call) ? text(value.call.tool ?? value.call.method) : ''
  const names = [clock(value.time), text(value.level), text(value.server), tool].filter((one) => one !== '')
  return `${names.join(' ')}: ${text(value.message).replaceAll(/\s*\n\s*/g, ' ⏎ ')}`.slice(0, MAX_LINE)
}

/** The newest, newest last. */
const lines = (value: unknown, title: string): Block[] => {
  const list: unknown[] = Array.isArray(value)
    ? value
    : isObject(value) && Array.isArray(value.records)
      ? value.records
      : []
  return list.length === 0 ? [] : section([title, ...list.slice(-MAX_LINES).map(line)].join('\n'))
}

const spanText = (ms: number): string =>
  ms % 60_000 === 0 ? `${ms / 60_000} min` : `${Math.round(ms / 100) / 10} s`

/** The blocks of an alert's notice, four at most; undefined when the record is none. */
export const alertBlocks = ({ source, attributes, message }: LogRecord): Block[] | undefined => {
  const { alert } = attributes
  if (source !== 'app' || !isObject(alert)) return undefined
  const { state, count, windowMs, group } = alert
  if (state !== 'firing' && state !== 'resolved') return undefined
  const name = text(alert.name)
  const groups = isObject(group)
    ? Object.entries(group).map(([key, value]) => `${key}: ${text(value)}`)
    : text(group) === ''
      ? []
      : [text(group)]
  const facts = [
    ...(typeof count === 'number' ? [`${count} records`] : []),
    ...(typeof windowMs === 'number' && windowMs > 0 ? [`within ${spanText(windowMs)}`] : []),
  ].join(' ')
  const about = [facts, ...groups].filter((one) => one !== '').join(' · ')
  return [
    ...header(state === 'firing' ? `🚨 Firing: ${name}` : `✅ Resolved: ${name}`),
    ...section(`${message.slice(0, 2500)}\n${about}`),
    ...lines(attributes.records, 'Records:'),
    ...lines(attributes.story, 'The call:'),
  ]
}
