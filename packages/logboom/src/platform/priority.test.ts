import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { currentOs } from './os.ts'
import { giveWay } from './priority.ts'

test('only where threads have priorities is one changed', () => {
  const asked: [number, number][] = []
  const set = (pid: number, priority: number): void => void asked.push([pid, priority])
  giveWay('darwin', set)
  giveWay('win32', set)
  expect(asked).toEqual([])
  giveWay('linux', set)
  expect(asked).toEqual([[0, 5]])
})

test('a system that forbids it is no reason to fail', () => {
  giveWay('linux', () => {
    throw new Error('EPERM')
  })
})

test.runIf(currentOs() === 'linux')(
  'the thread that gives way has the lower priority, and no other',
  async () => {
    const code = `
    const { setPriority } = require('node:os')
    const { parentPort } = require('node:worker_threads');
    (${giveWay.toString()})('linux', setPriority)
    parentPort.postMessage(require('node:fs').readFileSync('/proc/thread-self/stat', 'utf8'))`
    const nice = (stat: string): number => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
    const worker = new Worker(`const BEHIND = 5;${code}`, { eval: true })
    const own = await new Promise<string>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    expect(nice(own)).toBe(5)
    expect(nice(readFileSync('/proc/thread-self/stat', 'utf8'))).toBe(0)
  },
)
