import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type ServerProcess, type Spawn, spawnServer } from './spawn.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'logboom-spawn-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const exitOf = (server: ServerProcess) =>
  new Promise((resolve) => server.onExit((code, signal) => resolve({ code, signal })))

test('the server gets its arguments, the environment, and LOGBOOM_TAPPED=1', async () => {
  const script = 'console.log(process.argv.slice(1).join("|"), process.env.OWN, process.env.LOGBOOM_TAPPED)'
  const server = await spawnServer(process.execPath, ['-e', script, 'a b', '*'], { env: { OWN: 'yes' } })
  const exit = exitOf(server)
  expect(await text(server.stdout)).toBe('a b|* yes 1\n')
  expect(await exit).toEqual({ code: 0, signal: null })
})

test('an exit that was missed is told afterwards', async () => {
  const server = await spawnServer(process.execPath, ['-e', 'process.exit(7)'])
  await exitOf(server)
  expect(await exitOf(server)).toEqual({ code: 7, signal: null })
})

test('a command that is not there is LB_COMMAND_NOT_FOUND', async () => {
  await expect(spawnServer(join(dir, 'nothing'), [])).rejects.toMatchObject({
    code: 'LB_COMMAND_NOT_FOUND',
    exitCode: 127,
    message: expect.stringContaining('nothing'),
    hint: expect.stringContaining('PATH'),
  })
})

test.runIf(process.platform !== 'win32')(
  'a file that may not be executed is LB_COMMAND_NOT_EXECUTABLE',
  async () => {
    const file = join(dir, 'file')
    writeFileSync(file, '#!/bin/sh\n')
    chmodSync(file, 0o600)
    for (const command of [file, dir]) {
      await expect(spawnServer(command, [])).rejects.toMatchObject({
        code: 'LB_COMMAND_NOT_EXECUTABLE',
        exitCode: 126,
        message: expect.stringContaining('permission denied'),
      })
    }
  },
)

test('on Windows cross-spawn starts the server; a failure that it throws is told the same way', async () => {
  const server = await spawnServer(process.execPath, ['-e', ''], { os: 'win32' })
  expect(await exitOf(server)).toEqual({ code: 0, signal: null })
  const failing: Spawn = () => {
    throw Object.assign(new Error('spawn E2BIG'), { code: 'E2BIG' })
  }
  await expect(spawnServer('x', [], { spawn: failing })).rejects.toMatchObject({
    code: 'LB_COMMAND_NOT_EXECUTABLE',
    message: 'cannot execute x: spawn E2BIG',
  })
})
