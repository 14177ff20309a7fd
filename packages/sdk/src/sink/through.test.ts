import { expect, test } from 'vitest'
import type { LogRecord } from '../record/index.ts'
import { makeRecord } from '../testing/index.ts'
import type { Transform } from '../transform/index.ts'
import { createDelivery, memorySink, type Sink, SinkError, through } from './index.ts'

const odd = (record: LogRecord): LogRecord | undefined => (record.seq % 2 === 1 ? record : undefined)

/** Leaves out all but what another made of it, and tells how many when asked to settle. */
const counted: Transform = {
  start: () => {
    let gone = 0
    return {
      reason: 'thinned',
      take: (record) => {
        if (record.seq < 5) return record
        gone += 1
        return undefined
      },
      settle: () => {
        const told = gone === 0 ? [] : [makeRecord(99, { message: `${gone} gone` })]
        gone = 0
        return told
      },
    }
  },
}

test('a queue applies them before a record waits, and accounts for every record', async () => {
  const sink = memorySink()
  const delivery = createDelivery(through([odd, counted], sink), { maxRecords: 3, whenFull: 'drop_newest' })
  for (let seq = 0; seq < 10; seq++) delivery.push(makeRecord(seq))
  expect(await delivery.flush(1000)).toEqual({ left: 0 })
  expect(sink.records().map(({ seq }) => seq)).toEqual([1, 3, 99])
  expect(delivery.stats()).toEqual({
    received: 10,
    made: 1,
    delivered: 3,
    queued: 0,
    reduced: { filtered: 5, thinned: 3 },
    dropped: {},
    droppedLevels: {},
  })
  await delivery.close(1000)
})

test('closing tells what was not told yet', async () => {
  const sink = memorySink()
  const delivery = createDelivery(through([counted], sink))
  delivery.push(makeRecord(7))
  expect(await delivery.close(1000)).toEqual({ left: 0 })
  expect(sink.records().map(({ message }) => message)).toEqual(['1 gone'])
})

test('a batch that is tried again is not transformed again', async () => {
  let seen = 0
  let attempts = 0
  const taken: number[] = []
  const sink: Sink = (batch) => {
    attempts += 1
    if (attempts < 3) throw new SinkError('busy', { retryable: true, retryAfterMs: 1 })
    taken.push(...batch.map(({ seq }) => seq))
  }
  const count = (record: LogRecord): LogRecord => {
    seen += 1
    return { ...record, seq: record.seq + 100 }
  }
  const delivery = createDelivery(through([count], sink))
  for (let seq = 0; seq < 4; seq++) delivery.push(makeRecord(seq))
  await delivery.flush(2000)
  expect({ seen, attempts, taken }).toEqual({ seen: 4, attempts: 3, taken: [100, 101, 102, 103] })
})

test('transforms around transforms come first, and the sink is flushed and closed through them', async () => {
  const order: string[] = []
  const note = (name: string) => (record: LogRecord) => {
    order.push(name)
    return record
  }
  const sink: Sink = Object.assign(() => {}, {
    flush: async () => void order.push('flush'),
    close: async () => void order.push('close'),
  })
  const delivery = createDelivery(through([note('outer')], through([note('inner')], sink)))
  delivery.push(makeRecord(1))
  await delivery.flush(1000)
  await delivery.close(1000)
  expect(order).toEqual(['outer', 'inner', 'flush', 'close'])
})

test('what is no transform is told by its place', () => {
  expect(() => through([odd, 5 as never], () => {})).toThrow(
    expect.objectContaining({
      code: 'LB_SINK_OPTIONS',
      message: 'through: what stands at 1 is no transform',
    }),
  )
})
