/**
 * The contract of a sink as a list of checks, for any test runner: each makes a fresh receiver and a fresh sink, and throws
 * when the sink does not do as `sink/types.ts` says.
 */
import { isDeepStrictEqual } from 'node:util'
import type { LogRecord } from '../record/index.ts'
import { createDelivery, type Sink, SinkError } from '../sink/index.ts'
import { makeRecord } from './records.ts'

/**
 * What a receiver does. `transient`: refuses for now, and takes nothing; `permanent`: refuses for good; `partial`: takes some of
 * a batch and refuses the rest; `slow`: takes, but late; `hanging`: never answers.
 */
export type Behaviour = 'ok' | 'transient' | 'permanent' | 'partial' | 'slow' | 'hanging'

/** A receiver that does as it is told. */
export interface SinkFake {
  /** Holds for every attempt from now on. Never called with what is not in `can`. */
  behave(behaviour: Behaviour): void | Promise<void>
  /** `seq` of the records it has taken, in its order. */
  taken(): number[] | Promise<number[]>
  close?(): void | Promise<void>
}

export interface SinkCheck {
  name: string
  run(): Promise<void>
}

export interface CheckSinkSettings<Fake extends SinkFake> {
  makeFake: () => Fake | Promise<Fake>
  makeSink: (fake: Fake) => Sink
  /** Which behaviours the receiver can be told. @default ['ok'] */
  can?: readonly Behaviour[]
  /** Milliseconds that anything may take which has to end. @default 5000 */
  boundMs?: number
}

const fail = (message: string): never => {
  throw new Error(message)
}

