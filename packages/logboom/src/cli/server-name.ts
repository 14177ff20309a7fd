/**
 * The name of a server that nobody named, from its command: the package or script that runs, not the launcher.
 * `npx -y @modelcontextprotocol/server-memory@1.2` is `server-memory`, `uv run weather.py` is `weather`,
 * `node dist/index.js` is the folder it stands in.
 */

/** Options of a launcher that take the next argument as their value. */
const WITH_VALUE: Readonly<Record<string, readonly string[]>> = {
  npx: ['-p', '--package', '-c', '--call', '-w', '--workspace', '--prefix'],
  node: [
    '-r',
    '--require',
    '--import',
    '--loader',
    '--experimental-loader',
    '--env-file',
    '-C',
    '--conditions',
  ],
  deno: ['--config', '-c', '--import-map'],
  python: ['-W', '-X'],
  uvx: ['--from', '--with', '--python', '-p', '--index-url', '--directory'],
  uv: ['--directory', '--project', '--with', '--python', '-p', '--env-file'],
  docker: [
    '-e',
    '--env',
    '--env-file',
    '-v',
    '--volume',
    '--mount',
    '-p',
    '--publish',
    '--network',
    '-u',
    '--user',
    '-w',
  ],
}

/** Words between a launcher and what it launches. */
const SUBCOMMANDS: Readonly<Record<string, readonly string[]>> = {
  npm: ['exec', 'x', 'run', 'start'],
  pnpm: ['dlx', 'exec', 'run'],
  yarn: ['dlx', 'exec', 'run'],
  bun: ['run', 'x'],
  deno: ['run'],
  uv: ['run', 'tool'],
  pipx: ['run'],
  docker: ['run'],
  podman: ['run'],
}

const LAUNCHERS = new Set([
  ...['node', 'nodejs', 'tsx', 'ts-node', 'bun', 'bunx', 'deno', 'npx', 'npm', 'pnpm', 'pnpx', 'yarn'],
  ...[
    'python',
    'py',
    'uv',
    'uvx',
    'pipx',
    'ruby',
    'java',
    'dotnet',
    'php',
    'perl',
    'sh',
    'bash',
    'zsh',
    'cmd',
    'env',
  ],
  ...['docker', 'podman'],
])

const EXTENSION = /\.(?:[cm]?[jt]sx?|py|rb|php|pl|jar|dll|exe|cmd|bat|ps1|sh)$/i
// Names that say nothing about which server it is: the folder says more.
const GENERIC = new Set(['index', 'main', 'server', 'app', 'cli', 'run', 'start', '__main__', 'mod'])
const FOLDERS = new Set(['dist', 'build', 'src', 'lib', 'out', 'bin', 'esm', 'cjs', '.', '..', ''])

const parts = (path: string): string[] => path.split(/[\\/]+/)

const launcherOf = (command: string): string | undefined => {
  const base = (parts(command).at(-1) ?? '').replace(EXTENSION, '').toLowerCase()
  const name = /^python[\d.]*$/.test(base) ? 'python' : base
  return LAUNCHERS.has(name) ? name : undefined
}

/** What the launcher launches, or nothing if its arguments do not say. */
const launched = (
  launcher: string,
  args: readonly string[],
): { target: string; rest: string[] } | undefined => {
  const valued = WITH_VALUE[launcher === 'podman' ? 'docker' : launcher] ?? []
  const words = SUBCOMMANDS[launcher] ?? []
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    const next = args[i + 1]
    const named = (launcher === 'python' && arg === '-m') || (words.includes('run') && arg === '--name')
    if (named && next !== undefined) return { target: next, rest: args.slice(i + 2) }
    if (valued.includes(arg)) i++
    else if (!arg.startsWith('-') && !words.includes(arg) && !(launcher === 'env' && arg.includes('='))) {
      return { target: arg, rest: args.slice(i + 1) }
    }
  }
  return undefined
}

const baseName = (target: string): string => {
  // A package may carry a version: name@1.2.3, @scope/name@latest, name==1.2; an image a tag: org/name:1.
  const plain = target.replace(/(?<=.)@[^/@]*$/, '').replace(/(?:==|:)[^/\\]*$/, '')
  const path = parts(plain === '' || /^[a-z]$/i.test(plain) ? target : plain)
  let name = (path.pop() ?? '').replace(EXTENSION, '')
  while (GENERIC.has(name.toLowerCase()) || FOLDERS.has(name)) {
    const above = path.pop()
    if (above === undefined || above.endsWith(':')) return ''
    name = above
  }
  return name
}

/**
 * A server's name from its command: letters, digits, `.`, `_` and `-` only; `server` if nothing better is found.
 * @example serverName('npx', ['-y', '@modelcontextprotocol/server-memory']) // 'server-memory'
 */
export const serverName = (command: string, args: readonly string[]): string => {
  let target = command
  let rest = [...args]
  // Launchers launch launchers: uv run python -m server.
  for (let launcher = launcherOf(target); launcher !== undefined; launcher = launcherOf(target)) {
    const next = launched(launcher, rest)
    if (next === undefined) break
    target = next.target
    rest = next.rest
  }
  const name = baseName(target)
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
  return name === '' ? 'server' : name.slice(0, 64)
}
