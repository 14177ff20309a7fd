/**
 * Foreign data: what any sender may put where a log is expected, read as text and fields.
 *
 * - A string is the message.
 * - An object with a text field (`msg`, `message`, `event`: FastMCP, npm fastmcp, pino, winston, structlog) gives
 *   message and attributes; an `extra` or `context` object in it is unwrapped (`null` is none).
 * - Any other object is attributes. Anything else goes to `attributes.data`.
 *
 * Nothing else is interpreted here: a level or a time among the fields stays data.
 */
import { isObject, setOwn } from './json.ts'
import type { Attributes, Json } from './types.ts'

export interface Foreign {
  /** Empty when the sender gave no text; `describe` then makes one, after redaction. */
  message: string
  attributes: Attributes
}

const TEXT_FIELDS = ['msg', 'message', 'event'] as const
const WRAPPERS = ['extra', 'context'] as const

/**
 * Reads foreign data as message and attributes.
 * @example readData({ msg: 'hi', extra: { a: 1 } }) // { message: 'hi', attributes: { a: 1 } }
 */
export const readData = (data: Json): Foreign => {
  if (typeof data === 'string') return { message: data, attributes: {} }
  if (!isObject(data)) return { message: '', attributes: { data } }
  const textField = TEXT_FIELDS.find((field) => typeof data[field] === 'string')
  if (textField === undefined) return { message: '', attributes: copyWithout(data, []) }
  return { message: data[textField] as string, attributes: unwrap(data, textField) }
}

const unwrap = (data: Attributes, textField: string): Attributes => {
  for (const wrapper of WRAPPERS) {
    if (!Object.hasOwn(data, wrapper)) continue
    const inner = data[wrapper]
    // Nothing beside the two, as FastMCP sends it: the fields are what the wrapper holds.
    if (isObject(inner) && Object.keys(data).length === 2) return { ...(inner as Attributes) }
    const rest = copyWithout(data, [textField, wrapper])
    if (inner === null || inner === undefined) return rest
    if (!isObject(inner) || Object.keys(inner).some((key) => Object.hasOwn(rest, key))) continue
    for (const [key, value] of Object.entries(inner)) setOwn(rest, key, value as Json)
    return rest
  }
  return copyWithout(data, [textField])
}

/** A shallow copy without some keys. */
export const copyWithout = (source: Attributes, keys: readonly string[]): Attributes => {
  const copy: Attributes = {}
  for (const key of Object.keys(source)) if (!keys.includes(key)) setOwn(copy, key, source[key] ?? null)
  return copy
}
