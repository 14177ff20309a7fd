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
      return `[function ${value.name || 'anonymous'}]`
    default:
      return value === null ? null : guarded(value as object, depth, above)
  }
}

const guarded = (value: object, depth: number, above: Set<object>): Json => {
  if (above.has(value)) return '[circular]'
  if (depth >= MAX_DEPTH) return DEEPER
  above.add(value)
  try {
    return convertObject(value, depth, above)
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? error.message : 'threw'}]`
  } finally {
    above.delete(value)
  }
}

const convertObject = (value: object, depth: number, above: Set<object>): Json => {
  if (Array.isArray(value)) return value.map((item) => convert(item, depth + 1, above))
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
  if (value instanceof Error) return errorToJson(value, depth, above)
  if (value instanceof Map) return convert([...value.entries()], depth, above)
  if (value instanceof Set) return convert([...value], depth, above)
  if (value instanceof RegExp || value instanceof URL) return String(value)
  if (ArrayBuffer.isView(value)) return `[${value.constructor.name} of ${value.byteLength} bytes]`
  const withToJson = value as { toJSON?: unknown }
  if (typeof withToJson.toJSON === 'function') return convert(withToJson.toJSON(), depth + 1, above)
  const result: Attributes = {}
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key]
    if (field !== undefined) setOwn(result, key, convert(field, depth + 1, above))
  }
  return result
}

const errorToJson = (error: Error, depth: number, above: Set<object>): Json => {
  const result: Attributes = { name: error.name, message: error.message }
  if (error.stack !== undefined) result.stack = error.stack
  if (error.cause !== undefined) result.cause = convert(error.cause, depth + 1, above)
  for (const [key, field] of Object.entries(error)) {
    if (!Object.hasOwn(result, key)) setOwn(result, key, convert(field, depth + 1, above))
  }
  return result
}
