// A script of this folder as a child with its own process, so that nobody's garbage is another's; its last line is JSON.
import { execFile, spawn } from 'node:child_process'
import { closeSync, fstatSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const script = (name) => fileURLToPath(new URL(`./${name}`, import.meta.url))

/** What the script prints on stdout. */
export const run = async (name, args = [], flags = []) => {
  const { stdout } = await execute(process.execPath, [...flags, script(name), ...args.map(String)], {
    maxBuffer: 64 * 1024 * 1024,
  })
  return JSON.parse(stdout)
}

/** The same of a Python script. */
export const runPython = async (python, name, args = []) => {
  const { stdout } = await execute(python, [script(name), ...args.map(String)])
  return JSON.parse(stdout)
}

/** A Python in which FastMCP can be imported: that of LOGBOOM_BENCH_PYTHON, or `python3`; undefined when it cannot. */
export const fastMcpPython = async () => {
  const python = process.env.LOGBOOM_BENCH_PYTHON ?? 'python3'
  try {
    await execute(python, ['-c', 'import fastmcp'])
    return python
  } catch {
    return undefined
  }
}

/** What the script of this folder prints, with its stderr going to a file; also tells how many bytes arrived there. */
export const runIntoFile = async (name, args = []) => {
  const dir = mkdtempSync(join(tmpdir(), 'logboom-bench-'))
  const file = openSync(join(dir, 'stderr'), 'a')
  try {
    const child = spawn(process.execPath, [script(name), ...args.map(String)], {
      stdio: ['ignore', 'pipe', file],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk))
    const code = await new Promise((resolve) => child.once('close', resolve))
    if (code !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${code}`)
    return { ...JSON.parse(text), bytes: fstatSync(file).size }
  } finally {
    closeSync(file)
    rmSync(dir, { recursive: true, force: true })
  }
}
