/**
 * Configurations of servers in the shapes the hosts use: `mcpServers` (Claude, Cursor, Windsurf, Cline, FastMCP, the
 * Inspector), `servers` (VS Code), `context_servers` (Zed); and a plain object of names and targets.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { LogboomError } from '../../errors/index.ts'
import { isObject } from '../../record/index.ts'
import { expand, type Surroundings } from './expand.ts'
import { parseJsonc } from './jsonc.ts'
import type { CommandTarget, Target, UrlTarget } from './types.ts'

/** One server of a configuration: a target, or why there is none. */
export type ConfiguredServer = { name: string } & (
  | { target: Target; disabled?: boolean }
  | { error: LogboomError; disabled?: boolean }
)

const SECTIONS = ['mcpServers', 'servers', 'context_servers'] as const

type Fields = Record<string, unknown>

const fieldsOf = (value: unknown): Fields | undefined =>
  isObject(value) && !Array.isArray(value) ? (value as Fields) : undefined

/** True when this is a configuration's section: named objects, and not itself one server's target. */
const isSection = (value: unknown): value is Fields => {
  const fields = fieldsOf(value)
  if (fields === undefined || typeof fields.command === 'string' || typeof fields.url === 'string')
    return false
  return Object.values(fields).every((entry) => fieldsOf(entry) !== undefined)
}

/** The part of a configuration that holds its servers, and where it lies; undefined for anything else. */
export const findSection = (config: object): { keys: string[]; entries: Fields } | undefined => {
  const found: { keys: string[]; entries: Fields }[] = []
  for (const [within, outer] of [
    [[], config],
    [['mcp'], fieldsOf((config as Fields).mcp)],
  ] as const) {
    for (const key of SECTIONS) {
      const entries = outer === undefined ? undefined : (outer as Fields)[key]
      if (isSection(entries)) found.push({ keys: [...within, key], entries })
    }
  }
  return found.find(({ entries }) => Object.keys(entries).length > 0) ?? found[0]
}

const invalid = (name: string, what: string, hint?: string): LogboomError =>
  new LogboomError('LB_TARGET_INVALID', `Server "${name}": ${what}`, hint === undefined ? {} : { hint })

const isRemote = (kind: string | undefined): boolean => kind !== undefined && /http|sse|remote/i.test(kind)

const textMap = (value: unknown, put: (text: string) => string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fieldsOf(value) ?? {})
      .filter(([, entry]) => entry !== null && entry !== undefined)
      .map(([key, entry]) => [key, put(String(entry))]),
  )

/** Reads `NAME=value` lines; `export`, quotes and comments as shells have them. */
const readEnvFile = (file: string): Record<string, string> => {
  const env: Record<string, string> = {}
  for (const line of readFileSync(file, 'utf8').split(/\r?\n/)) {
    const [, name, written = ''] = /^\s*(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/.exec(line) ?? []
    if (name === undefined) continue
    const quoted = /^(['"])(.*)\1\s*(?:#.*)?$/.exec(written)
    env[name] = quoted?.[2] ?? written.replace(/\s+#.*$/, '').trim()
  }
  return env
}

/** One entry of a configuration as a target. */
const readEntry = (name: string, entry: Fields, around: Surroundings): CommandTarget | UrlTarget => {
  const put = (text: string): string => expand(text, around)
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? put(value) : undefined)
  const kind = text(entry.type) ?? text(entry.transport)
  const url = text(entry.url) ?? text(entry.serverUrl) ?? text(entry.httpUrl)
  // Zed once wrote {command: {path, args, env}}; others write the whole command as a list.
  const nested = fieldsOf(entry.command)
  const listed = Array.isArray(entry.command) ? entry.command.map((word) => put(String(word))) : []
  const command = text(entry.command) ?? text(nested?.path) ?? listed[0]

  if (url !== undefined && (command === undefined || isRemote(kind))) {
    if (!URL.canParse(url)) throw invalid(name, `${JSON.stringify(url)} is no URL`)
    const target: UrlTarget = { url, headers: textMap(entry.headers, put) }
    if (kind !== undefined && isRemote(kind)) target.transport = /sse/i.test(kind) ? 'sse' : 'http'
    return target
  }
  if (command === undefined || command === '')
    throw invalid(name, 'it has neither a command nor a url', 'Give it {"command", "args"} or {"url"}.')
  const given = entry.args ?? nested?.args ?? []
  if (!Array.isArray(given)) throw invalid(name, 'its args are no list')
  const target: CommandTarget = {
    command,
    args: [...listed.slice(1), ...given.map((arg) => put(String(arg)))],
  }
  const envFile = text(entry.envFile)
  const env = {
    ...(envFile === undefined ? {} : readEnvFile(path.resolve(around.folder, envFile))),
    ...textMap(nested?.env, put),
    ...textMap(entry.env, put),
  }
  if (Object.keys(env).length > 0) target.env = env
  const cwd = text(entry.cwd)
  if (cwd !== undefined) target.cwd = path.resolve(around.folder, cwd)
  return target
}

const readSection = (entries: Fields, around: Surroundings): ConfiguredServer[] =>
  Object.entries(entries).map(([name, value]) => {
    const entry = fieldsOf(value) ?? {}
    const disabled = entry.disabled === true || entry.enabled === false ? { disabled: true } : {}
    try {
      return { name, ...disabled, target: readEntry(name, entry, around) }
    } catch (cause) {
      const error =
        cause instanceof LogboomError
          ? cause
          : invalid(name, cause instanceof Error ? cause.message : String(cause))
      return { name, ...disabled, error }
    }
  })

const readFile = (file: string): object => {
  try {
    const config = parseJsonc(readFileSync(file, 'utf8'))
    if (isObject(config) && !Array.isArray(config)) return config
    throw new Error('it is no object')
  } catch (cause) {
    throw new LogboomError(
      'LB_TARGET_INVALID',
      `The configuration ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    )
  }
}

/**
 * Reads servers from an object of names and targets, from a configuration in any host's shape, or from the path of such a
 * file. In configurations variables are expanded; relative paths are read from the file's folder (of a `.vscode`, `.cursor`
 * or `.zed` folder: from the one above), or the working directory.
 * @throws LogboomError `LB_TARGET_INVALID` where nothing can be read at all; what is wrong with one server is in its entry
 * @example readServers({ mcpServers: { weather: { url: 'https://weather.example/mcp' } } })
 */
export const readServers = (
  input: string | URL | object,
  env: Surroundings['env'] = process.env,
): ConfiguredServer[] => {
  if (typeof input === 'string' || input instanceof URL) {
    const file = path.resolve(input instanceof URL ? fileURLToPath(input) : input)
    const config = readFile(file)
    const section = findSection(config)
    if (section === undefined)
      throw new LogboomError('LB_TARGET_INVALID', `The configuration ${file} names no servers`, {
        hint: `It needs one of ${SECTIONS.join(', ')}.`,
      })
    const beside = path.dirname(file)
    const folder = /^\.(?:vscode|cursor|zed)$/.test(path.basename(beside)) ? path.dirname(beside) : beside
    return readSection(section.entries, { env, folder })
  }
  const section = findSection(input)
  if (section !== undefined) return readSection(section.entries, { env, folder: process.cwd() })
  return Object.entries(input).map(([name, target]) => ({ name, target: target as Target }))
}
