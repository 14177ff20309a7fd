/** `notifications/message` as its sender meant it, also where the schema would reject it: nothing of it is lost. */
import {
  type Attributes,
  copyWithout,
  type Json,
  type Level,
  levelFromName,
  levelFromNumber,
  readData,
  setOwn,
} from '../record/index.ts'
import { metaOf, readTraceparent, type Trace } from './meta.ts'
import { type Origin, readOrigin } from './origin.ts'

export interface LogMessage {
  level: Level
  logger?: string
  message: string
  attributes: Attributes
  origin?: Origin
  trace?: Trace
}

const READ_PARAMS = ['level', 'logger', 'data', '_meta'] as const
const READ_META = ['traceparent', 'io.logboom/origin'] as const
/** Numbers below this could be syslog severities or anything else: they stay data. */
const SMALLEST_LIBRARY_NUMBER = 10

const readLevel = (level: Json | undefined): Level | undefined => {
  if (typeof level === 'string') return levelFromName(level)
  if (typeof level !== 'number' || level < SMALLEST_LIBRARY_NUMBER) return undefined
  return levelFromNumber(level, 'pino')
}

/** Adds fields that came beside the data; a name that is taken gets its place in front. */
const addBeside = (
  attributes: Attributes,
  place: string,
  fields: Attributes,
  known: readonly string[] = [],
): void => {
  for (const key of Object.keys(fields)) {
    if (known.includes(key)) continue
    setOwn(attributes, Object.hasOwn(attributes, key) ? `${place}.${key}` : key, fields[key] ?? null)
  }
}

/**
 * Reads the params of a log notification.
 * @param beside members of the JSON-RPC message that are no part of JSON-RPC
 */
export const readLogMessage = (params: Attributes, beside: Attributes): LogMessage => {
  const hasData = Object.hasOwn(params, 'data')
  const { message, attributes } = readData(hasData ? (params.data ?? null) : copyWithout(params, READ_PARAMS))
  if (hasData) addBeside(attributes, 'params', params, READ_PARAMS)
  addBeside(attributes, 'message', beside)

  const level = readLevel(params.level)
  if (level === undefined && params.level !== undefined)
    addBeside(attributes, 'params', { level: params.level })
  const log: LogMessage = { level: level ?? 'info', message, attributes }
  if (typeof params.logger === 'string') log.logger = params.logger
  else if (params.logger !== undefined) addBeside(attributes, 'params', { logger: params.logger })

  if (params._meta === undefined) return log
  const meta = metaOf(params)
  const rest = copyWithout(meta, READ_META)
  if (Object.keys(rest).length > 0) addBeside(attributes, 'params', { _meta: rest })
  const origin = readOrigin(meta)
  if (origin !== undefined) log.origin = origin
  const trace = readTraceparent(meta.traceparent)
  if (trace !== undefined) log.trace = trace
  return log
}
