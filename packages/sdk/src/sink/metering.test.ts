/** A queue's meter: told the same as the queue's own account, and without a say in anything. */
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LEVELS, type LogRecord } from '../record/index.ts'
import { makeRecord } from '../testing/records.ts'
import type { Transform } from '../transform/index.ts'
import { createDelivery } from './delivery.ts'
import { SinkError } from './errors.ts'
import { through } from './through.ts'
import type { DeliverySettings, FullPolicy, Meter, Sink } from './types.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const add = (counts: Record<string, number>, reason: string, records: number): void => {
  counts[reason] = (counts[reason] ?? 0) + records
}

/** Adds up what it is told. */
const tallying = () => {
  const tally = {
    records: 0,
    taken: [] as LogRecord[],
    waits: [] as number[],
    dropped: {} as Record<string, number>,
    reduced: {} as Record<string, number>,
  }
  const meter: Meter = {
    record: () => void tally.records++,
    taken(record, waitedMs) {
      tally.taken.push(record)
      tally.waits.push(waitedMs)
    },
    dropped: (reason, records) => add(tally.dropped, reason, records),
    reduced: (reason, records) => add(tally.reduced, reason, records),
  }
  return { tally, meter }
}

/** Leaves out every second record, and tells of one when asked to settle. */
const halving: Transform = {
  start: () => {
    let seen = 0
    return {
      reason: 'thinned',
      take: (record) => (seen++ % 2 === 0 ? record : undefined),
      settle: () => [makeRecord(9999)],
    }
  },
}

type Answer = 'ok' | 'refused' | 'some' | 'uncounted' | 'again'

/** Answers batch after batch as the script says, then always `ok`. */
const scripted = (script: readonly Answer[]) => {
  const taken: LogRecord[] = []
  let batches = 0
  const sink: Sink = (batch) => {
    const answer = script[batches++] ?? 'ok'
    if (answer === 'refused') throw new Error('no')
    if (answer === 'again') throw new SinkError('later', { retryable: true, retryAfterMs: 0 })
    if (answer === 'uncounted') throw new SinkError('one less', { rejectedCount: 1 })
    const rejects = answer === 'some' ? [{ index: 0, reason: 'no', retryable: batches % 2 === 0 }] : []
    taken.push(...batch.filter((_, index) => index !== rejects[0]?.index))
    if (rejects.length > 0) throw new SinkError('some', { rejects })
  }
  return { sink, taken }
}

describe('a queue with a meter', () => {
  it('tells it what its own account says, whatever comes and whatever the sink answers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ level: fc.constantFrom(...LEVELS), wait: fc.boolean() }), { maxLength: 60 }),
        fc.array(fc.constantFrom<Answer>('ok', 'refused', 'some', 'uncounted', 'again'), { maxLength: 8 }),
        fc.constantFrom<FullPolicy>('block', 'drop_oldest', 'drop_newest', 'drop_low_severity'),
        fc.boolean(),
        fc.boolean(),
        async (stream, script, whenFull, transformed, late) => {
          const { tally, meter } = tallying()
          const { sink } = scripted(script)
          const settings: DeliverySettings = {
            whenFull,
            maxRecords: 7,
            batch: 3,
            retry: { firstMs: 1 },
            meter,
          }
          const delivery = createDelivery(
            transformed
              ? through([halving, (record) => (record.level === 'debug' ? undefined : record)], sink)
              : sink,
            settings,
          )
          for (const [seq, { level, wait }] of stream.entries()) {
            delivery.push(makeRecord(seq, { level }))
            if (wait) await turn()
          }
          await delivery.close(late ? 0 : 5000)
          delivery.push(makeRecord(10_000))
          const { delivered, dropped, reduced, made } = delivery.stats()
          expect(tally).toMatchObject({ records: 0, dropped, reduced })
          expect(tally.taken).toHaveLength(delivered)
          expect(delivered + sum(dropped) + sum(reduced)).toBe(stream.length + 1 + made)
          expect(Object.keys(dropped)).toContain('closed')
        },
      ),
      { numRuns: 100 },
    )
  })

  it('tells it which records were taken, not only how many', async () => {
    const { tally, meter } = tallying()
    const { sink, taken } = scripted(['some', 'ok', 'some', 'again'])
    const delivery = createDelivery(sink, { batch: 4, meter })
    for (let seq = 0; seq < 30; seq++) delivery.push(makeRecord(seq))
    await delivery.close(5000)
    const seqs = (records: readonly LogRecord[]) => records.map(({ seq }) => seq)
    expect(seqs(tally.taken)).toEqual(seqs(taken))
    expect(seqs(taken).length).toBeLessThan(30)
  })

  it('times a record from before its transforms until the sink has answered', async () => {
    const { tally, meter } = tallying()
    let transformed = 0
    let answered = 0
    const slow = (record: LogRecord): LogRecord => {
      transformed = performance.now()
      while (performance.now() < transformed + 20);
      return record
    }
    const sink: Sink = async () => {
      for (let i = 0; i < 5; i++) await turn()
      answered = performance.now()
    }
    const delivery = createDelivery(through([slow], sink), { meter })
    const before = performance.now()
    delivery.push(makeRecord(0))
    await delivery.flush(5000)
    const whole = performance.now() - before
    const [waited = Number.NaN] = tally.waits
    expect(tally.waits).toHaveLength(1)
    expect(waited).toBeGreaterThanOrEqual(answered - transformed)
    expect(waited).toBeLessThanOrEqual(whole)
  })

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('no registry')
      },
    ],
    ['rejects', (): Promise<never> => Promise.reject(new Error('no registry'))],
  ])('does its work although the meter %s', async (_, fail) => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    onTestFinished(() => void process.off('unhandledRejection', note))
    const { sink, taken } = scripted(['refused'])
    const errors: unknown[] = []
    const delivery = createDelivery(
      through([(record) => (record.seq % 3 === 0 ? undefined : record)], sink),
      {
        batch: 4,
        onError: (error) => errors.push(error),
        meter: { record: fail, taken: fail, dropped: fail, reduced: fail },
      },
    )
    for (let seq = 0; seq < 30; seq++) delivery.push(makeRecord(seq))
    expect(await delivery.close(5000)).toEqual({ left: 0 })
    await turn()
    expect(delivery.stats()).toMatchObject({
      delivered: 16,
      dropped: { failed: 4 },
      reduced: { filtered: 10 },
    })
    expect(taken).toHaveLength(16)
    expect(errors.map(String)).toEqual(['Error: no'])
    expect(unhandled).toEqual([])
  })

  it.each([[Promise.resolve()], [true], [null], [{ record: () => {} }]])('refuses %s', (meter) => {
    expect(() => createDelivery(() => {}, { meter: meter as never })).toThrow(
      expect.objectContaining({ code: 'LB_USAGE', message: expect.stringContaining('"meter"') }),
    )
  })
})

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)
