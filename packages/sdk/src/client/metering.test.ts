/** What a client's meter is told: each record once, however many take it, and what each queue does with it. */
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import type { Meter, Sink } from '../sink/index.ts'
import { memorySink } from '../sink/memory.ts'
import { through } from '../sink/through.ts'
import { makeRecord } from '../testing/records.ts'
import { createOutlets, type HandlerOptions, perServer } from './handlers.ts'

const tallying = () => {
  const seen: LogRecord[] = []
  const counts = { taken: 0, dropped: {} as Record<string, number>, reduced: {} as Record<string, number> }
  const add = (to: Record<string, number>, reason: string, records: number): void => {
    to[reason] = (to[reason] ?? 0) + records
  }
  const metrics: Meter = {
    record: (record) => void seen.push(record),
    taken: () => {
      counts.taken += 1
    },
    dropped: (reason, records) => add(counts.dropped, reason, records),
    reduced: (reason, records) => add(counts.reduced, reason, records),
  }
  return { seen, counts, metrics }
}

const open = (options: HandlerOptions) => createOutlets({ onWarning: () => {}, ...options })

describe('the meter of a client', () => {
  it.each([
    ['no handlers', {}, 0],
    [
      'three sinks and two handlers',
      {
        onLog: () => {},
        onRecord: async () => {},
        sinks: [memorySink(), memorySink(), perServer(() => memorySink())],
      },
      10 + 4 * 20,
    ],
  ])('gets every record once with %s', async (_, options: HandlerOptions, taken) => {
    const { seen, counts, metrics } = tallying()
    const outlets = open({ ...options, metrics })
    const [one, two] = [outlets.open('one'), outlets.open('two')]
    for (let seq = 0; seq < 10; seq++) {
      one.take(makeRecord(seq, { server: 'one' }))
      two.take(makeRecord(seq, { server: 'two', source: 'call' }))
    }
    await outlets.close()
    expect(seen.map(({ server, seq }) => `${server} ${seq}`)).toEqual(
      Array.from({ length: 20 }, (_, n) => `${n % 2 === 0 ? 'one' : 'two'} ${n >> 1}`),
    )
    expect(counts).toEqual({ taken, dropped: {}, reduced: {} })
  })

  it('is told what stats() tell, of every queue, when everything went wrong', async () => {
    const { counts, metrics } = tallying()
    const stuck: Sink = () => new Promise(() => {})
    const refusing: Sink = () => {
      throw new Error('no')
    }
    const third = (record: LogRecord) => (record.seq % 3 === 0 ? record : undefined)
    const outlets = open({
      metrics,
      queue: { maxRecords: 5, whenFull: 'drop_oldest' },
      onError: () => {},
      onLog: (record) => {
        if (record.seq % 4 === 0) throw new Error('not this')
      },
      onRecord: (record) => (record.seq === 2 ? new Promise(() => {}) : undefined),
      sinks: [stuck, refusing, through([third], memorySink())],
    })
    const outlet = outlets.open('s')
    const records = outlets.records()
    for (let seq = 0; seq < 12_000; seq++) outlet.take(makeRecord(seq))
    await records.return?.()
    for (let seq = 0; seq < 4; seq++) outlet.take(makeRecord(seq))
    const { left } = await outlets.close({ timeoutMs: 30 })
    outlet.take(makeRecord(4))
    const { delivered, dropped, reduced } = outlets.stats()
    expect(left).toBeGreaterThan(0)
    expect(Object.keys(dropped).sort()).toEqual(['closed', 'failed', 'overflow'])
    expect(counts).toMatchObject({ dropped, reduced })
    // What a stuck handler had taken of the batch that was given up is delivered, but was not timed.
    expect(counts.taken).toBeLessThanOrEqual(delivered)
  })

  it('has no say: what it throws reaches neither the capture nor the sinks', async () => {
    const fail = (): never => {
      throw new Error('no registry')
    }
    const sink = memorySink()
    const outlets = open({
      metrics: { record: fail, taken: fail, dropped: fail, reduced: fail },
      sinks: [sink],
    })
    const outlet = outlets.open('s')
    for (let seq = 0; seq < 5; seq++) outlet.take(makeRecord(seq))
    expect(await outlets.close()).toEqual({ left: 0 })
    expect(sink.records()).toHaveLength(5)
  })

  it('has to be one: a promise of one is refused where it is given', () => {
    expect(() => open({ metrics: Promise.resolve() as never })).toThrow(
      expect.objectContaining({ code: 'LB_USAGE', message: expect.stringContaining('"metrics"') }),
    )
  })
})
