import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeIngestLock } from './lock.ts'

let home: string
let dir: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'logboom-lock-'))
  dir = join(home, 'store')
})
afterEach(() => rm(home, { recursive: true, force: true }))

/** A process that takes the lock of its own accord, with no code of ours, and says whether it has it. */
const HOLDER = `
  let driver
  try { driver = require('node:sqlite') } catch { driver = require('@photostructure/sqlite') }
  const db = new driver.DatabaseSync(process.argv[1], { timeout: 0 })
  try { db.exec('BEGIN EXCLUSIVE'); console.log('has') } catch { console.log('has not') }
  setInterval(() => db, 1000)
`

const startHolder = async (): Promise<{ child: ChildProcess; says: string; ended: Promise<void> }> => {
  const child = spawn(process.execPath, ['-e', HOLDER, join(dir, 'ingest.lock')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const says = await new Promise<string>((resolve) =>
    child.stdout?.once('data', (text) => resolve(String(text).trim())),
  )
  return { child, says, ended }
}

test('one has the lock; the next one gets it when it is released', () => {
  const first = takeIngestLock(dir)
  expect(first).toBeDefined()
  expect(takeIngestLock(dir)).toBeUndefined()
  first?.release()
  const second = takeIngestLock(dir)
  expect(second).toBeDefined()
  second?.release()
})

test('of processes that race one has it, and a kill frees it', async () => {
  takeIngestLock(dir)?.release()
  const racers = await Promise.all([startHolder(), startHolder(), startHolder()])
  const [holder, ...others] = racers.filter(({ says }) => says === 'has')
  try {
    expect(others).toEqual([])
    expect(holder).toBeDefined()
    expect(takeIngestLock(dir)).toBeUndefined()
    holder?.child.kill('SIGKILL')
    await holder?.ended
    const lock = takeIngestLock(dir)
    expect(lock).toBeDefined()
    lock?.release()
  } finally {
    for (const { child } of racers) child.kill('SIGKILL')
    await Promise.all(racers.map(({ ended }) => ended))
  }
}, 30_000)
