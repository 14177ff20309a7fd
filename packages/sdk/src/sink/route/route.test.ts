import { inspect } from 'node:util'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import type { LogRecord } from '../../record/index.ts'
import { checkSink, makeRecord } from '../../testing/index.ts'
import { sample } from '../../transform/index.ts'
import { createDelivery, memorySink, type Sink, through } from '../index.ts'
import { route } from './route.ts'

const seqs = (records: readonly LogRecord[]): number[] => records.map(({ seq }) => seq)

describe('the contract', () => {
  const checks = checkSink({
    makeFake: () => {
      const sink = memorySink()
      return { sink, behave: () => undefined, taken: () => seqs(sink.records()) }
    },
    // Some go by a route and some by `otherwise`; whoever is named twice gets them once.
    makeSink: ({ sink }) => route({ 'level:>=alert': [sink, sink], otherwise: [sink, sink] }),
  })
  // Two routes into one sink have one queue, so even the order is kept.
  it.each(checks)('$name', ({ run }) => run())
})

describe('records go', () => {
  const given = [
    makeRecord(0, { level: 'error', server: 'payments' }),
    makeRecord(1, { level: 'error' }),
    makeRecord(2, { server: 'payments' }),
    makeRecord(3),
  ]

  it('to the sinks of every route that means them, once each, or to those of otherwise', async () => {
    const [errors, payments, both, rest] = [memorySink(), memorySink(), memorySink(), memorySink()]
    const sink = route({
      'level:>=error': [errors, both],
      'server:payments': [payments, both],
      otherwise: rest,
    })
    await sink(given)
    await sink.close(1000)
    expect([errors, payments, both, rest].map((one) => seqs(one.records()))).toEqual([
      [0, 1],
      [0, 2],
      [0, 1, 2],
      [3],
    ])
    expect(sink.stats()).toMatchObject({ received: 4, unrouted: 0 })
    expect(sink.stats().sinks.map(({ received, delivered }) => [received, delivered])).toEqual([
      [2, 2],
      [3, 3],
      [2, 2],
      [1, 1],
    ])
  })

  it('to those of the first route only, in the order of a list', async () => {
    const [errors, payments] = [memorySink(), memorySink()]
    const sink = route(
      [
        [{ level: 'error' }, errors],
        [({ server }) => server === 'payments', [payments]],
      ],
      { match: 'first' },
    )
    await sink(given)
    await sink.close(1000)
    expect([seqs(errors.records()), seqs(payments.records())]).toEqual([[0, 1], [2]])
    expect(sink.stats()).toMatchObject({ received: 4, unrouted: 1 })
  })

  it('nowhere by a function that fails, which is told, and elsewhere still', async () => {
    const errors: unknown[] = []
    const rest = memorySink()
    const broken = (): never => {
      throw new Error('broken')
    }
    const sink = route(
      [
        [broken, memorySink()],
        ['otherwise', rest],
      ],
      { delivery: { onError: (error) => errors.push(error) } },
    )
    await sink([makeRecord(7)])
    await sink.close(1000)
    expect(seqs(rest.records())).toEqual([7])
    expect(errors).toMatchObject([{ message: 'broken' }])
  })

  it('through the transforms of their sink only', async () => {
    const [thinned, whole] = [memorySink(), memorySink()]
    const sink = route([['*', [through([sample({ keep: 0 })], thinned), whole]]])
    await sink(given.slice(2))
    await sink.flush(1000)
    expect(seqs(whole.records())).toEqual([2, 3])
    expect(thinned.records().map(({ message }) => message)).toEqual(['1 record thinned', '1 record thinned'])
    await sink.close(1000)
  })
})

it('a sink that hangs holds up no other, and what it did not take is counted as its own', async () => {
  const fine = memorySink()
  const hangs: Sink = () => new Promise(() => {})
  const sink = route({ '*': [hangs, fine] }, { delivery: { maxRecords: 10 } })
  const delivery = createDelivery(sink)
  for (let seq = 0; seq < 30; seq++) delivery.push(makeRecord(seq))
  await delivery.flush(50)
  expect(delivery.stats()).toMatchObject({ received: 30, delivered: 30 })
  // The queue in front of the good sink is as short, and is emptied between batches only.
  const before = fine.records().length
  expect(before).toBe(10)
  await delivery.close(50)
  const [stuck, good] = sink.stats().sinks
  expect(stuck).toMatchObject({ received: 30, delivered: 0, dropped: { overflow: 20, closed: 10 } })
  expect(good).toMatchObject({ received: 30, delivered: 10, dropped: { overflow: 20 } })
})

describe('what cannot be meant is told where it is given', () => {
  const problem = (make: () => unknown): string => {
    try {
      make()
    } catch (error) {
      return (error as Error).message
    }
    return 'no error'
  }

  it.each([
    ['no sink', () => route({ '*': ['a secret'] } as never), 'route: what stands at "*" is no sink'],
    ['no pair', () => route(['x'] as never), 'route: what stands at 0 is no route'],
    ['no level', () => route([[{ level: 'loud' } as never, []]]), /^route: what it selects by/],
    ['a bad query', () => route({ 'level:>=loud': [] }), /^route: /],
    ['a regular expression without an engine', () => route({ '/x/': [] }), /needs the option "regex"$/],
    ['an unknown option', () => route({}, { macth: 'first' } as never), 'route has no option "macth"'],
    ['a wrong option', () => route({}, { match: 'one' as never }), /the option "match" is not what/],
  ])('%s', (_, make, message) => {
    if (typeof message === 'string') expect(problem(make)).toBe(message)
    else expect(problem(make)).toMatch(message)
  })

  it('a regular expression with an engine', async () => {
    const found = memorySink()
    const sink = route(
      { '/rec.rd 1/': found },
      { regex: (source) => (text) => RE2JS.compile(source).matcher(text).find() },
    )
    await sink([makeRecord(1), makeRecord(2)])
    await sink.close(1000)
    expect(seqs(found.records())).toEqual([1])
  })

  it('no secret of a sink is shown with it', () => {
    const secret = 'hunter2hunter2'
    const sink = route({ '*': () => void secret.length }, { delivery: { onError: () => void secret } })
    expect(inspect(sink, { depth: 9, showHidden: true })).not.toContain(secret)
  })
})
