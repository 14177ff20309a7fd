/** Which thread does what, and what happens when one dies. */
import { expect, it, onTestFinished, describe as suite, vi } from 'vitest'
import type { LogRecord } from '../../record/index.ts'
import { makeRecord } from '../../testing/index.ts'
import { createDelivery } from '../delivery.ts'
import { BOUND_MS, over, shared } from './testing.ts'

/** Records of these servers in turns, `each` of every one. */
const batchOf = (servers: readonly string[], each: number): LogRecord[] =>
  Array.from({ length: servers.length * each }, (_, seq) =>
    makeRecord(seq, { server: servers[seq % servers.length] ?? '' }),
  )

/** Counts the turns of this process's event loop in `counter`, for the time of a test. */
const countTurns = (counter: Int32Array): void => {
  let over = false
  const turn = (): void => {
    if (over) return
    Atomics.add(counter, 0, 1)
    setImmediate(turn)
  }
  turn()
  onTestFinished(() => {
    over = true
  })
}

suite('order and threads', () => {
  it('takes 40 of 40 records, in order per server, while the event loop goes on', async () => {
    const counter = shared()
    countTurns(counter)
    // Each record keeps its thread's processor until this process's loop has turned twenty times.
    const { sink, notes } = over(
      `export const createSink = (counter) => (batch) => {
        for (const { server, seq } of batch) {
          const end = Date.now() + 10_000
          const until = Atomics.load(counter, 0) + 20
          while (Atomics.load(counter, 0) < until) if (Date.now() > end) throw new Error('the loop stands still')
          note(server + ' ' + seq)
        }
      }`,
      { data: counter },
    )
    const delivery = createDelivery(sink, { batch: 7 })
    const records = batchOf(['a', 'b', 'c'], 40)
    for (const record of records) delivery.push(record)
    expect(await delivery.flush(BOUND_MS)).toEqual({ left: 0 })
    expect(delivery.stats()).toMatchObject({ received: 120, delivered: 120 })
    for (const server of ['a', 'b', 'c']) {
      const expected = records.filter((one) => one.server === server).map(({ seq }) => `${server} ${seq}`)
      expect(expected).toHaveLength(40)
      expect(notes().filter((line) => line.startsWith(server))).toEqual(expected)
    }
  })

  it('serves as many servers at a time as it has threads, and each by one thread', async () => {
    const counter = shared()
    // Nobody gets out before four are in.
    const { sink, notes } = over(
      `export const createSink = (counter) => async (batch) => {
        const at = 2 + Number(batch[0].server)
        note('inside ' + Atomics.add(counter, at, 1))
        Atomics.add(counter, 1, 1)
        Atomics.notify(counter, 1)
        for (let seen = Atomics.load(counter, 1); seen < 4; seen = Atomics.load(counter, 1))
          if (Atomics.wait(counter, 1, seen, 10_000) === 'timed-out') throw new Error('alone')
        Atomics.sub(counter, at, 1)
      }`,
      { data: counter, threads: 4 },
    )
    const four = batchOf(['0', '1', '2', '3'], 2)
    await Promise.all([sink(four), sink(four), sink(four)])
    expect(notes()).toEqual(Array(12).fill('inside 0'))
  })

  it('starts no more threads than it may, and none before there is work', async () => {
    const { sink, notes } = over(`note('started'); export default () => undefined`, { threads: 2 })
    await sink.flush?.(BOUND_MS)
    expect(notes()).toEqual([])
    await Promise.all([1, 2, 3].map(() => sink(batchOf(['a', 'b', 'c', 'd', 'e'], 1))))
    expect(notes()).toEqual(['started', 'started'])
  })

  it('holds no more than a queue in front lets in, and answers only for what was handled', async () => {
    const counter = shared()
    const { sink, notes } = over(
      `export const createSink = (gate) => (batch) => {
        note('got ' + batch.length)
        Atomics.add(gate, 1, 1)
        Atomics.notify(gate, 1)
        if (Atomics.wait(gate, 0, 0, 10_000) === 'timed-out') throw new Error('never let in')
      }`,
      { data: counter },
    )
    const delivery = createDelivery(sink, { maxRecords: 30, batch: 10, whenFull: 'drop_newest' })
    for (const record of batchOf(['a'], 10)) delivery.push(record)
    await vi.waitFor(() => expect(Atomics.load(counter, 1)).toBe(1), BOUND_MS)
    for (const record of batchOf(['a'], 90)) delivery.push(record)
    expect(delivery.stats()).toMatchObject({ delivered: 0, queued: 30, dropped: { overflow: 70 } })
    expect(notes()).toEqual(['got 10'])
    Atomics.store(counter, 0, 1)
    Atomics.notify(counter, 0)
    expect(await delivery.close(BOUND_MS)).toEqual({ left: 0 })
    expect(delivery.stats()).toMatchObject({ received: 100, delivered: 30, dropped: { overflow: 70 } })
    expect(notes()).toEqual(['got 10', 'got 10', 'got 10'])
  })
})

