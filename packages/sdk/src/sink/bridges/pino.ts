/** Records into a pino logger of the application. */
import type { Level } from '../../record/index.ts'
import type { Sink } from '../types.ts'
import { bridgeFields } from './fields.ts'

type PinoMethod = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** What is used of a pino logger. */
export interface PinoLike extends Record<PinoMethod, (fields: object, text: string) => void> {
  flush?: (done?: (error?: Error) => void) => void
}

/** The one table: nothing above `error` maps below it. */
export const PINO_LEVELS: Readonly<Record<Level, PinoMethod>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
  alert: 'fatal',
  emergency: 'fatal',
}

/**
 * Logs each record with the application's pino: `msg` is the message, the rest is fields (`server`, `severity`, `logger`,
 * `call`, `attributes`, `recordId`, `recordTime`). The logger's own level decides what it keeps. It is not closed.
 * @example connectAll(servers, { sinks: [pinoSink(pino())] })
 */
export const pinoSink = (logger: PinoLike): Sink =>
  Object.assign(
    ((batch) => {
      for (const record of batch)
        logger[PINO_LEVELS[record.level] ?? 'info'](bridgeFields(record), record.message)
    }) satisfies Sink,
    { flush: () => flushLogger(logger) },
  )

const flushLogger = (logger: PinoLike): Promise<void> =>
  new Promise((resolve, reject) => {
    if (logger.flush === undefined) resolve()
    else logger.flush((error) => (error ? reject(error) : resolve()))
  })
