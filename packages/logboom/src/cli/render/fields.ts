/** Attributes on one line: `size=128 user_id=42`. */
import {
  type Attributes,
  fieldsText,
  isObject,
  type Json,
  type LogRecord,
  type Source,
  setOwn,
} from '@logboom/sdk/record'
import { visible } from './text.ts'
import { clip, displayWidth } from './width.ts'

export interface FieldsOptions {
  /** Cells one value may take. */
  value: number
  /** Cells all of them may take; what does not fit is counted at the end. Absent: no bound. */
  total?: number
}

// Also the masks that redaction leaves: they are no text that somebody wrote.
const BARE = /^(?:[^\s"'=,{}[\]]+|\[redacted:[\w-]+\])$/

/** One value: bare where that is clear, else JSON. */
export const valueText = (value: Json, max: number): string => {
  // Never makes a text of megabytes to show a few cells of it.
  const text = typeof value === 'string' ? value.slice(0, max * 4) : JSON.stringify(value)
  return clip(visible(typeof value === 'string' && !BARE.test(text) ? JSON.stringify(text) : text), max)
}

/**
 * Fields as `key=value`, in the order they came.
 * @example fieldsLine({ size: 128, path: 'a b' }, { value: 80 }) // 'size=128 path="a b"'
 */
export const fieldsLine = (attributes: Attributes, options: FieldsOptions): string => {
  const entries = Object.entries(attributes)
  const room = options.total ?? Number.POSITIVE_INFINITY
  let line = ''
  let width = 0
  for (const [index, [key, value]] of entries.entries()) {
    const field = `${index === 0 ? '' : ' '}${clip(visible(key), options.value)}=${valueText(value, options.value)}`
    const more = ` +${entries.length - index} more`
    const next = width + displayWidth(field)
    if (next > room && index > 0) return line + more
    line += field
    width = next
  }
  return line
}

/** What capture notes for machines. */
const NOTES = new Set(['levelFrom'])
/** What the message says already, where capture made it. */
const HIDDEN: Partial<Record<Source, ReadonlySet<string>>> = {
  lifecycle: new Set([
    ...['event', 'command', 'args', 'cwd', 'code', 'signal', 'error', 'reason', 'records', 'bytes'],
    ...NOTES,
  ]),
  notification: new Set(['method', ...NOTES]),
}

/** True if a notification's params are none, or the progress that its message tells. */
const isTold = ({ attributes }: LogRecord, params: Json): boolean =>
  attributes.method === 'notifications/progress' || (isObject(params) && Object.keys(params).length === 0)

/** The attributes worth showing beside the message: not what capture noted for machines, not what the message says. */
export const shownAttributes = (record: LogRecord): Attributes => {
  if (record.message !== '' && record.message === fieldsText(record.attributes)) return {}
  const hidden = HIDDEN[record.source] ?? NOTES
  const shown: Attributes = {}
  for (const [key, value] of Object.entries(record.attributes)) {
    const told =
      hidden.has(key) || (record.source === 'notification' && key === 'params' && isTold(record, value))
    if (!told) setOwn(shown, key, value)
  }
  return shown
}
