import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { globFiles } from './glob.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'logboom-glob-'))
  const files = [
    'logs/a.log',
    'logs/a~1.log.gz',
    'logs/b.log',
    'logs/.hidden.log',
    'logs/old/a.log',
    'logs/old/deep/c.log.gz',
    'logs/.git/x.log',
    'logs/odd[1].log',
    'logs/a+b(c).log',
    'logs/第一.log',
  ]
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
  symlinkSync('..', join(root, 'logs/old/circle'))
})
afterAll(() => rmSync(root, { recursive: true }))

const found = async (pattern: string): Promise<string[] | undefined> =>
  (await globFiles(join(root, pattern)))?.map((path) => relative(root, path).replaceAll('\\', '/'))

describe('a pattern', () => {
  test.each([
    ['logs/*.gz', ['logs/a~1.log.gz']],
    ['logs/?.log', ['logs/a.log', 'logs/b.log']],
    ['logs/[bc].log', ['logs/b.log']],
    ['logs/[!b].log', ['logs/a.log']],
    ['logs/[a-b].log', ['logs/a.log', 'logs/b.log']],
    ['logs/[b-a].log', []],
    ['logs/*.log', ['logs/a+b(c).log', 'logs/a.log', 'logs/b.log', 'logs/odd[1].log', 'logs/第一.log']],
    ['logs/.*', ['logs/.hidden.log']],
    ['*/a.log', ['logs/a.log']],
    ['logs/**/*.gz', ['logs/a~1.log.gz', 'logs/old/deep/c.log.gz']],
    ['**/c.log.gz', ['logs/old/deep/c.log.gz']],
    ['logs/old/**', ['logs/old/a.log', 'logs/old/deep/c.log.gz']],
    ['logs/{a,old/a}.log', ['logs/a.log', 'logs/old/a.log']],
    ['logs/{a,{b,x}}.log', ['logs/a.log', 'logs/b.log']],
    ['logs/?+b(c).*', ['logs/a+b(c).log']],
    ['logs/第?.log', ['logs/第一.log']],
    ['nowhere/*', []],
    ['logs/*.xml', []],
    ['logs/ol?', []],
  ])('%s', async (pattern, expected) => {
    expect(await found(pattern)).toEqual(expected)
  })

  test('that is a name means that name', async () => {
    expect(await found('logs/odd[1].log')).toEqual(['logs/odd[1].log'])
    expect(await found('logs')).toEqual(['logs'])
    expect(await found('logs/none.log')).toBeUndefined()
  })

  test('is of the working directory, unless it begins at the root', async () => {
    expect(await globFiles('packages/logboom/src/platform/glob.t*')).toEqual([
      'packages/logboom/src/platform/glob.test.ts',
      'packages/logboom/src/platform/glob.ts',
    ])
  })
})
