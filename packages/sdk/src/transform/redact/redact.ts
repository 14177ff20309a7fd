/**
 * Redaction of records: every text of a record but its ids, its server's name and its own enumerations.
 *
 * Runs before anything is cut, kept or sent. It is pure but for private keys whose lines arrive one record at a time:
 * those are remembered per stream. It never throws: a record that cannot be looked through is kept without its texts.
 */
import type { CallRef, ClientInfo, LogRecord } from '../../record/index.ts'
import { createKeys } from './keys.ts'
import { continueKey, type OpenKey, openKey } from './multiline.ts'
import { mask, maskRanges } from './ranges.ts'
import { scan } from './scan.ts'
import { textRanges } from './text.ts'
import { type Walk, walkName, walkObject, walkText } from './values.ts'

export interface RedactSettings {
  /**
   * Names whose values are masked besides those of the pack: whole names, in any spelling. Nothing can be taken away
   * from the pack.
   * @default []
   */
  keys?: readonly string[]
}

/**
 * Masks what is secret in a record: the same record when there is nothing, else a copy that counts in `redacted` how
 * many values were masked.
 * @param stream the pipe the record's text came from, for secrets that go over several records
 */
export type Redactor = (record: LogRecord, stream?: string) => LogRecord

const MAX_STREAMS = 64
const TEXTS = ['logger', 'serverVersion', 'protocol', 'host'] as const

/**
 * Makes a redactor. One for each run: it remembers unfinished secrets by stream.
 * @example
 * const redact = createRedactor({ keys: ['customerNumber'] })
 * redact(record, 'stderr').message // 'connecting with api_key=[redacted:api-key]'
 */
export const createRedactor = (settings: RedactSettings = {}): Redactor => {
  const keys = createKeys(settings.keys)
  const openKeys = new Map<string, OpenKey>()
  // Nearly always those of the record before: the same objects, which nobody changes.
  let cleanCall: CallRef | undefined
  let cleanClient: ClientInfo | undefined

  /** The message, where a private key may begin or go on. */
  const redactMessage = (message: string, stream: string | undefined, walk: Walk): string => {
    const state = stream === undefined ? undefined : openKeys.get(stream)
    if (stream === undefined || (state === undefined && !message.includes('PRIVATE KEY'))) {
      return walkText(message, 0, walk)
    }
    const found = textRanges(message, scan(message), keys)
    const continued = state === undefined ? undefined : continueKey(message, state)
    const open = continued?.open ?? (found.open ? openKey() : undefined)
    if (open === undefined) openKeys.delete(stream)
    else if (openKeys.size < MAX_STREAMS || state !== undefined) openKeys.set(stream, open)
    const ranges = [...(continued?.ranges ?? []), ...found.ranges]
    if (ranges.length === 0) return walkText(message, 0, walk)
    const masked = maskRanges(message, ranges)
    walk.count += masked.count
    // Once more for what only shows when the text is read as JSON.
    return walkText(masked.text, 0, walk)
  }

  const redact = (record: LogRecord, stream: string | undefined): LogRecord => {
    const walk: Walk = { keys, count: 0 }
    const changes: Partial<LogRecord> = {}
    const message = redactMessage(record.message, stream, walk)
    if (message !== record.message) changes.message = message
    const attributes = walkObject(record.attributes, 0, walk)
    if (attributes !== record.attributes) changes.attributes = attributes
    for (const name of TEXTS) {
      const text = record[name]
      if (text === undefined) continue
      const masked = walkName(text, 0, walk)
      if (masked !== text) changes[name] = masked
    }
    if (record.call !== undefined && record.call !== cleanCall) {
      const call = redactCall(record.call, walk)
      if (call !== record.call) changes.call = call
      else cleanCall = call
    }
    if (record.client !== undefined && record.client !== cleanClient) {
      const client = redactClient(record.client, walk)
      if (client !== record.client) changes.client = client
      else cleanClient = client
    }
    if (walk.count > 0) changes.redacted = (record.redacted ?? 0) + walk.count
    for (const _ in changes) return { ...record, ...changes }
    return record
  }

  return (record, stream) => {
    try {
      return redact(record, stream)
    } catch {
      // Unreachable for JSON; whatever it was, it is not let through.
      return {
        ...record,
        message: mask('unreadable'),
        attributes: {},
        redacted: (record.redacted ?? 0) + 1,
      }
    }
  }
}

const redactCall = (call: CallRef, walk: Walk): CallRef => {
  if (call.attribution === 'ambiguous') return call
  const method = walkText(call.method, 0, walk)
  const tool = call.tool === undefined ? undefined : walkText(call.tool, 0, walk)
  if (method === call.method && tool === call.tool) return call
  return tool === undefined ? { ...call, method } : { ...call, method, tool }
}

const redactClient = (client: ClientInfo, walk: Walk): ClientInfo => {
  const name = walkText(client.name, 0, walk)
  const version = client.version === undefined ? undefined : walkText(client.version, 0, walk)
  if (name === client.name && version === client.version) return client
  return version === undefined ? { ...client, name } : { ...client, name, version }
}

const PACK = createKeys()

/**
 * A text without its secrets, by the rules of the pack: for texts that are no record, such as an error on a terminal.
 * @example redactText('curl -H "Authorization: Bearer abcd1234"') // 'curl -H "Authorization: Bearer [redacted:bearer]"'
 */
export const redactText = (text: string): string => {
  try {
    return walkText(text, 0, { keys: PACK, count: 0 })
  } catch {
    return mask('unreadable')
  }
}
