import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createIds, type LogRecord, type NamedCall } from '../../record/index.ts'
import { makeRecord } from '../../testing/index.ts'
import { sample } from './sample.ts'

const NOW = 1_760_000_000_000

const callRef = (id: string, more: Partial<NamedCall> = {}): NamedCall => ({
  id,
  method: 'tools/call',
  tool: 'search',
  requestId: 1,
  from: 'client',
  attribution: 'exact',
  ...more,
})

/** What stays of records that come one after the other, at one moment. */
const keptOf = (options: Parameters<typeof sample>[0], records: readonly LogRecord[], now = NOW) => {
  const stage = sample(options).start()
  const kept = records.filter((record) => stage.take(record, now) !== undefined)
  return { kept, told: stage.settle?.(now) ?? [] }
}

const many = (count: number, fields: (n: number) => Partial<LogRecord> = () => ({})): LogRecord[] =>
  Array.from({ length: count }, (_, n) => makeRecord(n, { message: `retry ${n}`, ...fields(n) }))

describe('a share', () => {
  test.each([0.01, 0.1, 0.5, 0.9])(
    'of %d stays, of records and of calls, within what chance allows',
    (keep) => {
      const newId = createIds()
      const count = 20_000
      const records = many(count)
      const calls = many(count, () => ({ call: callRef(newId(NOW)) }))
      // Six standard deviations of a binomial: ids that fall outside once would fall so every 500 million runs.
      const slack = 6 * Math.sqrt(count * keep * (1 - keep))
      for (const given of [records, calls]) {
        const { kept } = keptOf({ keep }, given)
        expect(Math.abs(kept.length - count * keep)).toBeLessThan(slack)
      }
    },
  )

  test('of none is none, of all is all', () => {
    expect(keptOf({ keep: 0 }, many(100)).kept).toHaveLength(0)
    expect(keptOf({ keep: 1 }, many(100)).kept).toHaveLength(100)
  })

  test('keeps a call whole or not at all, in whatever order its records come and whoever samples', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 120 }, (_, n) => ({ n, id: `0199c0de-0000-7000-8000-00000000${n % 20}` })),
          { minLength: 100 },
        ),
        fc.constantFrom(0.2, 0.5, 0.8),
        (order, keep) => {
          const records = order.map(({ n, id }) =>
            makeRecord(n, {
              source: n < 40 ? 'call' : 'message',
              call: callRef(id, n < 20 ? { status: 'started' } : n < 40 ? { status: 'ok' } : {}),
            }),
          )
          const [one, other] = [keptOf({ keep }, records), keptOf({ keep }, [...records].reverse())]
          const idOf = ({ call }: LogRecord) => (call as NamedCall).id
          const ids = new Set(one.kept.map(idOf))
          expect(one.kept).toEqual(records.filter((record) => ids.has(idOf(record))))
          expect(new Set(other.kept)).toEqual(new Set(one.kept))
          expect(ids.size).toBeLessThan(20)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('a record of one call out of several goes by its own id, not by its candidates', () => {
    const call = { attribution: 'ambiguous' as const, candidates: ['a', 'b'] }
    const { kept } = keptOf(
      { keep: 0.5 },
      many(1000, () => ({ call })),
    )
    expect(kept.length).toBeGreaterThan(350)
    expect(kept.length).toBeLessThan(650)
  })

  test('is not asked for errors unless told so, and never for alert, emergency and lifecycle', () => {
    const records = [
      makeRecord(0, { level: 'critical' }),
      makeRecord(1, { level: 'error' }),
      makeRecord(2, { level: 'warning' }),
      makeRecord(3, { level: 'alert' }),
      makeRecord(4, { level: 'emergency' }),
      makeRecord(5, { source: 'lifecycle' }),
    ]
    const seqs = (keepErrors: boolean) => keptOf({ keep: 0, keepErrors }, records).kept.map(({ seq }) => seq)
    expect(seqs(true)).toEqual([0, 1, 3, 4, 5])
    expect(seqs(false)).toEqual([3, 4, 5])
  })

  test('is asked only for what is meant: a level and those below it, and a query', () => {
    const records = [
      makeRecord(0, { level: 'debug' }),
      makeRecord(1, { level: 'info' }),
      makeRecord(2, { level: 'warning' }),
      makeRecord(3, { level: 'info', server: 'other' }),
    ]
    const seqs = (options: Omit<Parameters<typeof sample>[0], 'keep'>) =>
      keptOf({ keep: 0, ...options }, records).kept.map(({ seq }) => seq)
    expect(seqs({ level: 'info' })).toEqual([2])
    expect(seqs({ level: 'debug' })).toEqual([1, 2, 3])
    expect(seqs({ when: 'server:analytics' })).toEqual([3])
    expect(seqs({ when: 'server:analytics', level: 'info' })).toEqual([2, 3])
  })

  test('what it left out is told for each server, when the time is over', () => {
    const stage = sample({ keep: 0, reportMs: 1000 }).start()
    for (const record of many(5, (n) => ({ server: n < 3 ? 'a' : 'b' }))) stage.take(record, NOW)
    expect(stage.due?.(NOW + 999)).toEqual([])
    const told = stage.due?.(NOW + 1000) ?? []
    expect(
      told.map(({ server, source, level, message, attributes }) => [
        server,
        source,
        level,
        message,
        attributes,
      ]),
    ).toEqual([
      ['a', 'lifecycle', 'info', '3 records thinned', { thinned: 3, from: NOW, to: NOW + 2 }],
      ['b', 'lifecycle', 'info', '2 records thinned', { thinned: 2, from: NOW + 3, to: NOW + 4 }],
    ])
    expect(stage.settle?.(NOW + 2000)).toEqual([])
  })
})

