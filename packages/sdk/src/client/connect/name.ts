/** A name for a server that was given none: of what runs, not of what runs it. */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plan } from './open.ts'
import type { Target } from './types.ts'

/** Options that take the next word, of programs by which others are run; everybody else's options stand alone. */
const NODE =
  '-r --require --import --loader --experimental-loader -C --conditions --env-file --env-file-if-exists'
const PYTHON = '-W -X'
const NPX = '-p --package -w --workspace'
const UV =
  '--from --with --with-editable --with-requirements --project --directory --python -p --env-file --index --extra'
const DOCKER =
  '-e --env --env-file -v --volume --mount --name --network --net -p --publish -w --workdir -u --user --entrypoint --platform -l --label --add-host -h --hostname --memory -m --cpus --pull --gpus --tmpfs'

const RUNNERS: readonly (readonly [RegExp, string])[] = [
  [/^(?:node|nodejs|tsx)$/i, NODE],
  [/^(?:python[\d.]*|py)$/i, PYTHON],
  [/^(?:npx|pnpx|bunx)$/i, NPX],
  [/^(?:uv|uvx|pipx)$/i, UV],
  [/^(?:docker|podman)$/i, DOCKER],
  [/^(?:bun|deno|sh|bash|cmd)$/i, ''],
]

const baseName = (word: string): string =>
  path.win32.basename(word).replace(/\.(?:[cm]?[jt]s|py|exe|cmd|bat|sh)$/i, '')

/** The first word that is neither an option, nor the value of one, nor a runner's own verb. */
const firstWord = (args: readonly string[], options: string): string | undefined => {
  const takesValue = new Set(options.split(' '))
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (takesValue.has(arg)) at += 1
    else if (!arg.startsWith('-') && arg !== 'run' && arg !== 'exec') return arg
  }
  return undefined
}

/** A version, or an image's tag. */
const VERSION = /(?<=.)[@:][\w.^~-]+$/

/**
 * Names a target.
 * @example nameOf({ command: 'node', args: ['--import', 'tsx', 'weather.ts'] }, plan) // 'weather'
 */
export const nameOf = (target: Target, plan: Plan): string => {
  if (target instanceof URL && target.protocol === 'file:') return baseName(fileURLToPath(target))
  if (typeof target === 'string' && plan.kind === 'command') return baseName(target)
  if (plan.kind === 'url') return plan.url.host
  if (plan.kind !== 'command') return 'server'
  const { command, args = [] } = plan.target
  const program = baseName(command)
  const runner = RUNNERS.find(([names]) => names.test(program))
  if (runner === undefined) return program
  const word = firstWord(args, runner[1])
  return word === undefined ? program : baseName(word.replace(VERSION, ''))
}
