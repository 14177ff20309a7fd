/**
 * JSON lines: pino, bunyan, winston, structlog, Python's JSON formatters, zap, slog, tracing, Serilog, ECS, Google Cloud.
 *
 * An object is a log envelope when it names a level, or has both a text and a time. Only in an envelope are time,
 * logger and trace taken out of the fields: a `time` or `name` in any other object is data and stays where it is.
 * A field that cannot be read as what its name promises stays too.
 */
import {
  type Attributes,
  isObject,
  type Json,
  type Level,
  levelFromName,
  levelFromNumber,
  MAX_DEPTH,
  readData,
  setOwn,
  toJson,
} from '../../record/index.ts'
import { type Said, saidNothing } from './said.ts'
import { visible } from './text.ts'
import { type Clock, stampOf } from './time.ts'

const LEVEL_FIELDS = [
  'level',
  'levelname',
  'severity',
  'log.level',
  'lvl',
  'severityText',
  'severity_text',
  'loglevel',
  'LogLevel',
  'Level',
  '@l',
  'level_name',
  'levelno',
] as const
const TIME_FIELDS = [
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  'asctime',
  'datetime',
  'Timestamp',
  '@t',
  'eventTime',
  'created',
] as const
const LOGGER_FIELDS = [
  'logger',
  'logger_name',
  'loggerName',
  'log.logger',
  'target',
  'Category',
  'SourceContext',
] as const
const TEXT_FIELDS = ['msg', 'message', 'event'] as const
const OTHER_TEXT_FIELDS = ['@m', '@mt', 'Message', 'textPayload', 'short_message', 'body'] as const
const TRACE_FIELDS = ['traceId', 'trace_id', 'traceID', 'trace.id', 'otelTraceID'] as const
const SPAN_FIELDS = ['spanId', 'span_id', 'spanID', 'span.id', 'otelSpanID'] as const
const GCP_TRACE = 'logging.googleapis.com/trace'
const GCP_SPAN = 'logging.googleapis.com/spanId'

/** What a line says that is one whole JSON object. */
export const readJsonLine = (text: string, clock: Clock): Said | undefined => {
  if (text.charCodeAt(0) !== 0x7b) return undefined
  const object = parseObject(text)
  return object === undefined ? undefined : readObject(object, clock)
}

const parseObject = (text: string): Attributes | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    if (!isObject(value)) return undefined
    return mayBeTooDeep(text) ? (toJson(value) as Attributes) : (value as Attributes)
  } catch {
    return undefined
  }
}

/** Whether there are brackets enough to nest deeper than JSON may: whoever walks the value recurses. */
const mayBeTooDeep = (text: string): boolean => {
  let left = MAX_DEPTH
  for (let at = 0; at < text.length && left > 0; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0x7b || unit === 0x5b) left--
  }
  return left === 0
}

/** What is taken out of the fields on the way; each step names the keys it took. */
interface Envelope {
  taken: Set<string>
  level?: Level
  time?: number
  logger?: string
  traceId?: string
  spanId?: string
}

const readObject = (object: Attributes, clock: Clock): Said => {
  const flat = hoist(object)
  const envelope: Envelope = { taken: new Set() }
  takeLevel(flat, envelope)
  const textField = textFieldOf(flat)
  const time = TIME_FIELDS.find(
    (field) => Object.hasOwn(flat, field) && stampOf(flat[field], clock) !== undefined,
  )
  if (envelope.level !== undefined || (textField !== undefined && time !== undefined)) {
    if (time !== undefined) takeTime(flat, time, clock, envelope)
    takeLogger(flat, envelope)
    takeTrace(flat, envelope)
  }
  const { message, attributes } = readData(withText(without(flat, envelope.taken), textField))
  const said: Said = { ...saidNothing(visible(message)), attributes, json: object }
  if (envelope.level !== undefined) {
    said.level = envelope.level
    said.pattern = 'json'
  }
  if (envelope.time !== undefined) said.time = envelope.time
  if (envelope.logger !== undefined) said.logger = envelope.logger
  if (envelope.traceId !== undefined) said.traceId = envelope.traceId
  if (envelope.spanId !== undefined) said.spanId = envelope.spanId
  return said
}

