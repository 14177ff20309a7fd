/**
 * How a server is put behind a tap in the hosts there are: the file, and what belongs into it. Everything is the command of this
 * very hub's program, so that it works as it stands.
 */
import { lineOf, type Shell } from './words.ts'

export const HOSTS = [
  'claude-desktop',
  'claude-code',
  'cursor',
  'vscode',
  'windsurf',
  'zed',
  'cline',
  'shell',
  'sdk',
] as const
export type Host = (typeof HOSTS)[number]

/** What the hub tells of itself. */
export interface Program {
  /** How it is run: the program and its first arguments. */
  command?: readonly string[]
  /** Its directory, and whether captures find it without being told. */
  home?: string
  defaultHome?: boolean
}

export interface Wish {
  server: string
  /** The server's own command. */
  command: readonly string[]
}

export interface Recipe {
  /** Where it belongs, by system; none for what is typed or programmed. */
  files: readonly { system: System; path: string }[]
  text: string
  language: 'json' | 'shell' | 'typescript'
}

/** `project` is a file beside the code, the same on every system. */
export type System = 'macOS' | 'Windows' | 'Linux' | 'any' | 'project'

/** Anybody can run it where there is Node. */
const PUBLISHED = ['npx', '-y', 'logboom']

/** @example tapOf({}, { server: 'files', command: ['node', 'files.js'] }) // ['npx', '-y', 'logboom', 'tap', '--server', 'files', '--', 'node', 'files.js'] */
export const tapOf = (program: Program, { server, command }: Wish): string[] => [
  ...(program.command ?? PUBLISHED),
  'tap',
  '--server',
  server,
  ...(program.home === undefined || program.defaultHome === true ? [] : ['--home', program.home]),
  '--',
  ...command,
]

/** The shell of the hub's machine, told by its home. */
export const shellOf = ({ home = '' }: Program): Shell =>
  /^(?:[a-z]:[\\/]|\\\\)/i.test(home) ? 'windows' : 'posix'

const CODE_USER = [
  { system: 'macOS', path: '~/Library/Application Support/Code/User/' },
  { system: 'Windows', path: '%APPDATA%\\Code\\User\\' },
  { system: 'Linux', path: '~/.config/Code/User/' },
] as const

const inCodeUser = (file: string) =>
  CODE_USER.map(({ system, path }) => ({
    system,
    path: path + (system === 'Windows' ? file.replaceAll('/', '\\') : file),
  }))

const FILES: Readonly<Record<Host, Recipe['files']>> = {
  'claude-desktop': [
    { system: 'macOS', path: '~/Library/Application Support/Claude/claude_desktop_config.json' },
    { system: 'Windows', path: '%APPDATA%\\Claude\\claude_desktop_config.json' },
  ],
  'claude-code': [],
  cursor: [
    { system: 'any', path: '~/.cursor/mcp.json' },
    { system: 'project', path: '.cursor/mcp.json' },
  ],
  vscode: [{ system: 'project', path: '.vscode/mcp.json' }, ...inCodeUser('mcp.json')],
  windsurf: [{ system: 'any', path: '~/.codeium/windsurf/mcp_config.json' }],
  zed: [
    { system: 'macOS', path: '~/.config/zed/settings.json' },
    { system: 'Windows', path: '%APPDATA%\\Zed\\settings.json' },
    { system: 'Linux', path: '~/.config/zed/settings.json' },
  ],
  cline: inCodeUser('globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'),
  shell: [],
  sdk: [],
}

/** The key that holds the servers in a host's file. */
const KEYS: Partial<Readonly<Record<Host, string>>> = { vscode: 'servers', zed: 'context_servers' }

export const recipeOf = (host: Host, program: Program, wish: Wish): Recipe => {
  const files = FILES[host]
  switch (host) {
    case 'shell':
      return { files, language: 'shell', text: lineOf(tapOf(program, wish), shellOf(program)) }
    case 'claude-code':
      return { files, language: 'shell', text: claudeCode(program, wish) }
    case 'sdk':
      return { files, language: 'typescript', text: code(program, wish) }
    default:
      return { files, language: 'json', text: configuration(KEYS[host] ?? 'mcpServers', host, program, wish) }
  }
}

/** As people write it: a list on one line. */
const json = (value: string | readonly string[]): string =>
  typeof value === 'string'
    ? JSON.stringify(value)
    : `[${value.map((one) => JSON.stringify(one)).join(', ')}]`

const configuration = (key: string, host: Host, program: Program, wish: Wish): string => {
  const [command = '', ...args] = tapOf(program, wish)
  const entry = { ...(host === 'vscode' ? { type: 'stdio' } : {}), command, args }
  const fields = Object.entries(entry).map(([name, value]) => `      ${json(name)}: ${json(value)}`)
  return `{\n  ${json(key)}: {\n    ${json(wish.server)}: {\n${fields.join(',\n')}\n    }\n  }\n}`
}

/** Its own command writes its file. */
const claudeCode = (program: Program, wish: Wish): string =>
  lineOf(
    ['claude', 'mcp', 'add', '--scope', 'user', wish.server, '--', ...tapOf(program, wish)],
    shellOf(program),
  )

const code = ({ home }: Program, { server, command: [command = '', ...args] }: Wish): string => {
  const quote = (text: string) =>
    `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
  const target = `{ command: ${quote(command)}, args: [${args.map(quote).join(', ')}] }`
  const where = home === undefined ? 'process.env.LOGBOOM_HOME' : quote(home)
  return [
    `import { connect } from '@logboom/sdk/client'`,
    `import { journalSink } from '@logboom/sdk/sink'`,
    '',
    `const client = await connect(${target}, {`,
    `  server: ${quote(server)},`,
    `  sinks: [journalSink({ home: ${where} })],`,
    '})',
  ].join('\n')
}
