/**
 * Records as blocks of one message. Whatever a sender chose stands in `plain_text`, where Slack interprets nothing; the only
 * `mrkdwn` is a time, made here.
 */
import { fieldsText, type Level, type LogRecord, severity, sliceUnits } from '../../record/index.ts'
import { isoTime, timeOf } from '../http/time.ts'
import { alertBlocks } from './alert.ts'
import { type Block, context, section } from './blocks.ts'
import { escaped } from './text.ts'

/** Slack's limit for blocks of a message. */
export const MAX_BLOCKS = 50
/** Characters of all blocks: Slack refuses more than about 13,000 (`msg_blocks_too_long`). */
export const MAX_CHARACTERS = 12_000
/** Of a section. */
const MAX_TEXT = 2900
const MAX_FIELDS = 600
const MAX_NAMES = 200
const MAX_FALLBACK = 300

const ICONS: Readonly<Record<Level, string>> = {
  debug: '⚪',
  info: '🔵',
  notice: '🔷',
  warning: '🟡',
  error: '🔴',
  critical: '🟣',
  alert: '🚨',
  emergency: '🆘',
}

/** In the reader's time zone; the same in UTC where Slack cannot. */
const slackTime = (ms: number): string =>
  `<!date^${Math.floor(ms / 1000)}^{date_short_pretty} {time_secs}|${isoTime(ms)}>`

const short = (text: string, max: number): string =>
  text.length <= max ? text : `${sliceUnits(text, max - 1)}…`

const namesOf = (record: LogRecord): string => {
  const { call, logger, server, level } = record
  const tool = call === undefined || call.attribution === 'ambiguous' ? undefined : (call.tool ?? call.method)
  const names = [server, tool, logger].filter((name) => name !== undefined)
  return `${ICONS[level] ?? ICONS.info} ${level} · ${names.map((name) => short(name, MAX_NAMES)).join(' · ')}`
}

/** The message, and its fields where they say more. */
const detail = ({ message, attributes }: LogRecord): string => {
  const fields = Object.keys(attributes).length === 0 ? '' : fieldsText(attributes)
  if (fields === '' || fields === message) return message
  return `${short(message, MAX_TEXT - MAX_FIELDS)}\n${short(fields, MAX_FIELDS)}`
}

/** The blocks of one record: five at most. */
export const blocksOf = (record: LogRecord): Block[] => [
  ...(alertBlocks(record) ?? section(detail(record))),
  context(namesOf(record), slackTime(timeOf(record))),
]

/** What a notification shows. */
const fallback = (records: readonly LogRecord[]): string => {
  const [first, ...others] = [...records].sort((a, b) => severity(b.level) - severity(a.level))
  if (first === undefined) return ''
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  return `${escaped(`${first.level} ${first.server}: ${first.message}`, MAX_FALLBACK)}${more}`
}

/** One message; `blocks` are those of the records. */
export const encodeMessage = (records: readonly LogRecord[], blocks: readonly Block[]): string =>
  JSON.stringify({ text: fallback(records), mrkdwn: false, unfurl_links: false, unfurl_media: false, blocks })
