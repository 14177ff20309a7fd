/** Putting a tap in front of the servers of a configuration whose client is somebody else's. */
import { findSection } from './config.ts'

export interface TapOptions {
  /** Logboom's home, where records go. @default the tap's own: `LOGBOOM_HOME`, else the platform's data directory */
  home?: string
  /** Taps these servers only. @default all */
  only?: readonly string[]
  /**
   * How Logboom's command line is run.
   * @default ['npx', '-y', 'logboom']
   * @example [process.execPath, fileURLToPath(import.meta.resolve('logboom/cli'))]
   */
  logboom?: readonly [string, ...string[]]
}

type Fields = Record<string, unknown>

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined

/** The words before a server's own command, once it is tapped: `… tap --server NAME --`. */
const isTapped = (words: readonly unknown[]): boolean => {
  const tap = words.indexOf('tap')
  if (tap < 1 || words.indexOf('--', tap) === -1) return false
  return words.slice(0, tap).some((word) => /logboom|cli[\\/]main\.js$/i.test(String(word)))
}

const tapEntry = (name: string, entry: Fields, { home, logboom }: TapOptions): Fields => {
  const nested = fieldsOf(entry.command)
  const own = Array.isArray(entry.command) ? entry.command : [nested?.path ?? entry.command]
  const args = nested?.args ?? entry.args
  const words = [...own, ...(Array.isArray(args) ? args : [])]
  if (typeof words[0] !== 'string' || isTapped(words)) return entry
  const [command, ...before] = logboom ?? ['npx', '-y', 'logboom']
  const tap = [
    ...before,
    'tap',
    '--server',
    name,
    ...(home === undefined ? [] : ['--home', home]),
    '--',
    ...words,
  ]
  if (Array.isArray(entry.command)) return { ...entry, command: [command, ...tap], args: [] }
  if (nested !== undefined) return { ...entry, command: { ...nested, path: command, args: tap } }
  return { ...entry, command, args: tap }
}

/**
 * Returns the same configuration with a tap in front of every stdio command; servers behind a URL, and those that are tapped
 * already, stay as they are. The configuration itself is not changed. Takes a whole configuration (`mcpServers`, `servers`,
 * `context_servers`) or the object of servers within one.
 * @example
 * const client = new MultiServerMCPClient(tapServers({ mcpServers: { files: { command: 'npx', args: ['-y', 'mcp-files'] } } }))
 */
export const tapServers = <T extends object>(config: T, options: TapOptions = {}): T => {
  const tapAll = (entries: Fields): Fields =>
    Object.fromEntries(
      Object.entries(entries).map(([name, value]) => {
        const entry = fieldsOf(value)
        const chosen = options.only === undefined || options.only.includes(name)
        return [name, entry !== undefined && chosen ? tapEntry(name, entry, options) : value]
      }),
    )
  const section = findSection(config)
  if (section === undefined) return tapAll(config as Fields) as T
  const replace = (at: Fields, [key = '', ...rest]: readonly string[]): Fields => ({
    ...at,
    [key]: rest.length === 0 ? tapAll(section.entries) : replace(fieldsOf(at[key]) ?? {}, rest),
  })
  return replace(config as Fields, section.keys) as T
}
