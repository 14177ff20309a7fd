/**
 * How severe a line is, by a glance: for moments when more arrives than can be read. A glance may only err upwards, so that
 * what matters is read in full.
 */
import { type Level, levelFromName } from '../record/index.ts'

/** A log notification names itself and its level near its start; the longest names fit in this many bytes. */
const GLANCE = 400
const LOG_METHOD = '"notifications/message"'
const LEVEL = /"level"\s*:\s*"([a-zA-Z]{1,16})"/
/** Words that a line worth reading has, or the indentation of a line that belongs to one. */
const SUSPICIOUS = /^\s|error|warn|crit|fatal|panic|alert|emerg|fail|exception|traceback|"logboom"/i

/** The level of a log notification; undefined for every other line, and when the glance does not tell. */
export const glanceMessage = (bytes: Buffer): Level | undefined => {
  const head = bytes.toString('latin1', 0, GLANCE)
  if (!head.includes(LOG_METHOD)) return undefined
  const name = LEVEL.exec(head)?.[1]
  return name === undefined ? undefined : levelFromName(name)
}

/** `info` for a line of text that shows no sign of being more; else undefined. */
export const glanceText = (bytes: Buffer): Level | undefined =>
  SUSPICIOUS.test(bytes.toString('latin1', 0, GLANCE)) ? undefined : 'info'
