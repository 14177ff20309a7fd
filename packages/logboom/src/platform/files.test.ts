import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makePrivateDirectory } from './files.ts'
import { currentOs } from './os.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'logboom-files-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777

test('a new directory, with its parents, is for its owner only', () => {
  makePrivateDirectory(join(dir, 'a', 'b'))
  expect(modeOf(join(dir, 'a'))).toBe(0o700)
  expect(modeOf(join(dir, 'a', 'b'))).toBe(0o700)
})

test("a directory that is there already stays as it is: it may be anybody's", () => {
  chmodSync(dir, 0o755)
  makePrivateDirectory(dir)
  expect(modeOf(dir)).toBe(0o755)
})

test('a path that cannot be a directory is an error that says what to do', () => {
  writeFileSync(join(dir, 'file'), '')
  try {
    makePrivateDirectory(join(dir, 'file', 'home'))
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(LogboomError)
    expect(error).toMatchObject({ code: 'LB_HOME_UNUSABLE', hint: expect.stringContaining('--home') })
  }
})

test.runIf(currentOs() === 'linux')(
  'where nothing can ever be made it fails instead of trying for ever',
  () => {
    expect(() => makePrivateDirectory('/proc/logboom/home')).toThrow(LogboomError)
  },
)
