/**
 * JSON that cannot hurt: any value becomes JSON, whatever it is; own `__proto__` keys stay data; depth and number of
 * values are bounded. Without the second bound, a few dozen objects that all point at each other would have more paths
 * through them than can ever be walked.
 */
import type { Attributes, Json } from './types.ts'

/** Containers nested deeper than this become the text of `DEEPER`. */
export const MAX_DEPTH = 64
export const DEEPER = '[nested too deep]'

/** Values after so many are left out, with one `MORE` in each container they were left out of. */
export const MAX_VALUES = 100_000
export const MORE = '[too many values]'

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
export const toJson = (value: unknown): Json => convert(value, 0, { above: new Set(), left: MAX_VALUES })

interface Walk {
  /** The containers around the value. */
  above: Set<object>
  /** How many more values there may be. */
  left: number
}

const convert = (value: unknown, depth: number, walk: Walk): Json => {
  walk.left--
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
      return value === null ? null : guarded(value as object, depth, walk)
  }
}

const functionText = (value: object): string => {
  try {
    return `[function ${String((value as { name?: unknown }).name) || 'anonymous'}]`
  } catch {
    return '[function]'
  }
}

const guarded = (value: object, depth: number, walk: Walk): Json => {
  if (walk.above.has(value)) return '[circular]'
  if (depth >= MAX_DEPTH) return DEEPER
  walk.above.add(value)
  try {
    return convertObject(value, depth, walk)
  } catch (error) {
    return unreadable(error)
  } finally {
    walk.above.delete(value)
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
const convertField = (value: object, key: string, depth: number, walk: Walk): Json | undefined => {
  let field: unknown
  try {
    field = (value as Record<string, unknown>)[key]
  } catch (error) {
    return unreadable(error)
  }
  return field === undefined ? undefined : convert(field, depth + 1, walk)
}

const convertObject = (value: object, depth: number, walk: Walk): Json => {
  if (Array.isArray(value)) return arrayToJson(value, depth, walk)
  if (value instanceof Date) {
    // The class's own method: an object may have put anything in its place.
    return Number.isNaN(Date.prototype.getTime.call(value))
      ? 'Invalid Date'
      : Date.prototype.toISOString.call(value)
  }
  if (value instanceof Error) return errorToJson(value, depth, walk)
  if (value instanceof Map) return convert([...value.entries()], depth, walk)
  if (value instanceof Set) return convert([...value], depth, walk)
  if (value instanceof RegExp || value instanceof URL) return String(value)
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`
  const withToJson = value as { toJSON?: unknown }
  if (typeof withToJson.toJSON === 'function') return convert(withToJson.toJSON(), depth + 1, walk)
  const result: Attributes = {}
  for (const key of Object.keys(value)) {
    if (walk.left <= 0) {
      setOwn(result, '…', MORE)
      break
    }
    const field = convertField(value, key, depth, walk)
    if (field !== undefined) setOwn(result, key, field)
  }
  return result
}

const arrayToJson = (value: readonly unknown[], depth: number, walk: Walk): Json[] => {
  const result: Json[] = []
  // By index: holes become null, and an array may have put anything in place of its own methods.
  for (let i = 0; i < value.length; i++) {
    if (walk.left <= 0) {
      result.push(MORE)
      break
    }
    result.push(convertElement(value, i, depth, walk))
  }
  return result
}

/** A hole counts as a value: an empty list may claim four billion of them. */
const convertElement = (value: readonly unknown[], index: number, depth: number, walk: Walk): Json => {
  const element = convertField(value, String(index), depth, walk)
  if (element === undefined) walk.left--
  return element ?? null
}

const errorToJson = (error: Error, depth: number, walk: Walk): Json => {
  const result: Attributes = {}
  for (const key of new Set(['name', 'message', 'stack', 'cause', ...Object.keys(error)])) {
    const field = convertField(error, key, depth, walk)
    if (field !== undefined) setOwn(result, key, field)
  }
  return result
}
