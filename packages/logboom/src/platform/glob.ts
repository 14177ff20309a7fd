/**
 * Files by pattern, where no shell has expanded it: `*` and `?` within a name, `**` any directories, `[a-c]` and `[!a]` one
 * character, `{a,b}` one of several. A name that begins with a dot is matched only by a pattern that does, too. Node's own
 * glob is not in the oldest Node we run on.
 */
import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join, parse, sep } from 'node:path'

const SPECIAL = /[*?[{]/

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

/** One name's pattern as a regular expression. */
const nameMatcher = (pattern: string): ((name: string) => boolean) => {
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] ?? ''
    const close = character === '[' ? pattern.indexOf(']', at + 2) : -1
    if (character === '*') {
      if (pattern[at - 1] !== '*') source += '[^]*'
    } else if (character === '?') source += '[^]'
    else if (close !== -1) {
      const inside = pattern.slice(at + 1, close)
      const negated = /^[!^]/.test(inside)
      const set = (negated ? inside.slice(1) : inside).replace(/[\\\]^[]/g, '\\$&')
      source += `[${negated ? '^' : ''}${set}]`
      at = close
    } else source += escaped(character)
  }
  let expression: RegExp
  try {
    expression = new RegExp(`^${source}$`, 'u')
  } catch {
    // A range the wrong way round is only itself.
    expression = new RegExp(`^${escaped(pattern)}$`, 'u')
  }
  const isHidden = pattern.startsWith('.')
  return (name) => (isHidden || !name.startsWith('.')) && expression.test(name)
}

/** `a{b,c}` as `ab` and `ac`; braces may stand in braces. */
const alternatives = (pattern: string): string[] => {
  const open = pattern.indexOf('{')
  if (open === -1) return [pattern]
  const commas: number[] = []
  let depth = 0
  for (let at = open; at < pattern.length; at++) {
    const character = pattern[at]
    if (character === '{') depth++
    else if (character === ',' && depth === 1) commas.push(at)
    else if (character === '}' && --depth === 0) {
      const before = pattern.slice(0, open)
      const after = alternatives(pattern.slice(at + 1))
      // Braces around one thing mean themselves.
      if (commas.length === 0) return after.map((end) => pattern.slice(0, at + 1) + end)
      const ends = [...commas, at]
      return ends.flatMap((end, index) => {
        const part = pattern.slice((index === 0 ? open : (ends[index - 1] ?? open)) + 1, end)
        return alternatives(part).flatMap((middle) => after.map((rest) => before + middle + rest))
      })
    }
  }
  return [pattern]
}

/** What cannot be listed holds nothing. */
const list = (directory: string): Promise<Dirent[]> =>
  readdir(directory === '' ? '.' : directory, { withFileTypes: true }).catch(() => [])

const walk = async (
  directory: string,
  [part, ...rest]: readonly string[],
  found: Set<string>,
): Promise<void> => {
  if (part === undefined) return
  if (part === '**') {
    // Also no directory at all.
    await walk(directory, rest.length === 0 ? ['*'] : rest, found)
    // Links are not followed: they may lead in circles.
    for (const entry of await list(directory))
      if (entry.isDirectory() && !entry.name.startsWith('.'))
        await walk(join(directory, entry.name), ['**', ...rest], found)
    return
  }
  const last = rest.length === 0
  if (!SPECIAL.test(part)) {
    const path = join(directory, part)
    if (!last) await walk(path, rest, found)
    else if (await isFile(path)) found.add(path)
    return
  }
  const matches = nameMatcher(part)
  for (const { name } of await list(directory)) {
    if (!matches(name)) continue
    const path = join(directory, name)
    if (!last) await walk(path, rest, found)
    else if (await isFile(path)) found.add(path)
  }
}

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isFile(),
    () => false,
  )

/**
 * The files that a pattern names, sorted; a file of exactly this name goes before. `undefined`: it is no pattern, and nothing
 * has this name.
 * @example await globFiles('logs/**\/*.ndjson.gz')
 */
export const globFiles = async (pattern: string): Promise<string[] | undefined> => {
  // Also a directory: whoever reads it says what it is.
  if (await stat(pattern).then(Boolean, () => false)) return [pattern]
  if (!SPECIAL.test(pattern)) return undefined
  const found = new Set<string>()
  for (const one of alternatives(pattern)) {
    const { root } = parse(one)
    const parts = one.slice(root.length).split(sep === '\\' ? /[\\/]/ : '/')
    await walk(
      root,
      parts.filter((part) => part !== ''),
      found,
    )
  }
  return [...found].sort()
}