/** Lifts the containers that tracing (`fields`) and ECS (`log`) nest their envelope in. */
const hoist = (object: Attributes): Attributes => {
  const { fields, log } = object
  const inFields = isObject(fields) && typeof fields.message === 'string' && object.message === undefined
  const inLog = isObject(log) && (typeof log.level === 'string' || typeof log.logger === 'string')
  if (!inFields && !inLog) return object
  const flat: Attributes = {}
  for (const [key, value] of Object.entries(object)) {
    if (key === 'fields' && inFields)
      spread(flat, value, (inner) => (Object.hasOwn(object, inner) ? `fields.${inner}` : inner))
    else if (key === 'log' && inLog) spread(flat, value, (inner) => `log.${inner}`)
    else setOwn(flat, key, value)
  }
  return flat
}

const spread = (target: Attributes, value: Json, name: (key: string) => string): void => {
  for (const [key, inner] of Object.entries(value as Attributes)) setOwn(target, name(key), inner)
}

const takeLevel = (flat: Attributes, envelope: Envelope): void => {
  for (const field of LEVEL_FIELDS) {
    if (!Object.hasOwn(flat, field)) continue
    const level = levelOf(field, flat[field])
    if (level === undefined) continue
    envelope.taken.add(field)
    envelope.level ??= level
  }
}

const levelOf = (field: string, value: Json | undefined): Level | undefined => {
  if (typeof value === 'string') return levelFromName(value)
  if (typeof value !== 'number') return undefined
  return levelFromNumber(value, field === 'levelno' ? 'python' : 'pino')
}

const takeTime = (flat: Attributes, field: string, clock: Clock, envelope: Envelope): void => {
  const time = stampOf(flat[field], clock)
  if (time === undefined) return
  envelope.time = time
  envelope.taken.add(field)
}

const takeLogger = (flat: Attributes, envelope: Envelope): void => {
  // `name` is the logger's to pino, bunyan and Python, whose other fields tell them; to anybody else it is data.
  const byName =
    Object.hasOwn(flat, 'hostname') || Object.hasOwn(flat, 'levelname') || Object.hasOwn(flat, 'levelno')
  const field = [...LOGGER_FIELDS, ...(byName ? ['name'] : [])].find((key) => typeof flat[key] === 'string')
  if (field === undefined) return
  envelope.logger = visible(String(flat[field]))
  envelope.taken.add(field)
}

const takeTrace = (flat: Attributes, envelope: Envelope): void => {
  const trace = hexField(flat, [...TRACE_FIELDS, GCP_TRACE], 32)
  if (trace === undefined) return
  envelope.traceId = trace.id
  envelope.taken.add(trace.field)
  const span = hexField(flat, [...SPAN_FIELDS, GCP_SPAN], 16)
  if (span === undefined) return
  envelope.spanId = span.id
  envelope.taken.add(span.field)
}

const hexField = (
  flat: Attributes,
  fields: readonly string[],
  digits: number,
): { field: string; id: string } | undefined => {
  for (const field of fields) {
    const value = flat[field]
    if (typeof value !== 'string') continue
    const id = (field === GCP_TRACE ? value.slice(value.lastIndexOf('/') + 1) : value).toLowerCase()
    if (id.length === digits && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id)) return { field, id }
  }
  return undefined
}

const textFieldOf = (flat: Attributes): string | undefined =>
  [...TEXT_FIELDS, ...OTHER_TEXT_FIELDS].find((field) => typeof flat[field] === 'string')

/** The object with its text under a name that `readData` knows. */
const withText = (fields: Attributes, textField: string | undefined): Attributes => {
  if (textField === undefined || TEXT_FIELDS.some((field) => field === textField)) return fields
  const { [textField]: text, ...rest } = fields
  return { msg: text ?? '', ...rest }
}

const without = (flat: Attributes, taken: ReadonlySet<string>): Attributes => {
  if (taken.size === 0) return flat
  const rest: Attributes = {}
  for (const [key, value] of Object.entries(flat)) if (!taken.has(key)) setOwn(rest, key, value)
  return rest
}
