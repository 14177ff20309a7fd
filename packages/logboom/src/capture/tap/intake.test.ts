import type { Stream } from '@logboom/sdk/observe'
import { LEVELS } from '@logboom/sdk/record'
import { expect, test } from 'vitest'
import { createIntake, type Watcher } from './intake.ts'

/** Time that only moves when a test says so, or when work is said to take some. */
const fakeTime = () => {
  let time = 1000
  let order = 0
  const due: { at: number; order: number; action: () => void }[] = []
  return {
    now: () => time,
    after: (ms: number, action: () => void) => {
      due.push({ at: time + ms, order: order++, action })
    },
    spend: (ms: number) => {
      time += ms
    },
    /** Runs the next thing that is due; false when nothing is. */
    next: () => {
      due.sort((a, b) => a.at - b.at || a.order - b.order)
      const first = due.shift()
      if (first === undefined) return false
      time = Math.max(time, first.at)
      first.action()
      return true
    },
    armed: () => due.length,
  }
}

const setUp = (
  settings: {
    busy?: () => boolean
    shedBytes?: number
    maxBytes?: number
    cost?: number
    ticks?: (number | undefined)[]
  } = {},
) => {
  const { cost = 0, ticks = [], ...limits } = settings
  const time = fakeTime()
  const events: string[] = []
  const failures: unknown[] = []
  let fails = (_: string) => false
  const watcher: Watcher = {
    feed: (stream, bytes, at) => {
      time.spend(cost)
      const text = Buffer.from(bytes).toString()
      if (fails(text)) throw new Error(`cannot ${text}`)
      events.push(`${stream} ${text.length > 20 ? text.length : text} ${at}`)
    },
    skipped: (stream, bytes, at) => events.push(`${stream} skipped ${bytes} ${at}`),
    closed: (stream, at) => events.push(`${stream} closed ${at}`),
    tick: (at) => {
      events.push(`tick ${at}`)
      return ticks.shift()
    },
    shedBelow: (level) => events.push(`shed ${level}`),
  }
  const intake = createIntake({ ...time, ...limits, onFailure: (error) => failures.push(error) })
  const push = (text: string, stream: Stream = 'stdout') => intake.push(stream, Buffer.from(text))
  return { time, events, failures, watcher, intake, push, failOn: (rule: typeof fails) => (fails = rule) }
}

const fed = (events: string[]) => events.filter((event) => !event.startsWith('tick'))

test('nothing is looked at in the turn it was read, and at the latest 10 ms later', () => {
  const { time, events, watcher, intake, push } = setUp()
  intake.attach(watcher)
  push('a')
  expect(events).toEqual([])
  time.next()
  expect(time.now()).toBeLessThanOrEqual(1010)
  expect(fed(events)).toEqual(['stdout a 1000'])
})

test('chunks that come before the capture side is there wait for it, with their own times and in order', () => {
  const { time, events, watcher, intake, push } = setUp()
  push('a')
  time.spend(30)
  push('b', 'stderr')
  intake.close('stderr')
  expect(time.armed()).toBe(0)
  intake.attach(watcher)
  time.next()
  expect(fed(events)).toEqual(['stdout a 1000', 'stderr b 1030', 'stderr closed 1030'])
})

test('a slice ends after 5 ms, and the rest follows on a later turn', () => {
  const { time, events, watcher, intake, push } = setUp({ cost: 0.9 })
  intake.attach(watcher)
  for (const text of 'abcdefgh') push(text)
  time.next()
  expect(time.now() - 1008).toBeLessThanOrEqual(5)
  expect(fed(events)).toHaveLength(5)
  while (fed(events).length < 8) expect(time.next()).toBe(true)
  expect(fed(events).map((event) => event.split(' ')[1])).toEqual([...'abcdefgh'])
})

test('a large chunk is shown in pieces, so that a slice can end inside it', () => {
  const { time, events, watcher, intake, push } = setUp({ cost: 4.5 })
  intake.attach(watcher)
  push('x'.repeat(50_000))
  time.next()
  expect(fed(events)).toEqual(['stdout 4096 1000'])
  while (intake.waiting() > 0) time.next()
  expect(fed(events).map((event) => Number(event.split(' ')[1]))).toEqual([...Array(12).fill(4096), 848])
})

test('while chunks wait the clock of the observer is that of the last chunk, so that it never goes back', () => {
  const { time, events, watcher, intake, push } = setUp({ cost: 5 })
  intake.attach(watcher)
  push('a')
  push('b')
  time.next()
  expect(events).toEqual(['stdout a 1000', 'tick 1000'])
  time.next()
  expect(events.slice(2)).toEqual(['stdout b 1000', `tick ${time.now()}`])
})

test('the observer is ticked when it asked to be, without a chunk', () => {
  const { time, events, watcher, intake, push } = setUp({ ticks: [1064, 1100, undefined] })
  intake.attach(watcher)
  push('a')
  while (time.next());
  expect(events.filter((event) => event.startsWith('tick'))).toEqual(['tick 1008', 'tick 1064', 'tick 1100'])
})

test('a burst passes first, but not for longer than some milliseconds', () => {
  const { time, events, watcher, intake } = setUp()
  intake.attach(watcher)
  const arrive = () => {
    intake.push('stdout', Buffer.alloc(8 * 1024))
    time.after(0.5, arrive)
  }
  arrive()
  while (time.now() < 1003) time.next()
  intake.push('stdout', Buffer.alloc(64 * 1024))
  while (fed(events).length === 0) time.next()
  expect(time.now()).toBeGreaterThanOrEqual(1024)
  expect(time.now()).toBeLessThanOrEqual(1030)
})

