/** Loggers: what turns a call of a method into level, message and fields. Where those go is the emitter's business. */
import {
  type Attributes,
  isObject,
  type Level,
  levelFromName,
  setOwn,
  severity,
  toJson,
} from '../record/index.ts'
import type { FastMcpLogger } from './types.ts'

/** One thing said, as JSON. */
export interface Said {
  level: Level
  message: string
  attributes: Attributes
  logger?: string
}

export interface Emitter {
  /** Asked with a level's severity before anything is looked at: what nobody wants costs nothing. */
  isWanted(severity: number): boolean
  emit(said: Said): void
  /** A level nobody knows was used. */
  unknownLevel(level: string): void
}

interface Bindings {
  logger?: string
  fields: Attributes
  /** There are fields. */
  isBound?: boolean
}

const addFields = (target: Attributes, source: unknown): void => {
  const fields = toJson(source)
  if (!isObject(fields)) {
    if (fields !== null) setOwn(target, 'data', fields)
    return
  }
  for (const key of Object.keys(fields)) setOwn(target, key, (fields as Attributes)[key] ?? null)
}

/** Adds what came as message or extra, and tells the text it holds. */
const addMessage = (target: Attributes, message: unknown): string => {
  if (typeof message === 'string') return message
  if (message === undefined) return ''
  if (message instanceof Error) {
    setOwn(target, 'error', toJson(message))
    return textOf(message.message) || textOf(message.name)
  }
  if (typeof message === 'object' && message !== null) {
    addFields(target, message)
    return ''
  }
  return textOf(toJson(message))
}

/** An error may hold anything in place of its texts. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : String(toJson(value)))

const addExtra = (target: Attributes, extra: unknown): void => {
  if (extra === undefined || extra === null) return
  if (extra instanceof Error) setOwn(target, 'error', toJson(extra))
  else addFields(target, extra)
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** The common case, a text and a plain object, without a second copy of the fields. */
const plain = (bindings: Bindings, level: Level, message: unknown, extra: unknown): Said | undefined => {
  if (typeof message !== 'string' || bindings.isBound === true || !isPlain(extra)) return undefined
  const attributes = toJson(extra)
  return isObject(attributes) ? { level, message, attributes: attributes as Attributes } : undefined
}

const merged = (bindings: Bindings, level: Level, message: unknown, extra: unknown): Said => {
  const attributes: Attributes = {}
  for (const key of Object.keys(bindings.fields)) setOwn(attributes, key, bindings.fields[key] ?? null)
  const text = addMessage(attributes, message)
  addExtra(attributes, extra)
  return { level, message: text, attributes }
}

const say = (
  emitter: Emitter,
  bindings: Bindings,
  level: Level,
  rank: number,
  message: unknown,
  extra: unknown,
): void => {
  try {
    if (emitter.isWanted(rank)) tell(emitter, bindings, level, message, extra)
  } catch {
    // Logging never breaks the work it tells about. Nothing above is known to throw.
  }
}

const tell = (emitter: Emitter, bindings: Bindings, level: Level, message: unknown, extra: unknown): void => {
  const said = plain(bindings, level, message, extra) ?? merged(bindings, level, message, extra)
  if (bindings.logger !== undefined) said.logger = bindings.logger
  emitter.emit(said)
}

/** The level meant. One argument only is a message without a level. */
const readLevel = (emitter: Emitter, given: unknown): { level: Level; unknown: boolean } => {
  if (given === undefined || given === null) return { level: 'info', unknown: false }
  const level = typeof given === 'string' ? levelFromName(given) : undefined
  if (level !== undefined) return { level, unknown: false }
  emitter.unknownLevel(typeof given === 'string' ? given.slice(0, 40) : typeof given)
  return { level: 'info', unknown: true }
}

/**
 * A logger over an emitter. Its methods can be taken off it: `const { info } = ctx.log`.
 * @example const log = createLogger({ isWanted: () => true, emit: (said) => lines.push(said), unknownLevel: () => {} })
 */
export const createLogger = (emitter: Emitter, bindings: Bindings = { fields: {} }): FastMcpLogger => {
  const at = (level: Level) => {
    const rank = severity(level)
    return (message: unknown, extra?: unknown): void => say(emitter, bindings, level, rank, message, extra)
  }
  const warning = at('warning')
  return {
    debug: at('debug'),
    info: at('info'),
    notice: at('notice'),
    warning,
    warn: warning,
    error: at('error'),
    critical: at('critical'),
    alert: at('alert'),
    emergency: at('emergency'),
    log(...args: [given: unknown, message?: unknown, extra?: unknown]) {
      const [given, message, extra] = args
      if (args.length === 1) {
        say(emitter, bindings, 'info', severity('info'), given, undefined)
        return
      }
      const { level, unknown } = readLevel(emitter, given)
      const own = unknown ? withField(bindings, 'level', toJson(given)) : bindings
      say(emitter, own, level, severity(level), message, extra)
    },
    child: (more) => createLogger(emitter, bind(bindings, more)),
  }
}

const withField = (bindings: Bindings, key: string, value: Attributes[string]): Bindings => {
  const fields = { ...bindings.fields }
  setOwn(fields, key, value)
  return { ...bindings, fields, isBound: true }
}

const bind = (bindings: Bindings, more: unknown): Bindings => {
  try {
    const fields = { ...bindings.fields }
    addExtra(fields, more)
    const own = isObject(more) && Object.hasOwn(more, 'logger')
    const logger = own && typeof fields.logger === 'string' ? fields.logger : bindings.logger
    if (own) delete fields.logger
    const bound: Bindings = { fields, isBound: Object.keys(fields).length > 0 }
    if (logger !== undefined) bound.logger = logger
    return bound
  } catch {
    return bindings
  }
}
