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
import type { Said } from './said.ts'
import { visible } from './text.ts'
import { type Clock, stampOf } from './time.ts'

/** What a field means in an envelope; of several with one meaning the first listed counts. */
const MEANINGS = {
  level: [
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
  ],
  time: [
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
  ],
  logger: [
    'logger',
    'logger_name',
    'loggerName',
    'log.logger',
    'target',
    'Category',
    'SourceContext',
    'name',
  ],
  text: ['msg', 'message', 'event', '@m', '@mt', 'Message', 'textPayload', 'short_message', 'body'],
  trace: ['traceId', 'trace_id', 'traceID', 'trace.id', 'otelTraceID', 'logging.googleapis.com/trace'],
  span: ['spanId', 'span_id', 'spanID', 'span.id', 'otelSpanID', 'logging.googleapis.com/spanId'],
} as const

type Meaning = keyof typeof MEANINGS

const RANKS: ReadonlyMap<string, { meaning: Meaning; rank: number }> = new Map(
  Object.entries(MEANINGS).flatMap(([meaning, fields]) =>
    fields.map((field, rank) => [field, { meaning: meaning as Meaning, rank }] as const),
  ),
)

/** Texts that `readData` does not know by name. */
const FOREIGN_TEXT_RANK = 3

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

/** The fields of an object that may mean something, the best of each meaning. */
interface Found {
  level?: Level
  /** Every field that gave this level; one that gives another stays data. */
  levels: string[]
  time?: Field
  logger?: Field
  text?: Field
  trace?: Field
  span?: Field
}

interface Field {
  key: string
  rank: number
  value: string | number
}

/** Stands where the fields will be. A literal: spreading an object here costs seven times what the rest does. */
const NONE: Attributes = {}

const readObject = (object: Attributes, clock: Clock): Said => {
  const flat = hoist(object)
  const found = find(flat)
  const time = found.time === undefined ? undefined : stampOf(found.time.value, clock)
  const isEnvelope = found.level !== undefined || (found.text !== undefined && time !== undefined)
  const taken = [...found.levels]
  const said: Said = { message: '', attributes: NONE, json: object }
  if (found.level !== undefined) {
    said.level = found.level
    said.pattern = 'json'
  }
  if (isEnvelope) {
    if (time !== undefined && found.time !== undefined) {
      said.time = time
      taken.push(found.time.key)
    }
    takeLogger(flat, found.logger, said, taken)
    takeTrace(found, said, taken)
  }
  const { message, attributes } = readData(remaining(flat, taken, found.text))
  said.message = visible(message)
  said.attributes = attributes
  return said
}

const find = (flat: Attributes): Found => {
  const found: Found = { levels: [] }
  let levelRank = Number.POSITIVE_INFINITY
  for (const key of Object.keys(flat)) {
    const known = RANKS.get(key)
    const value = flat[key]
    if (known === undefined || (typeof value !== 'string' && typeof value !== 'number')) continue
    const { meaning, rank } = known
    if (meaning === 'level') {
      const level = levelOf(key, value)
      if (level === undefined) continue
      if (level === found.level) found.levels.push(key)
      else if (rank < levelRank) Object.assign(found, { level, levels: [key] })
      levelRank = Math.min(levelRank, rank)
    } else if (rank < (found[meaning]?.rank ?? Number.POSITIVE_INFINITY)) {
      if (meaning === 'time' || typeof value === 'string') found[meaning] = { key, rank, value }
    }
  }
  return found
}

const levelOf = (key: string, value: string | number): Level | undefined => {
  if (typeof value === 'string') return levelFromName(value)
  return levelFromNumber(value, key === 'levelno' ? 'python' : 'pino')
}

const takeLogger = (flat: Attributes, field: Field | undefined, said: Said, taken: string[]): void => {
  if (field === undefined) return
  // `name` is the logger's to pino, bunyan and Python, whose other fields tell them; to anybody else it is data.
  const { key } = field
  if (key === 'name' && !('hostname' in flat) && !('levelname' in flat) && !('levelno' in flat)) return
  said.logger = visible(String(field.value))
  taken.push(field.key)
}

const takeTrace = (found: Found, said: Said, taken: string[]): void => {
  const traceId = hexId(found.trace, 32)
  if (traceId === undefined || found.trace === undefined) return
  said.traceId = traceId
  taken.push(found.trace.key)
  const spanId = hexId(found.span, 16)
  if (spanId === undefined || found.span === undefined) return
  said.spanId = spanId
  taken.push(found.span.key)
}

/** A W3C id; Google Cloud writes it behind a path. */
const hexId = (field: Field | undefined, digits: number): string | undefined => {
  const text = String(field?.value ?? '')
  const id = text.slice(text.lastIndexOf('/') + 1).toLowerCase()
  return id.length === digits && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id) ? id : undefined
}

/** What is left of the object, its text under a name that `readData` knows. */
const remaining = (flat: Attributes, taken: readonly string[], text: Field | undefined): Attributes => {
  const foreign = text !== undefined && text.rank >= FOREIGN_TEXT_RANK ? text.key : undefined
  if (taken.length === 0 && foreign === undefined) return flat
  const rest: Attributes = {}
  for (const key of Object.keys(flat)) {
    if (!taken.includes(key)) setOwn(rest, key === foreign ? 'msg' : key, flat[key] ?? null)
  }
  return rest
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
