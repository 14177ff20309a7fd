/** Shared by the patterns: a level word, an optional logger and a message make what a line says. */
import { type Attributes, levelFromName } from '../../../record/index.ts'
import { splitTail } from '../logfmt.ts'
import type { Said } from '../said.ts'

export const said = (
  pattern: string,
  word: string | undefined,
  message: string,
  logger?: string,
  attributes: Attributes = {},
): Said | undefined => {
  const level = levelFromName(word ?? '')
  if (level === undefined) return undefined
  const result: Said = { message, attributes, level, pattern }
  if (logger !== undefined && logger !== '') result.logger = logger
  return result
}

/** As `said`, with the `key=value` fields at the end of the message as attributes. */
export const saidWithTail = (
  pattern: string,
  word: string | undefined,
  text: string,
  logger?: string,
): Said | undefined => {
  const { message, attributes } = splitTail(text)
  return said(pattern, word, message, logger, attributes)
}
