/**
 * A batch as one mail: subject, plain text and HTML.
 *
 * An alert record (`attributes.alert`) is told with its name, state, count and window, the records that fired
 * (`attributes.records`) and the call's story (`attributes.story`). Any other record is one line. Nothing a server wrote acts: control
 * characters are shown, HTML is escaped, the subject is one line.
 */
import { isObject, type LogRecord, severity, sliceUnits, visible } from '../../record/index.ts'

export interface Mail {
  subject: string
  text: string
  html: string
}

const MAX_SUBJECT = 150
/** Characters of one record's text. */
const MAX_TEXT = 2000
/** Lines of one mail; the rest is told as a number. */
const MAX_LINES = 1000

interface Alert {
  name: string
  state: string
  count: number | undefined
  windowMs: number | undefined
  group: string | undefined
  records: string[]
  story: string[]
}

const oneLine = (text: string, max: number): string => {
  const shown = visible(text)
  return shown.length <= max ? shown : `${sliceUnits(shown, max)}…`
}

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))

const asNumber = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined

const clock = (time: unknown): string => {
  const date = new Date(asNumber(time) ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? 'no time' : date.toISOString()
}

const lineOf = (record: { time?: unknown; level?: unknown; server?: unknown; message?: unknown }): string => {
  const head = `${clock(record.time)} ${asText(record.level)} ${asText(record.server)}: `
  return oneLine(head + asText(record.message ?? ''), MAX_TEXT)
}

const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

const linesOf = (value: unknown): string[] =>
  list(value).flatMap((one) =>
    isObject(one) && 'message' in one
      ? [lineOf(one)]
      : asText(one)
          .split('\n')
          .map((line) => oneLine(line, MAX_TEXT)),
  )

/** What a record of an alert says; undefined for any other. */
const alertOf = ({ attributes }: LogRecord): Alert | undefined => {
  const { alert } = attributes
  if (!isObject(alert) || typeof alert.name !== 'string') return undefined
  return {
    name: alert.name,
    state: asText(alert.state ?? 'firing'),
    count: asNumber(alert.count),
    windowMs: asNumber(alert.windowMs),
    group: alert.group === undefined || alert.group === null ? undefined : asText(alert.group),
    records: linesOf(attributes.records),
    story: linesOf(attributes.story),
  }
}

/** A span of time in the unit that suits it. */
const span = (ms: number): string => {
  if (ms < 1000) return `${ms} ms`
  if (ms < 60_000) return `${ms / 1000} s`
  return ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`
}

const headline = ({ name, state, count, windowMs, group }: Alert): string => {
  const many = count === undefined ? '' : `: ${count} record${count === 1 ? '' : 's'}`
  const during = windowMs === undefined ? '' : ` in ${span(windowMs)}`
  return `[${state}] ${name}${group === undefined ? '' : ` (${group})`}${many}${during}`
}

const subjectOf = (batch: readonly LogRecord[], alerts: readonly Alert[]): string => {
  const [first] = alerts
  const more = (count: number): string => (count === 0 ? '' : ` (+${count} more)`)
  if (first !== undefined) return headline(first) + more(batch.length - 1)
  const worst = batch.reduce((most, one) => (severity(one.level) > severity(most.level) ? one : most))
  return `[${worst.level}] ${worst.server}: ${worst.message}${more(batch.length - 1)}`
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

interface Part {
  heading?: string
  lines: string[]
}

const partsOf = (batch: readonly LogRecord[]): Part[] => {
  const parts: Part[] = []
  const plain: string[] = []
  for (const record of batch) {
    const alert = alertOf(record)
    if (alert === undefined) plain.push(lineOf(record))
    else {
      parts.push({ heading: oneLine(headline(alert), MAX_TEXT), lines: [lineOf(record), ...alert.records] })
      if (alert.story.length > 0) parts.push({ heading: 'The call', lines: alert.story })
    }
  }
  if (plain.length > 0) parts.push({ lines: plain })
  let room = MAX_LINES
  let left = 0
  for (const part of parts) {
    left += Math.max(0, part.lines.length - room)
    part.lines = part.lines.slice(0, room)
    room -= part.lines.length
  }
  if (left > 0) parts.push({ lines: [`… and ${left} more lines, which are not in this mail`] })
  return parts
}

/** The mail for a batch, which is not empty. */
export const encodeMail = (batch: readonly LogRecord[], subject: string | undefined): Mail => {
  const alerts = batch.map(alertOf).filter((alert) => alert !== undefined)
  const parts = partsOf(batch)
  return {
    subject: oneLine(subject ?? subjectOf(batch, alerts), MAX_SUBJECT),
    text: parts
      .map(({ heading, lines }) => [...(heading === undefined ? [] : [heading, '']), ...lines, ''].join('\n'))
      .join('\n'),
    html: parts
      .map(({ heading, lines }) => {
        const items = lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('\n')
        return `${heading === undefined ? '' : `<h3>${escapeHtml(heading)}</h3>\n`}<ul style="font-family:monospace">\n${items}\n</ul>`
      })
      .join('\n'),
  }
}
