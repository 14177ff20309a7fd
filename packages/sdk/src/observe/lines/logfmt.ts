/** `key=value key2="a b"`: whole lines of it (logfmt, Go slog), and as the tail of a message (tracing, structlog). */
import { type Attributes, setOwn } from '../../record/index.ts'

interface Field {
  key: string
  value: string
  /** Where the next field may begin. */
  end: number
}

const isKeyUnit = (unit: number): boolean =>
  (unit >= 0x61 && unit <= 0x7a) ||
  (unit >= 0x41 && unit <= 0x5a) ||
  (unit >= 0x30 && unit <= 0x39) ||
  unit === 0x5f ||
  unit === 0x2e ||
  unit === 0x2d ||
  unit === 0x40 ||
  unit === 0x2f

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' }
const MAX_KEY = 128

/** The field at `from`: a key, `=`, a value that is bare, quoted (`"` with JSON escapes, or `'`), or bracketed. */
const fieldAt = (text: string, from: number): Field | undefined => {
  let at = from
  while (at < text.length && at - from <= MAX_KEY && isKeyUnit(text.charCodeAt(at))) at++
  if (at === from || text[at] !== '=') return undefined
  const key = text.slice(from, at)
  const start = at + 1
  const quote = text[start]
  if (quote === '"' || quote === "'") return quotedField(text, key, start, quote)
  let end = text.indexOf(' ', start)
  if (end === -1) end = text.length
  const closing = quote === undefined ? undefined : CLOSING[quote]
  if (closing !== undefined && text[end - 1] !== closing) {
    // A mapping or list printed with spaces: up to its bracket before a space or the end.
    const close = text.indexOf(`${closing} `, start)
    end = close === -1 ? text.length : close + 1
  }
  return { key, value: text.slice(start, end), end }
}

const quotedField = (text: string, key: string, start: number, quote: string): Field | undefined => {
  let at = start + 1
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1
  if (at >= text.length) return undefined
  const end = at + 1
  if (end < text.length && text[end] !== ' ') return undefined
  return { key, value: unquote(text.slice(start, end), quote), end }
}

const unquote = (text: string, quote: string): string => {
  if (!text.includes('\\')) return text.slice(1, -1)
  if (quote === '"') {
    try {
      const value: unknown = JSON.parse(text)
      if (typeof value === 'string') return value
    } catch {
      // Escapes that JSON does not know stay as they are written.
    }
  }
  return text.slice(1, -1)
}

/** How far fields reach from `from`: to the end, or to the first thing that is none. */
const fieldsFrom = (text: string, from: number): { fields: Attributes; end: number } => {
  const fields: Attributes = {}
  let at = from
  while (at < text.length) {
    if (text.charCodeAt(at) === 0x20) {
      at++
      continue
    }
    const field = fieldAt(text, at)
    if (field === undefined) return { fields, end: at }
    setOwn(fields, field.key, field.value)
    at = field.end
  }
  return { fields, end: text.length }
}

/** The fields of a line that holds nothing else. */
export const readLogfmt = (text: string): Attributes | undefined => {
  const line = text.trimEnd()
  const { fields, end } = fieldsFrom(line, 0)
  return end === line.length && line !== '' ? fields : undefined
}

/** A message and the fields after it, if the text ends in fields: `saved rows=3 table=users`. */
export const splitTail = (text: string): { message: string; attributes: Attributes } => {
  const line = text.trimEnd()
  let at = 0
  while (at < line.length) {
    const equals = line.indexOf('=', at)
    if (equals === -1) break
    let start = equals
    while (start > at && isKeyUnit(line.charCodeAt(start - 1))) start--
    const begins = start === 0 || line.charCodeAt(start - 1) === 0x20
    if (begins && start < equals) {
      const { fields, end } = fieldsFrom(line, start)
      if (end === line.length) return { message: line.slice(0, start).trimEnd(), attributes: fields }
      // Whatever begins between here and what stopped it would be stopped there too.
      at = Math.max(end, equals + 1)
    } else {
      at = equals + 1
    }
  }
  return { message: line, attributes: {} }
}
