/** Attributes on one line: `size=128 user_id=42`. */
import { type Attributes, fieldsText, type Json, type LogRecord, setOwn } from '@logboom/sdk/record'
import { visible } from './text.ts'
import { clip, displayWidth } from './width.ts'

export interface FieldsOptions {
  /** Cells one value may take. */
  value: number
  /** Cells all of them may take; what does not fit is counted at the end. Absent: no bound. */
  total?: number
}

const BARE = /^[^\s"'=,{}[\]]+$/

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
/** What the message of a lifecycle record says already. */
const TOLD = new Set([
  ...['event', 'command', 'args', 'cwd', 'code', 'signal', 'error', 'reason', 'records', 'bytes'],
  ...NOTES,
])

/** The attributes worth showing beside the message: not what capture noted for machines, not what the message says. */
export const shownAttributes = (record: LogRecord): Attributes => {
  if (record.message !== '' && record.message === fieldsText(record.attributes)) return {}
  const hidden = record.source === 'lifecycle' ? TOLD : NOTES
  const shown: Attributes = {}
  for (const [key, value] of Object.entries(record.attributes))
    if (!hidden.has(key)) setOwn(shown, key, value)
  return shown
}
