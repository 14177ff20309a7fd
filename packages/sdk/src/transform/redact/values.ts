/**
 * Walks any JSON value: keys and texts at any depth, texts that hold JSON, command lines, name-and-value pairs.
 *
 * Nothing is changed in place; what holds no secret is returned as it was, so that a clean value costs no copy. Containers
 * nested deeper than `MAX_DEPTH`, JSON in texts included, become the text of `DEEPER`: what is not looked at is not kept.
 */
import { type Attributes, DEEPER, type Json, MAX_DEPTH, setOwn } from '../../record/index.ts'
import type { KeyRule, Keys } from './keys.ts'
import { isMask, mask } from './ranges.ts'
import { scan } from './scan.ts'
import { maskText } from './text.ts'

/** One walk: what it goes by, and how many values it has masked. */
export interface Walk {
  keys: Keys
  count: number
}

const MIN_SECRET = 4
const MAX_PASSES = 4
const FLAG = /^--?([A-Za-z][\w.-]{0,63})$/

export const walkValue = (value: Json, depth: number, walk: Walk): Json => {
  if (typeof value === 'string') return walkText(value, depth, walk)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return DEEPER
  return Array.isArray(value) ? walkArray(value, depth, walk) : walkObject(value, depth, walk)
}

/** A text: as JSON if it is JSON that could hold a secret, then as text. */
export const walkText = (text: string, depth: number, walk: Walk): string => {
  if (text.length < MIN_SECRET) return text
  let found = scan(text)
  if (found.flags === 0 && found.ranges === undefined && !walk.keys.custom) return text
  const inner = walkJson(text, depth, walk)
  if (inner !== text) found = scan(inner)
  let result = inner
  // What was glued to a secret shows only once that is masked: again, until nothing is found.
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const masked = maskText(result, found, walk.keys)
    if (masked === undefined) break
    walk.count += masked.count
    result = masked.text
    found = scan(result)
  }
  return result
}

const JSON_START = /^\s{0,64}[{["]/

const walkJson = (text: string, depth: number, walk: Walk): string => {
  if (!JSON_START.test(text)) return text
  let parsed: Json
  try {
    parsed = JSON.parse(text)
  } catch {
    return text
  }
  const walked = walkValue(parsed, depth + 1, walk)
  return walked === parsed ? text : JSON.stringify(walked)
}

export const walkObject = (value: Attributes, depth: number, walk: Walk): Attributes => {
  const names = Object.keys(value)
  const pair = pairRule(value, walk.keys)
  let copy: Attributes | undefined
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? ''
    const field = value[name] ?? null
    const rule = name === 'value' ? (pair ?? walk.keys.rule(name)) : walk.keys.rule(name)
    const walked = walkField(name, field, rule, depth, walk)
    const key = walkName(name, depth, walk)
    if (copy === undefined) {
      if (walked === field && key === name) continue
      copy = {}
      for (const before of names.slice(0, index)) setOwn(copy, before, value[before] ?? null)
    }
    setOwn(copy, key === name ? key : freeKey(copy, key), walked)
  }
  return copy ?? value
}

/** A text that repeats: a name, a logger. One that was found to hold no secret is not looked through again. */
export const walkName = (name: string, depth: number, walk: Walk): string => {
  if (walk.keys.clean.has(name)) return name
  const walked = walkText(name, depth, walk)
  if (walked === name) walk.keys.clean.add(name)
  return walked
}

const walkField = (name: string, field: Json, rule: KeyRule | undefined, depth: number, walk: Walk): Json => {
  if (rule !== undefined) {
    const masked = maskField(field, rule, walk)
    if (masked !== undefined) return masked
  }
  return name === 'rawHeaders' && Array.isArray(field)
    ? walkPairs(field, depth + 1, walk)
    : walkValue(field, depth + 1, walk)
}

/** Two keys that look the same once masked stay two. */
const freeKey = (copy: Attributes, key: string): string => {
  let free = key
  for (let n = 2; Object.hasOwn(copy, free); n++) free = `${key} ${n}`
  return free
}

/** What stands for the value of a secret's name; undefined when the value is to be walked like any other. */
const maskField = (value: Json, rule: KeyRule, walk: Walk): Json | undefined => {
  if (value === null || typeof value === 'boolean' || value === '') return value
  if (typeof value === 'number' && !rule.numbers) return value
  if (typeof value === 'object') {
    if (rule.weak) return undefined
    if (Object.keys(value).length === 0) return value
  }
  if (typeof value === 'string') {
    if (isMask(value)) return value
    if (!rule.numbers && /^[0-9.]{1,20}%?$/.test(value)) return value
  }
  walk.count++
  return mask(rule.name)
}

/** `{name: "API_KEY", value: "…"}`, as environments, headers and form fields are often written. */
const pairRule = (value: Attributes, keys: Keys): KeyRule | undefined => {
  if (!Object.hasOwn(value, 'value')) return undefined
  for (const field of ['name', 'key', 'header']) {
    const name = value[field]
    if (typeof name === 'string' && name.length <= 128) {
      const rule = keys.rule(name)
      if (rule !== undefined) return rule
    }
  }
  return undefined
}

const walkArray = (value: Json[], depth: number, walk: Walk): Json[] => {
  if (value.length > 0 && value.every(isEntry))
    return mapChanged(value, (item) => walkEntry(item, depth, walk))
  let flag: KeyRule | undefined
  return mapChanged(value, (item) => {
    const rule = flag
    flag = typeof item === 'string' ? flagRule(item, walk.keys) : undefined
    if (rule !== undefined && typeof item === 'string' && !FLAG.test(item)) {
      return maskField(item, rule, walk) ?? walkValue(item, depth + 1, walk)
    }
    return walkValue(item, depth + 1, walk)
  })
}

/** Headers as a flat list of names and values. */
const walkPairs = (value: Json[], depth: number, walk: Walk): Json => {
  if (depth >= MAX_DEPTH) return DEEPER
  let rule: KeyRule | undefined
  return mapChanged(value, (item, index) => {
    if (index % 2 === 0) rule = typeof item === 'string' ? walk.keys.rule(item) : undefined
    const masked = index % 2 === 1 && rule !== undefined ? maskField(item, rule, walk) : undefined
    return masked ?? walkValue(item, depth + 1, walk)
  })
}

const isEntry = (item: Json): boolean =>
  Array.isArray(item) && item.length === 2 && typeof item[0] === 'string'

/** A name and its value, as a Map's entries become. */
const walkEntry = (item: Json, depth: number, walk: Walk): Json => {
  if (!Array.isArray(item) || depth + 1 >= MAX_DEPTH) return walkValue(item, depth + 1, walk)
  const rule = typeof item[0] === 'string' ? walk.keys.rule(item[0]) : undefined
  return mapChanged(item, (part, index) => {
    const masked = index === 1 && rule !== undefined ? maskField(part, rule, walk) : undefined
    return masked ?? walkValue(part, depth + 2, walk)
  })
}

/** `--token`, whose value is the next of the list. */
const flagRule = (item: string, keys: Keys): KeyRule | undefined => {
  const name = FLAG.exec(item)?.[1]
  return name === undefined ? undefined : keys.rule(name)
}

const mapChanged = (items: Json[], map: (item: Json, index: number) => Json): Json[] => {
  let copy: Json[] | undefined
  for (let index = 0; index < items.length; index++) {
    const item = items[index] ?? null
    const mapped = map(item, index)
    if (copy === undefined && mapped !== item) copy = items.slice(0, index)
    copy?.push(mapped)
  }
  return copy ?? items
}
