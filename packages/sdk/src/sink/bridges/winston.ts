/** Records into a winston logger of the application. */
import { type Level, severity, visible } from '../../record/index.ts'
import type { Sink } from '../types.ts'
import { bridgeFields } from './fields.ts'

/** What is used of a winston logger. */
export interface WinstonLike {
  /** Names to numbers, the most severe lowest. */
  levels: Readonly<Record<string, number>>
  log(entry: { level: string; message: string; [field: string]: unknown }): unknown
}

export interface WinstonSinkOptions {
  /**
   * Show control characters in the message instead of passing them on: winston's text formats would let them act.
   * @default true
   */
  escape?: boolean
}

/**
 * The one table: names to try in this order, for winston's npm, syslog and cli levels and the usual custom ones. What
 * matches nothing takes the most severe name there is, so that nothing is lost and nothing above `error` maps below it.
 */
export const WINSTON_LEVELS: Readonly<Record<Level, readonly string[]>> = {
  debug: ['debug', 'trace', 'verbose', 'silly', 'info'],
  info: ['info', 'notice', 'warn', 'warning'],
  notice: ['notice', 'info', 'warn', 'warning'],
  warning: ['warning', 'warn'],
  error: ['error', 'err'],
  critical: ['crit', 'critical', 'fatal', 'error', 'err'],
  alert: ['alert', 'crit', 'critical', 'fatal', 'error', 'err'],
  emergency: ['emerg', 'emergency', 'panic', 'fatal', 'alert', 'crit', 'critical', 'error', 'err'],
}

/** The logger's name for a level. */
export const winstonLevel = (level: Level, levels: WinstonLike['levels']): string => {
  const known = WINSTON_LEVELS[level] ?? WINSTON_LEVELS.info
  const found = known.find((name) => Object.hasOwn(levels, name))
  if (found !== undefined) return found
  const [most] = Object.entries(levels).sort(([, a], [, b]) => a - b)
  return most?.[0] ?? (severity(level) >= severity('error') ? 'error' : 'info')
}

/**
 * Logs each record with the application's winston: the message, and the rest as fields (`server`, `severity`, `logger`,
 * `call`, `attributes`, `recordId`, `recordTime`). The logger's own level decides what it keeps. It is not closed.
 * @example connectAll(servers, { sinks: [winstonSink(winston.createLogger({ transports }))] })
 */
export const winstonSink = (logger: WinstonLike, options: WinstonSinkOptions = {}): Sink => {
  const escaped = options.escape ?? true
  return (batch) => {
    for (const record of batch) {
      const message = escaped ? visible(record.message) : record.message
      logger.log({ ...bridgeFields(record), level: winstonLevel(record.level, logger.levels), message })
    }
  }
}
