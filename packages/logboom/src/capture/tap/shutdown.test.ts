import { expect, test } from 'vitest'
import type { ProcessEntry } from '../../platform/index.ts'
import { watchSignals } from './shutdown.ts'

const entry = (pid: number): ProcessEntry => ({ pid, parent: 1, start: `s${pid}` })

const setUp = (left: () => ProcessEntry[] = () => []) => {
  const done: string[] = []
  const listeners = new Map<string, () => void>()
  let time = 0
  const due: { at: number; action: () => void }[] = []
  const shutdown = watchSignals({
    pid: 7,
    send: (signal) => done.push(`send ${signal}`),
    signals: ['SIGTERM', 'SIGINT', 'SIGUSR1'],
    listen: (signal, listener) => listeners.set(signal, listener),
    typed: (signal) => signal === 'SIGINT' && typedNow,
    tree: (pid) => {
      done.push(`look at ${pid}`)
      return [entry(7), entry(8)]
    },
    survivors: left,
    kill: (pid, signal, remembered) =>
      done.push(`kill ${pid} ${signal} ${remembered.map((each) => each.pid)}`),
    now: () => time,
    after: (ms, action) => due.push({ at: time + ms, action }),
  })
  let typedNow = false
  return {
    done,
    shutdown,
    signal: (name: string, typed = false) => {
      typedNow = typed
      listeners.get(name)?.()
    },
    pass: async (ms: number) => {
      const until = time + ms
      for (;;) {
        due.sort((a, b) => a.at - b.at)
        const next = due[0]
        if (next === undefined || next.at > until) break
        due.shift()
        time = next.at
        next.action()
        await new Promise<void>((resolve) => setImmediate(resolve))
      }
      time = until
    },
  }
}

test('signals are passed on, but not one that the terminal has given the server already', () => {
  const { done, signal } = setUp()
  signal('SIGUSR1')
  signal('SIGINT')
  signal('SIGINT', true)
  expect(done).toEqual(['send SIGUSR1', 'send SIGINT'])
})

test('1.5 seconds after the first SIGTERM the tree is killed, as it was before the signal', async () => {
  const { done, signal, pass } = setUp()
  signal('SIGTERM')
  expect(done).toEqual(['look at 7', 'send SIGTERM'])
  await pass(1000)
  signal('SIGTERM')
  await pass(499)
  expect(done).toEqual(['look at 7', 'send SIGTERM', 'send SIGTERM'])
  await pass(1)
  expect(done.at(-1)).toBe('kill 7 SIGKILL 7,8')
  await pass(5000)
  expect(done.filter((each) => each.startsWith('kill'))).toHaveLength(1)
})

test('a server that ended by itself leaves behind what it likes', async () => {
  const { done, shutdown, signal } = setUp(() => [entry(8)])
  signal('SIGINT')
  await shutdown.treeGone()
  expect([shutdown.asked(), done]).toEqual([false, ['send SIGINT']])
})

test('after SIGTERM the tap waits for what its server leaves behind, and kills it when the time has come', async () => {
  const { done, shutdown, signal, pass } = setUp(() => [entry(8)])
  signal('SIGTERM')
  let gone = false
  const waiting = shutdown.treeGone().then(() => {
    gone = true
  })
  await pass(1400)
  expect(gone).toBe(false)
  await pass(200)
  await waiting
  expect(done.at(-1)).toBe('kill 7 SIGKILL 7,8')
})

test('after SIGTERM the tap ends at once when nothing is left', async () => {
  const { shutdown, signal } = setUp(() => [])
  signal('SIGTERM')
  await shutdown.treeGone()
  expect(shutdown.asked()).toBe(true)
})
