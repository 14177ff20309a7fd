/**
 * What a JSON-RPC line that is too long to parse still tells: a bounded scan of its head and its tail.
 *
 * The scalars at the top level and one level below it are read forwards from the head until the text ends, and backwards
 * from the tail until a value begins that the tail does not hold whole. Whatever fills the middle is one value, the one that
 * the head left open; so the tail's inner scalars belong to it. `{"result":{"content":[…],"isError":true},"id":7}` gives
 * `{result: {isError: true}, id: 7}` without the content.
 */
import { type Attributes, isObject, type Json, setOwn } from '../record/index.ts'

/** How much of the head is read, in UTF-16 units. */
const MAX_HEAD = 65_536

/** Long strings are no id, method, name or level. */
const MAX_SCALAR = 1024

/** The scalars of a long line's JSON object, two levels deep; containers are present, without what was not seen. */
export const scanLongLine = (head: string, tail: string): Attributes | undefined => {
  const front = scanForward(head.slice(0, MAX_HEAD))
  if (front === undefined) return undefined
  const back = scanBackward(tail)
  const merged: Attributes = { ...back.outer, ...front.value }
  const open = front.open === undefined ? undefined : merged[front.open]
  if (front.open !== undefined && isObject(open))
    merged[front.open] = { ...back.inner, ...(open as Attributes) }
  return merged
}

interface Forward {
  value: Attributes
  /** The top-level key whose value the head did not hold whole. */
  open: string | undefined
}

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy
const SCALAR = /true|false|null|-?\d[\d.eE+-]*/y
const BLANK = /[\s,:]*/y

const scanForward = (text: string): Forward | undefined => {
  const start = text.search(/\S/)
  if (text[start] !== '{') return undefined
  const value: Attributes = {}
  const outcome: Forward = { value, open: undefined }
  readObject(text, start + 1, value, 1, (key) => {
    outcome.open = key
  })
  return outcome
}

/** Reads members from `at` into `target`; returns where the object ended, or -1 when the text ended first. */
const readObject = (
  text: string,
  at: number,
  target: Attributes,
  depth: number,
  opens: (key: string) => void,
): number => {
  for (;;) {
    at = skipBlank(text, at)
    if (text[at] === '}') return at + 1
    const key = matchAt(STRING, text, at)
    if (key === undefined) return -1
    at = skipBlank(text, at + key.length)
    const name = unquote(key)
    const opener = text[at]
    if (opener === '{' && depth === 1) {
      const inner: Attributes = {}
      setOwn(target, name, inner)
      at = readObject(text, at + 1, inner, 2, () => {})
    } else if (opener === '{' || opener === '[') {
      setOwn(target, name, opener === '{' ? {} : [])
      at = skipContainer(text, at)
    } else {
      const scalar = matchAt(STRING, text, at) ?? matchAt(SCALAR, text, at)
      // A number that touches the end of the text may go on behind it.
      const whole = scalar !== undefined && at + scalar.length < text.length
      if (whole && scalar.length <= MAX_SCALAR) setOwn(target, name, parseScalar(scalar))
      at = whole ? at + scalar.length : -1
    }
    if (at === -1) {
      opens(name)
      return -1
    }
  }
}

const skipBlank = (text: string, at: number): number => at + (matchAt(BLANK, text, at) ?? '').length

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

const unquote = (quoted: string): string => {
  const value = parseScalar(quoted)
  return typeof value === 'string' ? value : quoted
}

const parseScalar = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** Where the container that opens at `at` ends, or -1. */
const skipContainer = (text: string, at: number): number => {
  let depth = 0
  while (at < text.length) {
    const char = text[at]
    if (char === '"') {
      const quoted = matchAt(STRING, text, at)
      if (quoted === undefined) return -1
      at += quoted.length
      continue
    }
    if (char === '{' || char === '[') depth += 1
    if (char === '}' || char === ']') depth -= 1
    at += 1
    if (depth === 0) return at
  }
  return -1
}

interface Backward {
  outer: Attributes
  /** Scalars at the end of the last value, when that is an object. */
  inner: Attributes
}

const scanBackward = (text: string): Backward => {
  const outer: Attributes = {}
  const inner: Attributes = {}
  const end = text.trimEnd().length - 1
  if (text[end] !== '}') return { outer, inner }
  const stop = readBackward(text, end - 1, outer)
  if (text[stop] === '}') readBackward(text, stop - 1, inner)
  return { outer, inner }
}

/** Reads `"key": scalar` members backwards; returns the place of the first thing that is none. */
const readBackward = (text: string, at: number, target: Attributes): number => {
  for (;;) {
    const end = backOver(text, at)
    const start = scalarStart(text, end)
    if (start === -1) return end
    const colon = backOver(text, start - 1, ' \t\r\n')
    if (text[colon] !== ':') return end
    const keyEnd = backOver(text, colon - 1, ' \t\r\n')
    const keyStart = text[keyEnd] === '"' ? stringStart(text, keyEnd) : -1
    if (keyStart === -1) return end
    const scalar = text.slice(start, end + 1)
    if (scalar.length <= MAX_SCALAR)
      setOwn(target, unquote(text.slice(keyStart, keyEnd + 1)), parseScalar(scalar))
    at = keyStart - 1
  }
}

const backOver = (text: string, at: number, chars = ' \t\r\n,'): number => {
  while (at >= 0 && chars.includes(text.charAt(at))) at--
  return at
}

const scalarStart = (text: string, end: number): number => {
  if (text[end] === '"') return stringStart(text, end)
  let at = end
  while (at >= 0 && /[\w.+-]/.test(text.charAt(at))) at--
  return at === end ? -1 : at + 1
}

/** The opening quote of the string that closes at `end`: the nearest quote before it that no backslash escapes. */
const stringStart = (text: string, end: number): number => {
  let at = end
  for (;;) {
    at = text.lastIndexOf('"', at - 1)
    if (at <= 0) return at
    let slashes = 0
    while (text[at - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return at
  }
}