const same = (actual: unknown, expected: unknown, what: string): void => {
  if (!isDeepStrictEqual(actual, expected))
    fail(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`)
}

const makeBatch = (count: number, from = 0): LogRecord[] =>
  Array.from({ length: count }, (_, i) => makeRecord(from + i, { attributes: { n: from + i } }))

const seqs = (batch: readonly LogRecord[]): number[] => batch.map(({ seq }) => seq)

/** Records as unpleasant as they come after redaction and cut. */
const awkward = (): LogRecord[] => [
  makeRecord(0, { message: '' }),
  makeRecord(1, { message: 'two\nlines\r\n\u001b[31mred\u001b[0m \u202e \u2028 \0', logger: 'a\nb' }),
  makeRecord(2, { message: '\ud800 half a character' }),
  makeRecord(3, { attributes: JSON.parse('{"__proto__":{"x":1},"":null,"a":[[],{},1.5,true,-0]}') }),
  makeRecord(4, { message: 'x'.repeat(65_536), level: 'emergency' }),
  makeRecord(5, { server: '../../etc/passwd', call: { attribution: 'ambiguous', candidates: ['1', '2'] } }),
  makeRecord(6, { time: 1_760_000_000_006.123, traceId: '0af7651916cd43dd8448eb211c80319c', level: 'alert' }),
]

/**
 * The checks that apply to a sink whose receiver can do this.
 * @example
 * for (const { name, run } of checkSink({ makeFake, makeSink: (fake) => mySink(fake.url), can: ['ok', 'transient'] }))
 *   it(name, run)
 */
export const checkSink = <Fake extends SinkFake>(settings: CheckSinkSettings<Fake>): SinkCheck[] => {
  const { makeFake, makeSink, can = ['ok'], boundMs = 5000 } = settings

  const bounded = async <T>(task: Promise<T>, what: string): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${what} did not end in ${boundMs} ms`)), boundMs)
    })
    try {
      return await Promise.race([task, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** One attempt; what it threw, or undefined. */
  const offer = async (sink: Sink, batch: readonly LogRecord[], signal?: AbortSignal): Promise<unknown> => {
    try {
      await bounded(Promise.resolve(sink(batch, signal === undefined ? {} : { signal })), 'an attempt')
      return undefined
    } catch (error) {
      return error ?? new Error('threw nothing')
    }
  }

  const sinkError = (error: unknown): SinkError =>
    error instanceof SinkError ? error : fail(`expected a SinkError, got ${String(error)}`)

  const flush = async (sink: Sink): Promise<void> => {
    if (sink.flush !== undefined) await bounded(sink.flush(boundMs), 'flush')
  }

  const check = (
    name: string,
    needs: readonly Behaviour[],
    body: (sink: Sink, fake: Fake) => Promise<void>,
  ): SinkCheck[] => {
    if (!needs.every((behaviour) => can.includes(behaviour))) return []
    const run = async (): Promise<void> => {
      const fake = await makeFake()
      try {
        const sink = makeSink(fake)
        await body(sink, fake)
        await bounded(Promise.resolve(sink.close?.(1000)), 'close').catch(() => undefined)
      } finally {
        await fake.close?.()
      }
    }
    return [{ name, run }]
  }

  return [
    ...check(
      'takes every record once, in order, and leaves the batch as it was',
      ['ok'],
      async (sink, fake) => {
        const batches = [makeBatch(1), makeBatch(7, 1), makeBatch(200, 8)]
        for (const batch of batches) {
          const before = structuredClone(batch)
          same(await offer(sink, batch), undefined, 'an attempt that should succeed')
          same(batch, before, 'the batch afterwards')
        }
        await flush(sink)
        same(await fake.taken(), seqs(batches.flat()), 'taken')
      },
    ),
    ...check('takes records however awkward they are', ['ok'], async (sink, fake) => {
      const batch = awkward()
      for (const record of batch)
        same(
          await offer(sink, [record]),
          undefined,
          `an attempt with ${JSON.stringify(record).slice(0, 200)}`,
        )
      await flush(sink)
      const taken = [...(await fake.taken())].sort((a, b) => a - b)
      same(taken, seqs(batch), 'taken')
    }),
    ...check(
      'says that a transient failure may be tried again, and then succeeds',
      ['ok', 'transient'],
      async (sink, fake) => {
        await fake.behave('transient')
        const batch = makeBatch(5)
        const error = sinkError(await offer(sink, batch))
        const again =
          error.rejects === undefined ? error.retryable : error.rejects.every((one) => one.retryable)
        if (!again) fail('a transient failure is told as permanent')
        same(await fake.taken(), [], 'taken by a receiver that refused')
        await fake.behave('ok')
        same(await offer(sink, batch), undefined, 'the second attempt')
        await flush(sink)
        same(await fake.taken(), seqs(batch), 'taken')
      },
    ),
    ...check(
      'says that a permanent failure is final, and works for what comes after',
      ['ok', 'permanent'],
      async (sink, fake) => {
        await fake.behave('permanent')
        const error = sinkError(await offer(sink, makeBatch(5)))
        if (error.rejects === undefined ? error.retryable : error.rejects.some((one) => one.retryable))
          fail('a permanent failure is told as one to try again')
        await fake.behave('ok')
        const next = makeBatch(3, 5)
        same(await offer(sink, next), undefined, 'the next attempt')
        await flush(sink)
        same(await fake.taken(), seqs(next), 'taken')
      },
    ),
    ...check(
      'tells how many of a batch were refused, no more and no less',
      ['partial'],
      async (sink, fake) => {
        await fake.behave('partial')
        const batch = makeBatch(6)
        const error = sinkError(await offer(sink, batch))
        const refused = (error.rejects?.length ?? 0) + (error.rejectedCount ?? 0)
        const taken = await fake.taken()
        same(taken.length + refused, batch.length, 'taken and refused together')
        for (const { index } of error.rejects ?? [])
          if (taken.includes(batch[index]?.seq ?? -1)) fail(`record ${index} was taken and told as refused`)
      },
    ),
    ...check(
      'has been taken when the attempt ends, also by a slow receiver',
      ['slow'],
      async (sink, fake) => {
        await fake.behave('slow')
        const batch = makeBatch(5)
        same(await offer(sink, batch), undefined, 'the attempt')
        await flush(sink)
        same(await fake.taken(), seqs(batch), 'taken')
      },
    ),
    ...check(
      'gives a hanging attempt up when nobody waits for it any more',
      ['hanging'],
      async (sink, fake) => {
        await fake.behave('hanging')
        const abort = new AbortController()
        const attempt = offer(sink, makeBatch(5), abort.signal)
        await new Promise((resolve) => setTimeout(resolve, 20))
        abort.abort()
        sinkError(await attempt)
      },
    ),
    ...check(
      'behind a delivery, a hanging receiver costs what it holds and nothing else',
      ['hanging'],
      async (sink, fake) => {
        await fake.behave('hanging')
        const delivery = createDelivery(sink, { maxRecords: 10, batch: 5 })
        for (const record of makeBatch(30)) delivery.push(record)
        const { left } = await bounded(delivery.close(50), 'close')
        same(left, 10, 'left')
        const { received, delivered, dropped } = delivery.stats()
        same(
          { received, delivered, dropped },
          { received: 30, delivered: 0, dropped: { overflow: 20, closed: 10 } },
          'stats',
        )
      },
    ),
    ...check('closes while it sends: nothing is told as taken that was not', ['slow'], async (sink, fake) => {
      await fake.behave('slow')
      const batch = makeBatch(5)
      const attempt = offer(sink, batch)
      await bounded(Promise.resolve(sink.close?.(boundMs)), 'close').catch(() => undefined)
      const error = await attempt
      if (error === undefined) same(await fake.taken(), seqs(batch), 'taken')
      else sinkError(error)
    }),
    ...check('closes twice, and refuses afterwards what it cannot take', ['ok'], async (sink, fake) => {
      same(await offer(sink, makeBatch(2)), undefined, 'an attempt')
      if (sink.close === undefined) return
      await bounded(sink.close(1000), 'close')
      await bounded(sink.close(1000), 'the second close')
      const error = await offer(sink, makeBatch(2, 2))
      const taken = await fake.taken()
      if (error === undefined) same(taken, [0, 1, 2, 3], 'taken although closed')
      else same(taken, [0, 1], 'taken')
    }),
  ]
}