test('a burst passes first for a shorter time when much waits already', () => {
  const { time, events, watcher, intake } = setUp({ busy: () => true, shedBytes: 400 * 1024 })
  intake.attach(watcher)
  intake.push('stdout', Buffer.alloc(300 * 1024))
  while (fed(events).length === 0) time.next()
  expect(time.now()).toBe(1008)
})

test('bytes that wait for the host count as a burst under way', () => {
  const { time, events, watcher, intake } = setUp({ busy: () => true })
  intake.attach(watcher)
  intake.push('stdout', Buffer.alloc(200 * 1024))
  while (fed(events).length === 0) time.next()
  expect(time.now()).toBeGreaterThanOrEqual(1024)
})

test('a burst that is over is looked at at once', () => {
  const { time, events, watcher, intake } = setUp()
  intake.attach(watcher)
  intake.push('stdout', Buffer.alloc(200 * 1024))
  time.next()
  expect(fed(events).length).toBeGreaterThan(0)
  expect(time.now()).toBe(1008)
})

test('past the first bound more and more levels are shed, and none once the queue is empty', () => {
  const KIB = 1024
  const { time, events, watcher, intake } = setUp({ shedBytes: 80 * KIB, maxBytes: 160 * KIB, cost: 2 })
  for (let i = 0; i < 10; i++) intake.push('stdout', Buffer.alloc(15 * KIB))
  intake.attach(watcher)
  while (intake.waiting() > 0) time.next()
  const levels = events.filter((event) => event.startsWith('shed')).map((event) => event.slice(5))
  expect(levels[0]).toBe('emergency')
  expect(levels.length).toBeGreaterThan(2)
  expect(levels.at(-1)).toBe('undefined')
  const steps = levels.slice(0, -1).map((level) => (LEVELS as readonly string[]).indexOf(level))
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => b - a))
})

test('past the second bound chunks are passed over, and told in their place', () => {
  const { time, events, watcher, intake, push } = setUp({ shedBytes: 600, maxBytes: 1000 })
  push('a'.repeat(19))
  push('b'.repeat(400))
  push('c'.repeat(800))
  push('d'.repeat(200))
  push('e'.repeat(300), 'stderr')
  intake.attach(watcher)
  while (intake.waiting() > 0) time.next()
  push('f')
  while (time.next());
  expect(fed(events).filter((event) => !event.startsWith('shed'))).toEqual([
    `stdout ${'a'.repeat(19)} 1000`,
    'stdout 400 1000',
    'stdout skipped 1000 1000',
    'stderr skipped 300 1000',
    expect.stringMatching(/^stdout f /),
  ])
})

test('what the observer fails on is told as skipped; it is told once, and later chunks are looked at', () => {
  const { time, events, failures, watcher, intake, push, failOn } = setUp()
  failOn((text) => text.startsWith('bad'))
  intake.attach(watcher)
  for (const text of ['a', 'bad1', 'b', 'bad2']) push(text)
  while (time.next());
  expect(fed(events)).toEqual([
    'stdout a 1000',
    'stdout skipped 4 1000',
    'stdout b 1000',
    'stdout skipped 4 1000',
  ])
  expect(failures).toHaveLength(1)
})

test('a gap that was told starts anew when more is passed over', () => {
  const { time, events, watcher, intake, push } = setUp({ maxBytes: 1000, shedBytes: 900, cost: 5 })
  push('a'.repeat(300))
  push('b'.repeat(300))
  push('c'.repeat(300), 'stderr')
  push('d'.repeat(5))
  intake.attach(watcher)
  while (intake.waiting() > 0) time.next()
  push('e')
  while (time.next());
  const skipped = fed(events).flatMap((event) => /^(\w+) skipped (\d+)/.exec(event)?.slice(1).join(' ') ?? [])
  expect(skipped).toEqual(['stdout 305', 'stderr 300'])
  expect(fed(events).at(-1)).toMatch(/^stdout e/)
})

test('when nobody will ever look, nothing is kept', () => {
  const { time, events, intake, push } = setUp()
  push('a')
  intake.discard()
  push('b')
  expect([intake.waiting(), time.next(), events]).toEqual([0, false, []])
})

test('a drain shows what waits until its deadline, and tells the rest as skipped', async () => {
  const { time, events, watcher, intake, push } = setUp({ cost: 3 })
  for (const text of 'abcdefgh') push(text)
  intake.close('stdout')
  intake.attach(watcher)
  const drained = intake.drain(6)
  for (let i = 0; i < 20; i++) {
    time.next()
    await Promise.resolve()
  }
  await drained
  const shown = fed(events)
  const [looked, skipped] = [/stdout [a-h] /, /stdout skipped 1 /].map(
    (kind) => shown.filter((event) => kind.test(event)).length,
  )
  expect(looked).toBeGreaterThan(0)
  expect(skipped).toBeGreaterThan(0)
  expect((looked ?? 0) + (skipped ?? 0)).toBe(8)
  expect(shown.at(-1)).toMatch(/^stdout closed/)
  expect(intake.waiting()).toBe(0)
})
