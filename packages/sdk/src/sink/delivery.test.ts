import fc from 'fast-check'
import { expect, it, describe as suite, vi } from 'vitest'
import { LEVELS, type LogRecord, severity } from '../record/index.ts'
import { createDelivery } from './delivery.ts'
import { SinkError } from './errors.ts'
import type { Delivery, DeliverySettings, DeliveryStats, FullPolicy, Sink } from './types.ts'

const record = (seq: number, fields: Partial<LogRecord> = {}): LogRecord => ({
  id: `id-${seq}`,
  time: seq,
  observed: seq,
  seq,
  level: 'info',
  server: 's',
  run: 'r',
  source: 'app',
  message: `m${seq}`,
  attributes: {},
  ...fields,
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await turn()
}

const dropped = (stats: DeliveryStats): number =>
  Object.values(stats.dropped).reduce((sum, count) => sum + count, 0)

const balance = ({ received, delivered, queued, ...rest }: DeliveryStats): number =>
  received - delivered - queued - dropped({ received, delivered, queued, ...rest })

const seqs = (records: readonly LogRecord[]): number[] => records.map(({ seq }) => seq)

/** A sink that holds every batch until told. */
const gatedSink = () => {
  const taken: number[] = []
  const gates: (() => void)[] = []
  const sink: Sink = (batch) =>
    new Promise((resolve) => {
      gates.push(() => {
        taken.push(...seqs(batch))
        resolve()
      })
    })
  return { sink, taken, open: () => gates.shift()?.(), waiting: () => gates.length }
}

const hanging: Sink = () => new Promise(() => undefined)

suite('a delivery', () => {
  it('hands over in batches, in order, one at a time', async () => {
    const batches: number[][] = []
    let inside = 0
    let most = 0
    const delivery = createDelivery(
      async (batch) => {
        inside += 1
        most = Math.max(most, inside)
        batches.push(seqs(batch))
        await turns(batch.length % 3)
        inside -= 1
      },
      { batch: 4 },
    )
    for (let i = 0; i < 50; i++) delivery.push(record(i, { level: LEVELS[i % 8] ?? 'info' }))
    expect(await delivery.flush(5000)).toEqual({ left: 0 })
    expect(batches.flat()).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(Math.max(...batches.map((batch) => batch.length))).toBe(4)
    expect(most).toBe(1)
    expect(delivery.stats()).toEqual({
      made: 0,
      reduced: {},
      received: 50,
      delivered: 50,
      queued: 0,
      dropped: {},
      droppedLevels: {},
    })
  })

  it('never calls the sink in the turn that pushes', async () => {
    for (const eager of [false, true]) {
      let calls = 0
      const delivery = createDelivery(
        () => {
          calls += 1
        },
        { eager },
      )
      delivery.push(record(0))
      expect(calls).toBe(0)
      await Promise.resolve()
      await Promise.resolve()
      expect(calls).toBe(eager ? 1 : 0)
      await delivery.close(1000)
      expect(calls).toBe(1)
    }
  })

  it('gives the event loop its turn although an eager sink logs into itself', async () => {
    let calls = 0
    const delivery: Delivery = createDelivery(
      () => {
        calls += 1
        delivery.push(record(calls))
      },
      { eager: true },
    )
    delivery.push(record(0))
    await turn()
    expect(calls).toBeGreaterThan(0)
    await delivery.close(20)
    const after = calls
    await turns(3)
    expect(calls).toBe(after)
    expect(balance(delivery.stats())).toBe(0)
  })

  it.each<[FullPolicy, number[]]>([
    ['drop_oldest', [0, 3, 4, 5]],
    ['drop_newest', [0, 1, 2, 3]],
    ['block', [0, 1, 2, 3]],
  ])('%s says which records go', async (whenFull, kept) => {
    const { sink, taken, open, waiting } = gatedSink()
    const delivery = createDelivery(sink, { whenFull, maxRecords: 4, batch: 1 })
    delivery.push(record(0))
    await vi.waitUntil(() => waiting() === 1)
    const answers = [1, 2, 3, 4, 5].map((seq) => delivery.push(record(seq)))
    expect(answers.filter((taken) => !taken)).toHaveLength(whenFull === 'drop_oldest' ? 0 : 2)
    expect(delivery.stats()).toMatchObject({
      queued: 4,
      dropped: { overflow: 2 },
      droppedLevels: { info: 2 },
    })
    for (let i = 0; i < 4; i++) {
      await vi.waitUntil(() => waiting() === 1)
      open()
    }
    await delivery.flush(1000)
    expect(taken).toEqual(kept)
  })

  it('drop_low_severity lets the oldest of the lowest level go, which may be the new one', async () => {
    const { sink, taken, open, waiting } = gatedSink()
    const delivery = createDelivery(sink, { maxRecords: 4, batch: 1 })
    delivery.push(record(0))
    await vi.waitUntil(() => waiting() === 1)
    delivery.push(record(1, { level: 'error' }))
    delivery.push(record(2, { level: 'debug' }))
    delivery.push(record(3, { level: 'warning' }))
    expect(delivery.push(record(4, { level: 'critical' }))).toBe(true)
    expect(delivery.push(record(5, { level: 'notice' }))).toBe(false)
    expect(delivery.push(record(6, { level: 'error' }))).toBe(true)
    for (let i = 0; i < 4; i++) {
      await vi.waitUntil(() => waiting() === 1)
      open()
    }
    await delivery.flush(1000)
    expect(taken).toEqual([0, 1, 4, 6])
    expect(delivery.stats().droppedLevels).toEqual({ debug: 1, notice: 1, warning: 1 })
  })

  it('bounds its bytes, and gives up nothing for a record that cannot fit', async () => {
    const delivery = createDelivery(hanging, { maxBytes: 10_000, whenFull: 'drop_oldest' })
    for (let i = 0; i < 100; i++) delivery.push(record(i, { attributes: { text: 'x'.repeat(1000) } }))
    const { queued } = delivery.stats()
    expect(queued).toBeGreaterThan(3)
    expect(queued).toBeLessThan(10)
    expect(delivery.push(record(100, { message: 'x'.repeat(20_000) }))).toBe(false)
    expect(delivery.stats().queued).toBe(queued)
    await delivery.close(0)
  })

  it('block: many that wait for room lose nothing', async () => {
    const taken: number[] = []
    const delivery = createDelivery(
      async (batch) => {
        await turn()
        taken.push(...seqs(batch))
      },
      { whenFull: 'block', maxRecords: 5, batch: 3 },
    )
    const produce = async (from: number): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        await delivery.ready()
        delivery.push(record(from + i))
      }
    }
    await Promise.all([0, 100, 200, 300].map(produce))
    await delivery.flush(5000)
    expect(taken).toHaveLength(80)
    for (const from of [0, 100, 200, 300])
      expect(taken.filter((seq) => seq >= from && seq < from + 100)).toEqual(
        Array.from({ length: 20 }, (_, i) => from + i),
      )
    expect(delivery.stats().dropped).toEqual({})
  })

  it('lets everybody go who waits for room when it closes', async () => {
    const delivery = createDelivery(hanging, { whenFull: 'block', maxRecords: 1 })
    delivery.push(record(0))
    const ready = delivery.ready()
    expect(await delivery.close(0)).toEqual({ left: 1 })
    await ready
    expect(delivery.push(record(1))).toBe(false)
    expect(delivery.stats()).toMatchObject({ received: 2, queued: 0, dropped: { closed: 2 } })
  })

  it('tells every failure and goes on', async () => {
    const told: [unknown, number[]][] = []
    const delivery = createDelivery(
      ([first]) => {
        throw new Error(`no ${first?.seq}`)
      },
      {
        batch: 1,
        onError: (error, batch) => {
          told.push([error, seqs(batch)])
          throw new Error('the listener is broken too')
        },
      },
    )
    for (let i = 0; i < 3; i++) delivery.push(record(i))
    expect(await delivery.flush(1000)).toEqual({ left: 0 })
    expect(told).toEqual([
      [new Error('no 0'), [0]],
      [new Error('no 1'), [1]],
      [new Error('no 2'), [2]],
    ])
    expect(delivery.stats()).toMatchObject({
      delivered: 0,
      dropped: { failed: 3 },
      droppedLevels: { info: 3 },
    })
  })

  it('offers again what may be taken later, before what is behind it', async () => {
    const offered: number[][] = []
    const delivery = createDelivery(
      (batch) => {
        offered.push(seqs(batch))
        if (offered.length === 1) throw new SinkError('busy', { retryable: true, retryAfterMs: 1 })
        if (offered.length === 2)
          throw new SinkError('some', {
            rejects: [
              { index: 0, reason: 'bad', retryable: false },
              { index: 2, reason: 'busy', retryable: true },
            ],
          })
      },
      { batch: 3, retry: { firstMs: 1 } },
    )
    for (let i = 0; i < 4; i++) delivery.push(record(i))
    await delivery.flush(5000)
    expect(offered).toEqual([[0, 1, 2], [0, 1, 2], [2], [3]])
    expect(delivery.stats()).toMatchObject({ delivered: 3, dropped: { failed: 1 } })
  })

  it('goes on with a batch as long as some of it is taken each time', async () => {
    const taken: number[] = []
    const delivery = createDelivery(
      (batch) => {
        taken.push(...seqs(batch.slice(0, 1)))
        const rest = batch.slice(1).map((_, index) => ({ index: index + 1, reason: 'busy', retryable: true }))
        if (rest.length > 0) throw new SinkError('some', { rejects: rest, retryAfterMs: 1 })
      },
      { retry: { attempts: 2, firstMs: 1 } },
    )
    for (let i = 0; i < 8; i++) delivery.push(record(i))
    await delivery.flush(5000)
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(delivery.stats()).toMatchObject({ delivered: 8, queued: 0 })
    expect(delivery.stats().dropped).toEqual({})
  })

  it('stops offering after so many attempts', async () => {
    let attempts = 0
    const delivery = createDelivery(
      () => {
        attempts += 1
        throw new SinkError('busy', { retryable: true })
      },
      { retry: { attempts: 3, firstMs: 1 } },
    )
    delivery.push(record(0))
    expect(await delivery.flush(5000)).toEqual({ left: 0 })
    expect(attempts).toBe(3)
    expect(delivery.stats().dropped).toEqual({ failed: 1 })
  })

  it('counts what was refused without a name', async () => {
    const delivery = createDelivery(() => {
      throw new SinkError('2 rejected', { rejectedCount: 2 })
    })
    for (let i = 0; i < 5; i++) delivery.push(record(i))
    await delivery.flush(1000)
    expect(delivery.stats()).toMatchObject({ delivered: 3, dropped: { failed: 2 }, droppedLevels: {} })
  })

  it('loses nothing on close although the sink is slow', async () => {
    const taken: number[] = []
    const delivery = createDelivery(
      async (batch) => {
        await turns(20)
        taken.push(...seqs(batch))
      },
      { batch: 1 },
    )
    for (let i = 0; i < 5; i++) delivery.push(record(i))
    expect(await delivery.close(5000)).toEqual({ left: 0 })
    expect(taken).toEqual([0, 1, 2, 3, 4])
  })

  it('tells exactly what is left of a sink that hangs, and aborts the attempt', async () => {
    let signal: AbortSignal | undefined
    const delivery = createDelivery(
      (_, context) => {
        signal = context?.signal
        return new Promise(() => undefined)
      },
      { batch: 2 },
    )
    for (let i = 0; i < 5; i++) delivery.push(record(i))
    expect(await delivery.flush(5)).toEqual({ left: 5 })
    expect(signal?.aborted).toBe(false)
    const closing = delivery.close(5)
    expect(delivery.close(5)).toBe(closing)
    expect(await closing).toEqual({ left: 5 })
    expect(signal?.aborted).toBe(true)
    expect(delivery.stats()).toMatchObject({ received: 5, delivered: 0, queued: 0, dropped: { closed: 5 } })
  })

  it('a flush waits for what was pushed before it, not for what comes after', async () => {
    const { sink, open, waiting } = gatedSink()
    const delivery = createDelivery(sink, { batch: 1 })
    delivery.push(record(0))
    const flushed = delivery.flush(5000)
    delivery.push(record(1))
    await vi.waitUntil(() => waiting() === 1)
    open()
    expect(await flushed).toEqual({ left: 0 })
    expect(delivery.stats()).toMatchObject({ delivered: 1, queued: 1 })
    await delivery.close(0)
  })

  it('flushes and closes the sink itself, whatever that does', async () => {
    const calls: string[] = []
    const told: unknown[] = []
    const sink: Sink = Object.assign(() => undefined, {
      flush: async () => {
        calls.push('flush')
        throw new Error('no flush')
      },
      close: () => {
        calls.push('close')
        return new Promise<void>(() => undefined)
      },
    })
    const delivery = createDelivery(sink, { onError: (error) => told.push(error) })
    await delivery.flush(100)
    await delivery.close(0)
    expect(calls).toEqual(['flush', 'close'])
    expect(told).toEqual([new Error('no flush')])
  })

  it('stays small and fast in front of a stuck sink', async () => {
    const delivery = createDelivery(hanging)
    for (let i = 0; i < 100_000; i++) delivery.push(record(i))
    const { received, queued } = delivery.stats()
    expect(received).toBe(100_000)
    expect(queued).toBeLessThanOrEqual(10_000)
    expect(balance(delivery.stats())).toBe(0)
    expect(await delivery.close(0)).toEqual({ left: queued })
  })
})

