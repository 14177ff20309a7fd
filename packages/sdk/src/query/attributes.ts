/**
 * Finding an attribute's values by path.
 *
 * `a.b` finds `{"a":{"b":1}}` and also the flat `{"a.b":1}` that OpenTelemetry writes; a part that was quoted in the query
 * is one key. In an array, a number is an index, and any other part is looked up in every element. A path that ends at
 * an array gives its elements.
 */
import { isObject, type Json, MAX_DEPTH } from '../record/index.ts'

/** True when some value at the path passes; `null` is a value, objects are none. */
export const someAt = (value: Json, path: readonly string[], passes: (value: Json) => boolean): boolean =>
  walk(value, path, 0, passes, 0)

const walk = (
  value: Json,
  path: readonly string[],
  at: number,
  passes: (value: Json) => boolean,
  depth: number,
): boolean => {
  // Capture nests nothing this deep; what another hand wrote must not exhaust the stack.
  if (depth > 2 * MAX_DEPTH) return false
  if (Array.isArray(value)) {
    if (at < path.length) {
      const key = path[at] ?? ''
      const item = /^(?:0|[1-9]\d{0,8})$/.test(key) ? value[Number(key)] : undefined
      if (item !== undefined && walk(item, path, at + 1, passes, depth + 1)) return true
    }
    return value.some((item) => walk(item, path, at, passes, depth + 1))
  }
  if (at === path.length) return passes(value)
  if (!isObject(value)) return false
  let key = ''
  for (let end = at; end < path.length; end++) {
    key = end === at ? (path[end] ?? '') : `${key}.${path[end]}`
    if (Object.hasOwn(value, key) && walk(value[key] as Json, path, end + 1, passes, depth + 1)) return true
  }
  return false
}
