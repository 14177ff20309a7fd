import { expect, it, describe as suite } from 'vitest'
import { type Sink, SinkError } from '../sink/index.ts'
import { type Behaviour, checkSink } from './check-sink.ts'

const ALL: readonly Behaviour[] = ['ok', 'transient', 'permanent', 'partial', 'slow', 'hanging']

/** A receiver in memory, and a sink that does right by it unless `wrong` says otherwise. */
const makeFake = () => {
  const taken: number[] = []
  let behaviour: Behaviour = 'ok'
  const sink: Sink = async (batch, context) => {
    const take = (count: number): void => void taken.push(...batch.slice(0, count).map(({ seq }) => seq))
    switch (behaviour) {
      case 'transient':
        throw new SinkError('busy', { retryable: true })
      case 'permanent':
        throw new SinkError('no')
      case 'partial':
        take(2)
        throw new SinkError('some', { rejectedCount: batch.length - 2 })
      case 'hanging':
        return new Promise((_, reject) => {
          context?.signal?.addEventListener('abort', () => reject(new SinkError('given up')))
        })
      case 'slow':
        await new Promise((resolve) => setImmediate(resolve))
    }
    take(batch.length)
  }
  return {
    sink,
    told: () => behaviour,
    taken: () => taken,
    behave: (next: Behaviour) => {
      behaviour = next
    },
  }
}

type Fake = ReturnType<typeof makeFake>

const failing = async (makeSink: (fake: Fake) => Sink): Promise<string[]> => {
  const failed: string[] = []
  for (const { name, run } of checkSink({ makeFake, makeSink, can: ALL, boundMs: 200 })) {
    try {
      await run()
    } catch {
      failed.push(name)
    }
  }
  return failed
}

suite('checkSink', () => {
  it('passes a sink that keeps the contract', async () => {
    expect(await failing(({ sink }) => sink)).toEqual([])
  })

  it('runs only what the receiver can be told', () => {
    const checks = checkSink({ makeFake, makeSink: ({ sink }) => sink })
    expect(checks.length).toBeGreaterThan(2)
    expect(checks.length).toBeLessThan(checkSink({ makeFake, makeSink: ({ sink }) => sink, can: ALL }).length)
  })

  it.each<[string, (fake: Fake) => Sink, RegExp]>([
    [
      'loses the last',
      ({ sink }) =>
        (batch, context) =>
          sink(batch.slice(0, -1), context),
      /takes every record once/,
    ],
    [
      'takes twice',
      ({ sink }) =>
        async (batch) => {
          await sink(batch)
          await sink(batch)
        },
      /takes every record once/,
    ],
    [
      'reorders',
      ({ sink }) =>
        (batch, context) =>
          sink([...batch].reverse(), context),
      /in order/,
    ],
    [
      'changes the batch',
      ({ sink }) =>
        (batch, context) => {
          for (const record of batch) record.attributes.seen = true
          return sink(batch, context)
        },
      /leaves the batch as it was/,
    ],
    [
      'chokes on an empty message',
      ({ sink }) =>
        (batch, context) => {
          if (batch.some(({ message }) => message === '')) throw new Error('empty')
          return sink(batch, context)
        },
      /awkward/,
    ],
    [
      'swallows failures',
      ({ sink }) =>
        async (batch, context) =>
          Promise.resolve(sink(batch, context)).catch(() => undefined),
      /transient/,
    ],
    [
      'calls everything retryable',
      ({ sink }) =>
        async (batch, context) =>
          Promise.resolve(sink(batch, context)).catch(() => {
            throw new SinkError('?', { retryable: true })
          }),
      /permanent/,
    ],
    [
      'answers before it has sent',
      ({ sink }) =>
        (batch, context) =>
          void Promise.resolve(sink(batch, context)).catch(() => undefined),
      /slow receiver/,
    ],
    [
      'hears no abort',
      ({ sink }) =>
        (batch) =>
          sink(batch),
      /hanging attempt/,
    ],
    [
      'never closes',
      ({ sink }) =>
        Object.assign(((batch, context) => sink(batch, context)) satisfies Sink, {
          close: () => new Promise<void>(() => undefined),
        }),
      /closes twice/,
    ],
  ])('finds the sink that %s', async (_, makeSink, check) => {
    expect(await failing(makeSink)).toContainEqual(expect.stringMatching(check))
  })
})