type Answer = 'ok' | 'slow' | 'throws' | 'again' | 'partial' | 'unnamed' | 'hangs'
const answer = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom<Answer>('ok', 'slow', 'slow', 'throws', 'again', 'partial', 'unnamed'),
  },
  { weight: 1, arbitrary: fc.constant<Answer>('hangs') },
)
const step = fc.oneof(
  fc.record({ push: fc.integer({ min: 1, max: 12 }), level: fc.constantFrom(...LEVELS) }),
  fc.record({ turns: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ flush: fc.constantFrom(0, 3) }),
)
const settings = fc.record<DeliverySettings>({
  whenFull: fc.constantFrom<FullPolicy>('block', 'drop_oldest', 'drop_newest', 'drop_low_severity'),
  maxRecords: fc.integer({ min: 1, max: 20 }),
  maxBytes: fc.constantFrom(2000, 1_000_000),
  batch: fc.integer({ min: 1, max: 7 }),
  eager: fc.boolean(),
  retry: fc.constant({ attempts: 3, firstMs: 0, longestMs: 1 }),
})

suite('whatever the sink does, under every policy', { timeout: 60_000 }, () => {
  it('each record is delivered, queued or dropped; bounds hold; order holds', async () => {
    await fc.assert(
      fc.asyncProperty(
        settings,
        fc.array(answer, { maxLength: 20 }),
        fc.array(step, { maxLength: 25 }),
        async (given, answers, steps) => {
          const taken: number[] = []
          let inside = 0
          let script = 0
          let offeredUnnamed = 0
          const sink: Sink = async (batch) => {
            inside += 1
            const [first] = batch
            const act = answers[script++] ?? 'ok'
            const take = (records: readonly LogRecord[]): void => void taken.push(...seqs(records))
            try {
              switch (act) {
                case 'throws':
                  throw new Error('no')
                case 'again':
                  throw new SinkError('later', { retryable: true })
                case 'partial':
                  take(batch.slice(2))
                  throw new SinkError('some', {
                    rejects: [
                      { index: 0, reason: 'later', retryable: true },
                      ...(batch.length > 1 ? [{ index: 1, reason: 'bad', retryable: false }] : []),
                    ],
                  })
                case 'unnamed':
                  offeredUnnamed += 1
                  take(batch.slice(1))
                  throw new SinkError('one', { rejectedCount: 1 })
                case 'hangs':
                  return await new Promise<void>(() => undefined)
                case 'slow':
                  await turns(1 + ((first?.seq ?? 0) % 3))
              }
              take(batch)
            } finally {
              inside -= 1
            }
          }
          const delivery = createDelivery(sink, given)
          const wrong: string[] = []
          const check = (): void => {
            const stats = delivery.stats()
            if (balance(stats) !== 0) wrong.push(`unbalanced ${JSON.stringify(stats)}`)
            if (stats.queued > (given.maxRecords ?? 0)) wrong.push(`too many: ${stats.queued}`)
            if (inside > 1) wrong.push('two batches at once')
            if (taken.length !== stats.delivered && inside === 0 && taken.length < stats.delivered)
              wrong.push('counts more than was taken')
          }
          let next = 0
          for (const one of steps) {
            if ('push' in one)
              for (let i = 0; i < one.push; i++) delivery.push(record(next++, { level: one.level }))
            else if ('turns' in one) await turns(one.turns)
            else await delivery.flush(one.flush)
            check()
          }
          const before = delivery.stats()
          const { left } = await delivery.close(30)
          check()
          const stats = delivery.stats()
          expect(wrong).toEqual([])
          expect(stats.received).toBe(next)
          expect(stats.queued).toBe(0)
          expect(stats.dropped.closed ?? 0).toBe(left)
          expect(left).toBeLessThanOrEqual(before.queued)
          // A retried record is in front of what was behind it, but behind those of its own batch that were taken.
          expect(new Set(taken).size).toBe(taken.length)
          if (!answers.includes('partial')) expect(taken).toEqual([...taken].sort((a, b) => a - b))
          expect(stats.delivered).toBe(taken.length)
          const named = Object.values(stats.droppedLevels).reduce((sum, count) => sum + count, 0)
          expect(dropped(stats) - named).toBe(offeredUnnamed)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('drop_low_severity never drops a record while a lower one stays', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...LEVELS), { minLength: 1, maxLength: 60 }),
        async (levels) => {
          const kept: LogRecord[] = []
          const delivery = createDelivery((batch) => void kept.push(...batch), { maxRecords: 10, batch: 3 })
          for (const [seq, level] of levels.entries()) delivery.push(record(seq, { level }))
          await delivery.close(5000)
          const expected = levels
            .map((level, seq) => ({ level, seq }))
            // Of equal ones the later stay.
            .sort((a, b) => severity(b.level) - severity(a.level) || b.seq - a.seq)
            .slice(0, 10)
            .map(({ seq }) => seq)
          expect(seqs(kept)).toEqual(expected.sort((a, b) => a - b))
        },
      ),
      { numRuns: 200 },
    )
  })
})
