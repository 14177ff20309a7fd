import { expect, test } from 'vitest'
import { drained } from './drain.ts'

/** Two lanes, and a clock that jumps to whatever is waited for. */
const setUp = () => {
  let time = 0
  const state = {
    stdout: { over: true, waiting: 0, moved: 0 },
    stderr: { over: true, waiting: 0, moved: 0 },
  }
  const script: [number, () => void][] = []
  const lane = (name: 'stdout' | 'stderr') => ({
    over: () => state[name].over,
    waiting: () => state[name].waiting,
    lastMoved: () => state[name].moved,
    dropped: () => 0,
  })
  return {
    state,
    at: (when: number, action: () => void) => script.push([when, action]),
    run: async () => {
      await drained({
        stdout: lane('stdout'),
        stderr: lane('stderr'),
        now: () => time,
        after: (ms, action) => {
          time += ms
          for (const [when, what] of script.splice(0)) {
            if (when <= time) what()
            else script.push([when, what])
          }
          if (time > 60_000) throw new Error('it never ends')
          setImmediate(action)
        },
      })
      return time
    },
  }
}

test('when both streams have ended and nothing waits, it is over at once', async () => {
  expect(await setUp().run()).toBe(0)
})

test('bytes for a slow reader of stdout are waited for, however long', async () => {
  const { state, at, run } = setUp()
  state.stdout.waiting = 1000
  at(20_000, () => {
    state.stdout.waiting = 0
  })
  expect(await run()).toBe(20_000)
})

test('a pipe that somebody else keeps open is left after a quarter of a second without a byte', async () => {
  const { state, at, run } = setUp()
  state.stdout.over = false
  at(200, () => {
    state.stdout.moved = 200
  })
  expect(await run()).toBe(450)
})

test('stderr that nobody reads holds the end for two seconds without progress, not longer', async () => {
  const { state, at, run } = setUp()
  state.stderr.waiting = 1000
  at(1500, () => {
    state.stderr.waiting = 500
  })
  expect(await run()).toBe(3500)
})
