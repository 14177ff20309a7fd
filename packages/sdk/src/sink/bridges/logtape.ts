/** Records into a LogTape logger of the application. */
import { type Level, visible } from '../../record/index.ts'
import type { Sink } from '../types.ts'
import { bridgeFields } from './fields.ts'

type LogtapeLevel = 'trace' | 'debug' | 'info' | 'warning' | 'error' | 'fatal'

/** What is used of a LogTape logger (1.1 or later). */
export interface LogtapeLike {
  emit(record: {
    level: LogtapeLevel
    message: readonly unknown[]
    rawMessage: string
    timestamp: number
    properties: Record<string, unknown>
  }): void
}

export interface LogtapeSinkOptions {
  /**
   * Show control characters in the message instead of passing them on: LogTape's text formats would let them act.
   * @default true
   */
  escape?: boolean
}

/** The one table: nothing above `error` maps below it. */
export const LOGTAPE_LEVELS: Readonly<Record<Level, LogtapeLevel>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warning: 'warning',
  error: 'error',
  critical: 'fatal',
  alert: 'fatal',
  emergency: 'fatal',
}

/**
 * Logs each record with the application's LogTape, at the record's own time: the message as it is, so that braces in it stand for nothing,
 * and the rest as properties (`server`, `severity`, `logger`, `call`, `attributes`, `recordId`, `recordTime`). The logger's own
 * configuration decides what it keeps.
 * @example connectAll(servers, { sinks: [logtapeSink(getLogger(['app', 'mcp']))] })
 */
export const logtapeSink = (logger: LogtapeLike, options: LogtapeSinkOptions = {}): Sink => {
  const escaped = options.escape ?? true
  return (batch) => {
    for (const record of batch) {
      const text = escaped ? visible(record.message) : record.message
      logger.emit({
        level: LOGTAPE_LEVELS[record.level] ?? 'info',
        message: [text],
        rawMessage: text,
        timestamp: record.time,
        properties: { ...bridgeFields(record) },
      })
    }
  }
}
