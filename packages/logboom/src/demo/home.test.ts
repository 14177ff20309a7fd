import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { LogboomError } from '@logboom/sdk/errors'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Maker, prepareHome } from './home.ts'

const emptyDirectory = (): string => {
  const directory = mkdtempSync(path.join(tmpdir(), 'logboom-demo-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

const maker: Maker = { pid: 4711, pidStart: 'then' }
const dead = (): boolean => false

const refusal = (run: () => void): LogboomError => {
  try {
    run()
  } catch (error) {
    if (error instanceof LogboomError) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('the home of the demo', () => {
  test('is made for its owner only, with a marker', () => {
    const home = path.join(emptyDirectory(), 'deep', '.demo')
    prepareHome({ home, maker, isAlive: dead })
    expect(readdirSync(home)).toEqual(['logboom-demo.json'])
    if (process.platform !== 'win32') expect(statSync(home).mode & 0o777).toBe(0o700)
  })

  test('begins empty: what an earlier demo left is gone', () => {
    const home = path.join(emptyDirectory(), '.demo')
    prepareHome({ home, maker, isAlive: dead })
    mkdirSync(path.join(home, 'journal'))
    writeFileSync(path.join(home, 'journal', 'old'), 'old')
    prepareHome({ home, maker, isAlive: dead })
    expect(readdirSync(home)).toEqual(['logboom-demo.json'])
  })

  test('leaves a directory alone that no demo made', () => {
    const home = path.join(emptyDirectory(), '.demo')
    mkdirSync(home)
    writeFileSync(path.join(home, 'thesis.md'), 'dear')
    const error = refusal(() => prepareHome({ home, maker, isAlive: dead }))
    expect(error.code).toBe('LB_HOME_UNUSABLE')
    expect(existsSync(path.join(home, 'thesis.md'))).toBe(true)
  })

  test('is not taken from a demo that still runs', () => {
    const home = path.join(emptyDirectory(), '.demo')
    prepareHome({ home, maker, isAlive: dead })
    const asked: Maker[] = []
    const isAlive = (other: Maker): boolean => asked.push(other) > 0
    const error = refusal(() => prepareHome({ home, maker: { pid: 1, pidStart: 'now' }, isAlive }))
    expect(error.message).toContain('pid 4711')
    expect(asked).toEqual([maker])
  })

  test('that cannot be made is one clear error', () => {
    const file = path.join(emptyDirectory(), 'file')
    writeFileSync(file, '')
    const error = refusal(() => prepareHome({ home: path.join(file, '.demo'), maker, isAlive: dead }))
    expect(error.code).toBe('LB_HOME_UNUSABLE')
    expect(error.hint).toBeDefined()
  })
})
