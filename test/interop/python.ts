/** Makes the virtual environment with Python FastMCP, once: `.venv` beside this file. */
import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const REQUIREMENT = 'fastmcp==4.0.10'
const venv = fileURLToPath(new URL('./.venv', import.meta.url))
const stamp = join(venv, `${REQUIREMENT}.installed`)
const bin = process.platform === 'win32' ? 'Scripts' : 'bin'

export const PYTHON = join(venv, bin, 'python')

const run = (command: string, args: string[]): void => {
  try {
    execFileSync(command, args, { stdio: 'pipe', timeout: 300_000 })
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    throw new Error(`${command} ${args.join(' ')} failed; Python 3.10 or newer is needed.\n${output}`)
  }
}

/** Vitest's global setup. */
export const setup = (): void => {
  if (existsSync(stamp)) return
  rmSync(venv, { recursive: true, force: true })
  run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', venv])
  run(PYTHON, [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--retries',
    '0',
    '--disable-pip-version-check',
    REQUIREMENT,
  ])
  writeFileSync(stamp, '')
}
