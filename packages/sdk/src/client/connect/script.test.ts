import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { currentRuntime, type Runtime, scriptCommand } from './script.ts'

const nodeModules = fileURLToPath(new URL('../../../../../node_modules', import.meta.url))

let folder: string
let runtime: Runtime

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'logboom-script-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  runtime = {
    node: '/opt/node',
    stripsTypes: false,
    flags: [],
    platform: 'linux',
    path: path.join(folder, 'bin'),
  }
  mkdirSync(path.join(folder, 'bin'))
  mkdirSync(path.join(folder, 'app', 'servers'), { recursive: true })
})

const put = (name: string, text = '', mode = 0o755): string => {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text, { mode })
  return file
}

it.each(['s.js', 's.mjs', 's.cjs'])('%s runs with the running Node', (name) => {
  const script = put(name)
  expect(scriptCommand(script, runtime)).toEqual({ command: '/opt/node', args: [script] })
})

it('runs TypeScript with a Node that strips types, with the flags that made it', () => {
  const script = put('s.ts')
  const strips = { ...runtime, stripsTypes: true, flags: ['--experimental-strip-types'] }
  expect(scriptCommand(script, strips)).toEqual({
    command: '/opt/node',
    args: ['--experimental-strip-types', script],
  })
})

it("runs TypeScript with the project's tsx otherwise", () => {
  const script = put('app/servers/s.ts')
  symlinkSync(nodeModules, path.join(folder, 'app', 'node_modules'))
  const { command, args } = scriptCommand(script, runtime)
  expect(command).toBe('/opt/node')
  expect(args).toEqual(['--import', expect.stringMatching(/^file:.*\/tsx\/.*\.mjs$/), script])
})

it('says what to install when nothing runs TypeScript', () => {
  const script = put('app/servers/s.mts')
  const before = process.cwd()
  onTestFinished(() => process.chdir(before))
  process.chdir(folder)
  expect(() => scriptCommand(script, runtime)).toThrow(
    expect.objectContaining({ code: 'LB_RUNTIME_MISSING', hint: expect.stringContaining('npm i -D tsx') }),
  )
})

it('runs Python with the nearest virtual environment, then uv in its project, then python3', () => {
  const script = put('app/servers/s.py')
  const run = () => scriptCommand(script, runtime)
  expect(run).toThrow(expect.objectContaining({ code: 'LB_RUNTIME_MISSING' }))
  put('bin/python3')
  expect(run()).toEqual({ command: 'python3', args: [script] })
  put('app/pyproject.toml', '[project]\nname = "app"\n')
  put('bin/uv')
  expect(run().command).toBe('python3')
  put('app/uv.lock')
  expect(run()).toEqual({ command: 'uv', args: ['run', '--project', path.join(folder, 'app'), script] })
  const far = put('venv/bin/python')
  expect(run()).toEqual({ command: far, args: [script] })
  const near = put('app/.venv/bin/python')
  expect(run()).toEqual({ command: near, args: [script] })
})

it('runs a Python script that states its own dependencies with uv', () => {
  put('bin/uv')
  put('bin/python3')
  const script = put('s.py', '#!/usr/bin/env python\n# /// script\n# dependencies = ["fastmcp"]\n# ///\n')
  expect(scriptCommand(script, runtime)).toEqual({ command: 'uv', args: ['run', script] })
})

it('finds Python where Windows keeps it', () => {
  const script = put('s.py')
  const python = put('.venv/Scripts/python.exe')
  expect(scriptCommand(script, { ...runtime, platform: 'win32' }).command).toBe(python)
})

it('tells a missing script with the path it looked for', () => {
  expect(() => scriptCommand('nowhere/s.js', runtime)).toThrow(
    expect.objectContaining({
      code: 'LB_TARGET_INVALID',
      hint: expect.stringContaining(path.resolve('nowhere/s.js')),
    }),
  )
})

it('knows the running Node', () => {
  expect(currentRuntime()).toMatchObject({ node: process.execPath, platform: process.platform })
})