describe('a burst', () => {
  test('keeps the first of each pattern of each server, then one in ever more', () => {
    const { kept, told } = keptOf({ adaptive: { first: 10 } }, [
      ...many(1000),
      ...many(10, () => ({ message: 'ready' })),
      ...many(10, () => ({ server: 'other' })),
    ])
    const of = (server: string, message: RegExp) =>
      kept.filter((record) => record.server === server && message.test(record.message)).map(({ seq }) => seq)
    const retries = of('analytics', /retry/)
    expect(retries.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    // One in two to the 20th, one in three to the 30th, and so on: 10 * (1 + 1/2 + … + 1/100).
    expect(retries.length).toBeGreaterThan(45)
    expect(retries.length).toBeLessThan(60)
    const gaps = retries.slice(1).map((seq, index) => seq - (retries[index] ?? 0))
    expect([...gaps].sort((a, b) => a - b)).toEqual(gaps)
    expect(of('analytics', /ready/)).toHaveLength(10)
    expect(of('other', /retry/)).toHaveLength(10)
    expect(told.map(({ attributes }) => attributes)).toEqual([
      { thinned: 1000 - retries.length, pattern: 'retry <*>', from: expect.any(Number), to: NOW + 999 },
    ])
  })

  test('is thinned of errors too, never of alerts and emergencies', () => {
    const level = (given: LogRecord['level']) => many(100, () => ({ level: given, message: 'down' }))
    const kept = (given: LogRecord['level']) => keptOf({ adaptive: { first: 2 } }, level(given)).kept.length
    expect(kept('critical')).toBeLessThan(20)
    expect([kept('alert'), kept('emergency')]).toEqual([100, 100])
  })

  test('ends with its window, also when the clock goes back', () => {
    const stage = sample({ adaptive: { first: 1, windowMs: 100 } }).start()
    const kept = (now: number) => stage.take(makeRecord(0), now) !== undefined
    expect([kept(NOW), kept(NOW + 99), kept(NOW + 100), kept(NOW + 50), kept(NOW + 51)]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ])
  })

  test('of calls: an outcome stays where its start stayed, but for errors', () => {
    const record = (seq: number, id: number, status: NamedCall['status'], more: Partial<LogRecord> = {}) =>
      makeRecord(seq, {
        source: 'call',
        message: `search ${status}`,
        call: callRef(`call-${id}`, status === undefined ? {} : { status }),
        ...more,
      })
    const starts = Array.from({ length: 20 }, (_, n) => record(n, n, 'started'))
    // They end the other way round: by their own pattern others would stay.
    const outcomes = Array.from({ length: 20 }, (_, n) => record(100 - n, 19 - n, 'ok'))
    const failed = record(200, 99, 'tool_error', { level: 'error', message: 'search failed' })
    const { kept } = keptOf({ adaptive: { first: 2 } }, [
      ...starts,
      record(50, 99, 'started'),
      ...outcomes,
      failed,
    ])
    const ids = (status: string) =>
      kept
        .flatMap(({ call }) => (call !== undefined && 'id' in call && call.status === status ? call.id : []))
        .sort()
    expect(ids('started').length).toBeLessThan(12)
    expect(ids('ok')).toEqual(ids('started'))
    expect(ids('tool_error')).toEqual(['call-99'])
  })

  test('of very many patterns takes bounded room, and is told to the last record', () => {
    const stage = sample({ adaptive: { first: 1, maxKeys: 10 } }).start()
    const words = Array.from({ length: 500 }, (_, n) => String.fromCharCode(0x4e00 + n))
    let gone = 0
    for (const message of words)
      for (let seq = 0; seq < 4; seq++)
        if (stage.take(makeRecord(seq, { message }), NOW) === undefined) gone += 1
    const told = stage.settle?.(NOW) ?? []
    expect(gone).toBeGreaterThan(500)
    expect(told.length).toBe(21)
    expect(told.reduce((sum, { attributes }) => sum + Number(attributes.thinned), 0)).toBe(gone)
  })
})

test.each([
  [{}, 'sample: the option "keep" is needed'],
  [{ keep: 10 }, 'sample: the option "keep" is not what it has to be'],
  [{ keep: 0.1, level: 'loud' }, 'sample: the option "level" is not what it has to be'],
  [{ keep: 0.1, when: 5 }, 'sample: the option "when" is not what it has to be'],
  [{ keep: 0.1, when: '/x/' }, 'sample: when: a regular expression in a query needs the option "regex"'],
  [{ adaptive: { frist: 1 } }, 'sample: adaptive has no option "frist"'],
  [{ adaptive: { first: 0 } }, 'sample: adaptive: the option "first" is not what it has to be'],
])('the options %j are told: %s', (options, message) => {
  expect(() => sample(options as never)).toThrow(expect.objectContaining({ message }))
})
