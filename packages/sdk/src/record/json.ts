/**
 * JSON that cannot hurt: any value becomes JSON, whatever it is; own `__proto__` keys stay data; depth is bounded.
 */
import type { Attributes, Json } from './types.ts'

/** Containers nested deeper than this become the text of `DEEPER`. */
export const MAX_DEPTH = 64
export const DEEPER = '[nested too deep]'

/** Sets an own property; a plain assignment to `__proto__` would set the prototype instead. */
export const setOwn = (target: Attributes, key: string, value: Json): void => {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  } else {
    target[key] = value
  }
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Any value as JSON. Never throws: a getter that throws, a cycle, a bigint, a function, a class, a Date, an Error, a Map,
 * a typed array all become something readable. `undefined` fields are left out.
 * @example toJson({ at: new Date(0), big: 10n, err: new Error('no') })
 */
export const toJson = (value: unknown): Json => convert(value, 0, new Set())

const convert = (value: unknown, depth: number, above: Set<object>): Json => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'bigint':
      return value.toString()
    case 'undefined':
      return null
    case 'symbol':
      return value.toString()
    case 'function':
      return functionText(value)
    default:
      return value === null ? null : guarded(value as object, depth, above)
  }
}

const functionText = (value: object): string => {
  try {
    return `[function ${String((value as { name?: unknown }).name) || 'anonymous'}]`
  } catch {
    return '[function]'
  }
}

const guarded = (value: object, depth: number, above: Set<object>): Json => {
  if (above.has(value)) return '[circular]'
  if (depth >= MAX_DEPTH) return DEEPER
  above.add(value)
  try {
    return convertObject(value, depth, above)
  } catch (error) {
    return unreadable(error)
  } finally {
    above.delete(value)
  }
}

/** Whatever was thrown: it too may throw when looked at. */
const unreadable = (error: unknown): string => {
  try {
    return `[unreadable: ${error instanceof Error ? String(error.message) : 'threw'}]`
  } catch {
    return '[unreadable]'
  }
}

/** One field as JSON: a getter that throws loses itself, not the object around it. */
const convertField = (value: object, key: string, depth: number, above: Set<object>): Json | undefined => {
  let field: unknown
  try {
    field = (value as Record<string, unknown>)[key]
  } catch (error) {
    return unreadable(error)
  }
  return field === undefined ? undefined : convert(field, depth + 1, above)
}

const convertObject = (value: object, depth: number, above: Set<object>): Json => {
  if (Array.isArray(value)) return arrayToJson(value, depth, above)
  if (value instanceof Date) {
    // The class's own method: an object may have put anything in its place.
    return Number.isNaN(Date.prototype.getTime.call(value))
      ? 'Invalid Date'
      : Date.prototype.toISOString.call(value)
  }
  if (value instanceof Error) return errorToJson(value, depth, above)
  if (value instanceof Map) return convert([...value.entries()], depth, above)
  if (value instanceof Set) return convert([...value], depth, above)
  if (value instanceof RegExp || value instanceof URL) return String(value)
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`
  const withToJson = value as { toJSON?: unknown }
  if (typeof withToJson.toJSON === 'function') return convert(withToJson.toJSON(), depth + 1, above)
  const result: Attributes = {}
  for (const key of Object.keys(value)) {
    const field = convertField(value, key, depth, above)
    if (field !== undefined) setOwn(result, key, field)
  }
  return result
}

const arrayToJson = (value: readonly unknown[], depth: number, above: Set<object>): Json[] => {
  const result: Json[] = []
  // By index: holes become null, and an array may have put anything in place of its own methods.
  for (let i = 0; i < value.length; i++) result.push(convertField(value, String(i), depth, above) ?? null)
  return result
}

const errorToJson = (error: Error, depth: number, above: Set<object>): Json => {
  const result: Attributes = {}
  for (const key of new Set(['name', 'message', 'stack', 'cause', ...Object.keys(error)])) {
    const field = convertField(error, key, depth, above)
    if (field !== undefined) setOwn(result, key, field)
  }
  return result
}
