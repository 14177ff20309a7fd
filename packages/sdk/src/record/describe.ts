/**
 * A text for a record whose sender gave only fields: made after redaction, from what redaction left, so that no value
 * can slip into the text past the rule for its key.
 */
import { sliceUnits } from './cut.ts'
import type { Attributes, Json, LogRecord } from './types.ts'

const MAX_TEXT = 240

const fieldText = (value: Json): string =>
  typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value)

/** Fields on one line: `step=start n=1`; a lone `data` field without its name. */
export const fieldsText = (attributes: Attributes): string => {
  const names = Object.keys(attributes)
  if (names.length === 1 && names[0] === 'data') return clip(fieldText(attributes.data ?? null))
  let text = ''
  for (const name of names) {
    if (text.length > MAX_TEXT) break
    text += `${text === '' ? '' : ' '}${name}=${clip(fieldText(attributes[name] ?? null))}`
  }
  return clip(text)
}

const clip = (text: string): string => (text.length > MAX_TEXT ? `${sliceUnits(text, MAX_TEXT)}…` : text)

/** The record with a message made from its attributes, if it has none. */
export const describe = (record: LogRecord): LogRecord =>
  record.message === '' && Object.keys(record.attributes).length > 0
    ? { ...record, message: fieldsText(record.attributes) }
    : record