suite('a thread that dies', () => {
  const OOM = `const held = []; for (;;) held.push(new Array(100_000).fill({}).map(() => ({})))`
  it.each([
    ['ends', 'process.exit(3)', {}, /exit code 3/],
    [
      'throws where nobody catches',
      `setTimeout(() => { throw new Error('of its own') }); await new Promise(() => setInterval(() => 0, 1000))`,
      {},
      /of its own/,
    ],
    [
      'runs out of memory',
      OOM,
      { resourceLimits: { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 } },
      /memory/,
    ],
    ['hangs in a loop', 'for (;;);', { attemptMs: 2500 }, /did not answer in 2500 ms/],
    [
      'waits for what never comes',
      'await new Promise(() => undefined)',
      { attemptMs: 2500 },
      /did not answer in 2500 ms/,
    ],
  ])('and %s: its batch is handled again, in order, and no other twice', async (_, death, options, why) => {
    const errors: Error[] = []
    const { sink, notes } = over(
      `export default async (batch) => {
        for (const { server, seq } of batch) {
          if (server === 'b' && seq >= 9 && first('died')) { ${death} }
          note(server + ' ' + seq)
        }
      }`,
      { ...options, onError: (error) => errors.push(error) },
    )
    const records = batchOf(['a', 'b', 'c'], 6)
    const delivery = createDelivery(sink, { batch: 12 })
    for (const record of records) delivery.push(record)
    expect(await delivery.flush(BOUND_MS)).toEqual({ left: 0 })
    expect(delivery.stats()).toMatchObject({ received: 18, delivered: 18 })
    const of = (server: string) => notes().filter((line) => line.startsWith(server))
    expect(of('b')).toEqual([1, 4, 7, 1, 4, 7, 10, 13, 16].map((seq) => `b ${seq}`))
    expect(of('a')).toEqual([0, 3, 6, 9, 12, 15].map((seq) => `a ${seq}`))
    expect(of('c')).toEqual([2, 5, 8, 11, 14, 17].map((seq) => `c ${seq}`))
    expect(errors.map(({ message }) => message)).toEqual([expect.stringMatching(why)])
  })

  it('at every attempt is given up with its batch, by server, and the next is handled', async () => {
    const errors: Error[] = []
    const { sink, notes } = over(
      `export default (batch) => {
        for (const { message, seq } of batch) {
          note(seq)
          if (message === 'poison') process.exit(1)
        }
      }`,
      { attempts: 2, onError: (error) => errors.push(error) },
    )
    const delivery = createDelivery(sink, { batch: 4 })
    const push = (seq: number, server: string, message = 'fine') =>
      delivery.push(makeRecord(seq, { server, message }))
    push(0, 'a')
    push(1, 'b', 'poison')
    push(2, 'a')
    push(3, 'b')
    push(4, 'b')
    push(5, 'a')
    expect(await delivery.flush(BOUND_MS)).toEqual({ left: 0 })
    expect(delivery.stats()).toMatchObject({ delivered: 4, dropped: { failed: 2 } })
    expect(errors).toHaveLength(2)
    const lines = notes().map(Number).sort()
    expect(lines).toEqual([0, 1, 1, 2, 4, 5])
  })

  it('while it is idle is replaced when there is work', async () => {
    const errors: Error[] = []
    const { sink, notes } = over(
      `export default (batch) => {
        note(batch[0].seq)
        if (first('died')) setTimeout(() => process.exit(1), 1)
      }`,
      { onError: (error) => errors.push(error) },
    )
    await sink([makeRecord(0)])
    await vi.waitFor(() => expect(errors).toHaveLength(1), BOUND_MS)
    await sink([makeRecord(1)])
    expect(notes()).toEqual(['0', '1'])
  })

  it('has not, when this process was too busy to hear it', async () => {
    const counter = shared()
    const errors: Error[] = []
    const { sink, notes } = over(
      `export const createSink = (counter) => (batch) => {
        note(batch[0].seq)
        Atomics.add(counter, 0, 1)
      }`,
      { data: counter, attemptMs: 1000, onError: (error) => errors.push(error) },
    )
    await sink([makeRecord(0)])
    // From here, timers come before what threads have sent.
    await new Promise((resolve) => setImmediate(resolve))
    const attempt = sink([makeRecord(1)])
    const start = performance.now()
    while (performance.now() < start + 1200 || Atomics.load(counter, 0) < 2)
      if (performance.now() > start + BOUND_MS) throw new Error('never handled')
    expect(Atomics.load(counter, 0)).toBe(2)
    await attempt
    await sink([makeRecord(2)])
    expect(notes()).toEqual(['0', '1', '2'])
    expect(errors).toEqual([])
  })
})
