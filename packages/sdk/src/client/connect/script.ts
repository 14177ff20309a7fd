/** How a server's script is run, from its name and what lies around it. */
import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { LogboomError } from '../../errors/index.ts'

/** What of the running process decides. */
export interface Runtime {
  /** The Node that runs scripts. */
  node: string
  /** Whether that Node strips types by itself; `flags` are what it needs for it. */
  stripsTypes: boolean
  flags: readonly string[]
  platform: string
  /** `PATH`. */
  path: string
}

const TYPE_FLAGS = new Set(['--experimental-strip-types', '--experimental-transform-types'])

export const currentRuntime = (): Runtime => {
  const features = process.features as { typescript?: unknown }
  return {
    node: process.execPath,
    stripsTypes: features.typescript === 'strip' || features.typescript === 'transform',
    flags: process.execArgv.filter((flag) => TYPE_FLAGS.has(flag)),
    platform: process.platform,
    path: process.env.PATH ?? process.env.Path ?? '',
  }
}

const JAVASCRIPT = new Set(['.js', '.mjs', '.cjs'])
const TYPESCRIPT = new Set(['.ts', '.mts', '.cts'])

/** Whether a string names a script by its ending. */
export const isScript = (text: string): boolean => {
  const ending = path.extname(text).toLowerCase()
  return JAVASCRIPT.has(ending) || TYPESCRIPT.has(ending) || ending === '.py'
}

/**
 * The command that runs a script: `.js .mjs .cjs` with the running Node; `.ts .mts .cts` too where it strips types, else
 * with the project's tsx; `.py` with the nearest virtual environment, `uv run` in a uv project, then python3.
 * @throws LogboomError `LB_TARGET_INVALID` where there is no such file, `LB_RUNTIME_MISSING` where nothing can run it
 * @example scriptCommand('servers/analytics.py') // { command: '…/.venv/bin/python', args: ['…/servers/analytics.py'] }
 */
export const scriptCommand = (
  script: string,
  runtime: Runtime = currentRuntime(),
): { command: string; args: string[] } => {
  const file = path.resolve(script)
  if (!existsSync(file))
    throw new LogboomError('LB_TARGET_INVALID', `There is no script ${script}`, {
      hint: `Looked for ${file}; a relative path is read from the working directory.`,
    })
  const ending = path.extname(file).toLowerCase()
  if (ending === '.py') return pythonCommand(file, runtime)
  if (JAVASCRIPT.has(ending)) return { command: runtime.node, args: [file] }
  if (runtime.stripsTypes) return { command: runtime.node, args: [...runtime.flags, file] }
  return { command: runtime.node, args: ['--import', findTsx(file), file] }
}

/** The URL of the loader of the tsx that the script's project, or the working directory's, has installed. */
const findTsx = (file: string): string => {
  for (const from of [file, path.resolve('noname.js')]) {
    try {
      return pathToFileURL(createRequire(from).resolve('tsx')).href
    } catch {
      // Not installed there.
    }
  }
  throw new LogboomError(
    'LB_RUNTIME_MISSING',
    `Nothing can run ${path.basename(file)}: this Node does not strip types`,
    {
      hint: 'npm i -D tsx, or run on Node 22.18 or later.',
    },
  )
}

/** The folder of a file, and every one above it. */
const upwards = (file: string): string[] => {
  const folders: string[] = []
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    folders.push(at)
    if (at === path.dirname(at)) return folders
  }
}

const pythonCommand = (file: string, { platform, path: searched }: Runtime) => {
  const windows = platform === 'win32'
  const inEnvironment = windows ? ['Scripts', 'python.exe'] : ['bin', 'python']
  const folders = upwards(file)
  for (const folder of folders)
    for (const name of ['.venv', 'venv']) {
      const command = path.join(folder, name, ...inEnvironment)
      if (existsSync(command)) return { command, args: [file] }
    }
  const has = (program: string): boolean => onPath(windows ? `${program}.exe` : program, searched)
  if (has('uv')) {
    const project = folders.find((folder) => isUvProject(folder))
    if (project !== undefined) return { command: 'uv', args: ['run', '--project', project, file] }
    if (/^# \/\/\/ script\s*$/m.test(head(file))) return { command: 'uv', args: ['run', file] }
  }
  const command = (windows ? ['python', 'python3'] : ['python3', 'python']).find(has)
  if (command === undefined)
    throw new LogboomError(
      'LB_RUNTIME_MISSING',
      `Nothing can run ${path.basename(file)}: no Python was found`,
      {
        hint: 'Make a virtual environment beside it (python3 -m venv .venv), or put python3 on PATH.',
      },
    )
  return { command, args: [file] }
}

const isUvProject = (folder: string): boolean => {
  if (existsSync(path.join(folder, 'uv.lock'))) return true
  const project = path.join(folder, 'pyproject.toml')
  return existsSync(project) && /^\[tool\.uv[.\]]/m.test(readFileSync(project, 'utf8'))
}

/** The first bytes of a file, where a script's own dependencies are stated. */
const head = (file: string): string => {
  const bytes = Buffer.alloc(2048)
  const descriptor = openSync(file, 'r')
  try {
    return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(descriptor)
  }
}

const onPath = (program: string, searched: string): boolean =>
  searched.split(path.delimiter).some((folder) => {
    try {
      if (folder === '') return false
      accessSync(path.join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
