/**
 * A record as one RFC 5424 message, without framing:
 *
 *   <PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID [SD-ID name="value" …] BOM MSG
 *
 * - PRI: facility * 8 + severity; the eight levels are the severities. TIMESTAMP: the record's time in UTC, to the microsecond.
 * - APP-NAME: the server. PROCID: the run, which changes when the server is started again. MSGID: the source.
 * - Header fields are printable ASCII without spaces: anything else becomes `_`, an empty one is `-`.
 * - Structured data: what else the record has, most telling first. `attributes` is JSON, and there whole or not at all.
 * - One physical line: control characters, bidirectional and invisible ones are shown, never passed on.
 * - A message over the limit loses `attributes` first, then the end of its text, then the last elements; `cut` in its structured
 *   data tells how many bytes it would have been.
 */
import { byteLength, type LogRecord, severity, visible, visibleJson } from '../../record/index.ts'
import type { MessageSettings } from './options.ts'

const BOM = '\ufeff'
/** Bytes of a name that somebody else gave: a logger, a tool. */
const MAX_VALUE = 256
/** What structured data leaves for the text, as far as the text needs it. */
const TEXT_SHARE = 160
const MARK = '…'

/** A header field: PRINTUSASCII, so long at most. */
const headerField = (text: string, max: number): string => text.replace(/[^!-~]+/g, '_').slice(0, max) || '-'

const timestamp = (time: number): string => {
  const micros = Math.round(time * 1000)
  const date = new Date(Math.floor(micros / 1000))
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString()
  // Years of more than four digits have no form in RFC 3339.
  if (iso.length !== 24) return '-'
  const below = String(micros - date.getTime() * 1000).padStart(3, '0')
  return `${iso.slice(0, -1)}${below}Z`
}

/** The first bytes of a text as whole characters, at most `max`. */
const cutBytes = (text: string, max: number): string => {
  if (text.length * 3 <= max) return text
  const bytes = Buffer.from(text)
  if (bytes.length <= max) return text
  let end = Math.max(0, max)
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

const element = (name: string, value: string): string => ` ${name}="${value.replace(/["\\\]]/g, '\\$&')}"`

const named = (name: string, value: string | number | undefined): string => {
  if (value === undefined) return ''
  const text = visible(String(value))
  const short = cutBytes(text, MAX_VALUE)
  return element(name, short.length < text.length ? short + MARK : short)
}

/** The elements in the order in which they are kept. */
const elements = (record: LogRecord): string[] => {
  const { call } = record
  const one = call !== undefined && 'id' in call ? call : undefined
  return [
    named('id', record.id),
    named('seq', record.seq),
    named('call', one?.id),
    named('tool', one?.tool),
    named('method', one?.method),
    named('status', one?.status),
    named('durationMs', one?.durationMs),
    named('attribution', call?.attribution),
    named('candidates', call !== undefined && 'candidates' in call ? call.candidates.join(' ') : undefined),
    named('trace', record.traceId),
    named('span', record.spanId),
    named('logger', record.logger),
    named('server', record.server),
    named('client', record.client?.name),
    named('session', record.session),
    named('redacted', record.redacted),
    named('truncated', record.truncated),
  ].filter((text) => text !== '')
}

/** The record as a message of at most `maxBytes` bytes. */
export const encodeMessage = (record: LogRecord, settings: MessageSettings): Buffer => {
  const { facility, sdId, maxBytes } = settings
  const header = [
    `<${facility * 8 + 7 - severity(record.level)}>1`,
    timestamp(record.time),
    headerField(record.host ?? settings.hostname, 255),
    headerField(settings.appName ?? record.server, 48),
    headerField(record.run, 128),
    headerField(record.source, 32),
  ].join(' ')
  const text = visible(record.message)
  const all = elements(record)
  const attributes =
    Object.keys(record.attributes).length === 0
      ? ''
      : element('attributes', visibleJson(JSON.stringify(record.attributes)))
  const body = text === '' ? '' : ` ${BOM}${text}`
  const whole = `${header} [${sdId}${all.join('')}${attributes}]${body}`
  const size = byteLength(whole)
  if (size <= maxBytes) return Buffer.from(whole)

  const cut = element('cut', String(size))
  const room = maxBytes - byteLength(`${header} [${sdId}${cut}]`)
  const reserved = Math.min(byteLength(body), TEXT_SHARE)
  let kept = ''
  let used = 0
  for (const one of all) {
    const bytes = byteLength(one)
    if (used + bytes > room - reserved) break
    kept += one
    used += bytes
  }
  const start = `${header} [${sdId}${cut}${kept}]`
  const left = maxBytes - byteLength(start)
  if (byteLength(body) <= left) return Buffer.from(start + body)
  // A space, a mark of three bytes on either side, and at least one character.
  return Buffer.from(left < 8 ? start : `${start}${cutBytes(body, left - byteLength(MARK))}${MARK}`)
}
