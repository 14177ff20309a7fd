/** The Python programs of docs/from-fastmcp.md: all compile, and those said to lose something do lose it. */
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { PYTHON } from './python.ts'

const PROGRAMS = fileURLToPath(new URL('../../examples/from-fastmcp/', import.meta.url))
const execute = promisify(execFile)

/** A copy, so that what Python or a program writes stays out of the repository. */
const copied = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'logboom-fastmcp-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(PROGRAMS, folder, { recursive: true })
  return folder
}

/** What the program prints on stdout. */
const runPython = async (program: string): Promise<string[]> => {
  const folder = copied()
  const { stdout } = await execute(PYTHON, [join(folder, program)], { cwd: folder, timeout: 60_000 })
  return stdout.trimEnd().split(/\r?\n/)
}

test('every Python program compiles', async () => {
  const folder = copied()
  const programs = readdirSync(folder).filter((name) => name.endsWith('.py'))
  expect(programs.length).toBeGreaterThan(8)
  await execute(PYTHON, ['-m', 'py_compile', ...programs], { cwd: folder })
})

test.each([
  ['server.py: a field that is no JSON fails the call', ['failed']],
  ['handler.py: what is not FastMCP’s shape is lost', ["info counted {'items': 12}"]],
  [
    'levels.py: three of eight levels have no name in Python',
    [
      'DEBUG shop debug',
      'INFO shop info',
      'WARNING shop warning',
      'ERROR shop error',
      'CRITICAL shop critical',
    ],
  ],
  ['servers.py: nothing tells the servers apart', ['None disk nearly full', 'None disk nearly full']],
  ['filter.py: a client cannot ask for less', ['not in this era', 'info row copied', 'error row refused']],
  ['stdio.py: what a server prints reaches no handler', ['heard 0, file: False']],
  ['alert.py: one message for each error', ['30 posts for 1 call']],
  ['ship.py: what was refused once is lost', ['35 of 40 stored in 40 requests']],
])('%s', async (name, lines) => {
  expect(await runPython(name.split(':')[0] ?? '')).toEqual(lines)
})

test('slow.py: what waits for a thread when the client closes is lost', async () => {
  const [, written = ''] = /^(\d+) of 40$/.exec((await runPython('slow.py')).join('\n')) ?? []
  expect(written).not.toBe('')
  expect(Number(written)).toBeLessThan(40)
})

test('sample.py: a call is kept in pieces', async () => {
  const [, pieces = ''] = /^(\d+) calls in pieces$/.exec((await runPython('sample.py')).join('\n')) ?? []
  expect(Number(pieces)).toBeGreaterThan(0)
})
