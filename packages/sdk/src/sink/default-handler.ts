/** What a client does with a server's logs when nobody told it: one line of text each, on the application's logger. */
import { type Attributes, fieldsText, type Level, type LogRecord, visible } from '../record/index.ts'

/** The methods of a logger; `console` has the first four. */
export interface TextLogger {
  debug(text: string): void
  info(text: string): void
  warn(text: string): void
  error(text: string): void
  /** Where a logger has it, `critical` and above go here; else to `error`. */
  fatal?(text: string): void
}

const METHODS: Readonly<Record<Level, keyof TextLogger>> = {
  debug: 'debug',
  info: 'info',
  notice: 'info',
  warning: 'warn',
  error: 'error',
  critical: 'fatal',
  alert: 'fatal',
  emergency: 'fatal',
}

const fields = (attributes: Attributes, message: string): string => {
  const text = Object.keys(attributes).length === 0 ? '' : fieldsText(attributes)
  return text === '' || text === message ? '' : `  ${visible(text)}`
}

/**
 * A handler for `onLog` that writes each record as `Received WARNING from server (db): slow query  ms=812`, on one line,
 * whatever the server sent. `notice` is `info`; `critical`, `alert` and `emergency` are `fatal`, or `error` where the
 * logger has no such method; a level nobody knows is `info`.
 * @param logger @default console
 * @example connect('analytics-server.ts', { onLog: defaultLogHandler() })
 */
export const defaultLogHandler =
  (logger: TextLogger = console): ((record: LogRecord) => void) =>
  (record) => {
    const { level, logger: name, message, attributes } = record
    const who = name === undefined ? 'server' : `server (${visible(String(name))})`
    const text = `Received ${visible(String(level)).toUpperCase()} from ${who}: ${visible(String(message))}${fields(attributes, message)}`
    const method = Object.hasOwn(METHODS, level) ? METHODS[level] : 'info'
    if (method === 'fatal' && typeof logger.fatal === 'function') logger.fatal(text)
    else logger[method === 'fatal' ? 'error' : method](text)
  }
