import { describe, expect, it, vi } from 'vitest'
import type { LogRecord, Source } from '../record/index.ts'
import type { Sink } from '../sink/index.ts'
import { memorySink } from '../sink/memory.ts'
import { createOutlets, type HandlerOptions, type LoggingStats, perServer } from './handlers.ts'
import type { ClientWarning } from './warnings.ts'

let seq = 0
const record = (
  message: string,
  source: Source = 'message',
  level: LogRecord['level'] = 'info',
): LogRecord => ({
  id: `id-${seq}`,
  time: 1,
  observed: 1,
  seq: seq++,
  level,
  server: 's',
  run: 'r',
  source,
  message,
  attributes: {},
})

const messages = (records: readonly LogRecord[]): string[] => records.map(({ message }) => message)

const open = (options: HandlerOptions) => {
  const warnings: ClientWarning[] = []
  const outlets = createOutlets({ onWarning: (warning) => warnings.push(warning), ...options })
  return { outlets, outlet: outlets.open('s'), warnings }
}

/** Every one of them is accounted for. */
const balanced = ({
  received,
  delivered,
  queued,
  dropped,
}: Pick<LoggingStats, 'received' | 'delivered' | 'queued' | 'dropped'>) =>
  received === delivered + queued + Object.values(dropped).reduce((sum, n) => sum + n, 0)

const until = () => {
  let release = (): void => {}
  const promise = new Promise<void>((resolve) => {
    release = resolve
  })
  return { promise, release }
}

describe('handlers', () => {
  it('get logs, or everything', async () => {
    const [logs, all, batched]: LogRecord[][] = [[], [], []]
    const { outlets, outlet } = open({
      onLog: (each) => void logs?.push(each),
      onRecord: async (each) => void all?.push(each),
      sinks: [(batch) => void batched?.push(...batch)],
    })
    const sources: Source[] = [
      'message',
      'notification',
      'stderr',
      'stdout',
      'call',
      'lifecycle',
      'otlp',
      'app',
    ]
    for (const source of sources) outlet.take(record(source, source))
    expect(await outlets.flush()).toEqual({ left: 0 })
    expect(messages(logs ?? [])).toEqual(['message', 'stderr', 'stdout', 'otlp', 'app'])
    expect(messages(all ?? [])).toEqual(sources)
    expect(messages(batched ?? [])).toEqual(sources)
  })

  it('row 14: that throw are called for every record, are told, and hold up nobody', async () => {
    const errors: string[] = []
    const others: string[] = []
    let calls = 0
    const { outlets, outlet } = open({
      onLog: () => {
        calls += 1
        throw new Error(`no ${calls}`)
      },
      onRecord: async ({ message }) => {
        if (message === 'b') throw new Error('not b')
        others.push(message)
      },
      onError: (error, { server, handler }) => errors.push(`${server} ${handler} ${String(error)}`),
    })
    for (const message of ['a', 'b', 'c']) outlet.take(record(message))
    await outlets.flush()
    expect(calls).toBe(3)
    expect(others).toEqual(['a', 'c'])
    expect(errors.toSorted()).toEqual([
      's onLog Error: no 1',
      's onLog Error: no 2',
      's onLog Error: no 3',
      's onRecord Error: not b',
    ])
    const stats = outlets.stats()
    expect(stats).toMatchObject({ records: 3, received: 6, delivered: 2, queued: 0, dropped: { failed: 4 } })
  })

  it('that throw are one warning each where nobody listens to errors', async () => {
    const { outlets, outlet, warnings } = open({
      onLog: () => {
        throw new Error('no')
      },
    })
    for (const message of ['a', 'b', 'c']) outlet.take(record(message))
    await outlets.flush()
    expect(warnings).toEqual([expect.objectContaining({ code: 'handler_failed', server: 's' })])
  })

  it('may be made for each server', async () => {
    const seen: string[] = []
    const outlets = createOutlets({
      onLog: perServer(
        (server) =>
          ({ message }) =>
            void seen.push(`${server}:${message}`),
      ),
    })
    const [a, b] = [outlets.open('a'), outlets.open('b')]
    a.take(record('1'))
    b.take(record('2'))
    await outlets.flush()
    expect(seen.toSorted()).toEqual(['a:1', 'b:2'])
  })

  it('row 28: closing hands over what waits', async () => {
    const seen: string[] = []
    const { outlets, outlet } = open({
      onLog: async ({ message }) => {
        await new Promise((resolve) => setTimeout(resolve, 40))
        seen.push(message)
      },
    })
    for (const message of ['1', '2', '3', '4', '5']) outlet.take(record(message))
    expect(await outlets.close()).toEqual({ left: 0 })
    expect(seen).toEqual(['1', '2', '3', '4', '5'])
  })

  it('row 28: closing in too little time tells exactly how many are left', async () => {
    const seen: string[] = []
    const gate = until()
    const { outlets, outlet } = open({
      onLog: async ({ message }) => {
        if (message === '3') await gate.promise
        seen.push(message)
      },
    })
    for (const message of ['1', '2', '3', '4', '5']) outlet.take(record(message))
    await vi.waitFor(() => expect(seen).toEqual(['1', '2']))
    expect(outlets.stats()).toMatchObject({ received: 5, delivered: 2, queued: 3 })
    expect(await outlets.flush({ timeoutMs: 20 })).toEqual({ left: 3 })
    expect(await outlets.close({ timeoutMs: 20 })).toEqual({ left: 3 })
    expect(outlets.stats()).toMatchObject({ received: 5, delivered: 2, queued: 0, dropped: { closed: 3 } })
    gate.release()
    outlet.take(record('late'))
    expect(outlets.stats()).toMatchObject({ received: 6, delivered: 2, dropped: { closed: 4 } })
  })

  it('row 29: keep the order of a server, however long each record takes', async () => {
    const seen: string[] = []
    const { outlets, outlet } = open({
      onLog: async ({ message }) => {
        const ms = (Number(message) * 7) % 5
        await new Promise((resolve) => setTimeout(resolve, ms))
        seen.push(message)
      },
    })
    const sent = Array.from({ length: 50 }, (_, n) => String(n))
    for (const message of sent) outlet.take(record(message))
    await outlets.close()
    expect(seen).toEqual(sent)
  })

  it('of one server wait for nobody of another', async () => {
    const gate = until()
    const seen: string[] = []
    const outlets = createOutlets({
      onLog: async ({ message }) => {
        if (message === 'stuck') await gate.promise
        seen.push(message)
      },
    })
    const [a, b] = [outlets.open('a'), outlets.open('b')]
    a.take(record('stuck'))
    a.take(record('behind'))
    b.take(record('free'))
    await vi.waitFor(() => expect(seen).toEqual(['free']))
    gate.release()
    await outlets.close()
    expect(seen).toEqual(['free', 'stuck', 'behind'])
  })
})

describe('a full queue', () => {
  it('row 35: 100,000 logs into a stuck sink are bounded and counted', async () => {
    const gate = until()
    const seen: LogRecord[] = []
    const { outlets, outlet, warnings } = open({
      sinks: [
        async (batch) => {
          await gate.promise
          seen.push(...batch)
        },
      ],
    })
    for (let n = 0; n < 100_000; n++)
      outlet.take(record(`log ${n}`, 'message', n % 1000 === 0 ? 'error' : 'info'))
    const stuck = outlets.stats()
    expect(warnings).toHaveLength(1)
    expect(stuck.queued).toBeLessThanOrEqual(10_000)
    expect(stuck.received).toBe(100_000)
    expect(balanced(stuck)).toBe(true)
    gate.release()
    expect(await outlets.close()).toEqual({ left: 0 })
    const { delivered, dropped } = outlets.stats()
    expect(delivered + (dropped.overflow ?? 0)).toBe(100_000)
    expect(seen.filter(({ level }) => level === 'error')).toHaveLength(100)
    const told = seen.filter(({ source }) => source === 'lifecycle')
    expect(told.map(({ attributes }) => attributes)).toEqual([
      { event: 'drop', reason: 'overflow', records: dropped.overflow, handler: 'sinks[0]' },
    ])
    expect(warnings).toEqual([expect.objectContaining({ code: 'records_dropped', server: 's' })])
  })

  it('is told to everybody who wants more than logs, in one record', async () => {
    const gate = until()
    const [logs, all, batched]: [LogRecord[], LogRecord[], LogRecord[]] = [[], [], []]
    const { outlets, outlet } = open({
      queue: { maxRecords: 3, whenFull: 'drop_oldest' },
      onLog: async (each) => {
        await gate.promise
        logs.push(each)
      },
      onRecord: (each) => void all.push(each),
      sinks: [(batch) => void batched.push(...batch)],
    })
    const records = outlets.records()
    // One at a time: only the queue that is stuck fills.
    for (const message of ['1', '2', '3', '4', '5', '6']) {
      outlet.take(record(message))
      await new Promise((resolve) => setImmediate(resolve))
    }
    gate.release()
    await outlets.close()
    const iterated: LogRecord[] = []
    for await (const each of records) iterated.push(each)
    const reports = (of: readonly LogRecord[]) => of.filter(({ source }) => source === 'lifecycle')
    expect(reports(all)).toMatchObject([
      { level: 'warning', server: 's', attributes: { event: 'drop', records: 3, handler: 'onLog' } },
    ])
    expect(reports(batched)).toEqual(reports(all))
    expect(reports(iterated)).toEqual(reports(all))
    expect(reports(logs)).toEqual([])
    expect(balanced(outlets.stats())).toBe(true)
  })

  it('of a sink that stays stuck is told to the others when the connection closes', async () => {
    const all: LogRecord[] = []
    const { outlets, outlet } = open({
      queue: { maxRecords: 2, whenFull: 'drop_newest' },
      onRecord: (each) => void all.push(each),
      sinks: [() => new Promise<void>(() => {})],
    })
    for (const message of ['1', '2', '3', '4', '5']) {
      outlet.take(record(message))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { handlers } = outlets.stats()
    await outlets.close({ timeoutMs: 20 })
    const dropped = handlers.find(({ handler }) => handler === 'sinks[0]')?.dropped.overflow
    expect(dropped).toBeGreaterThan(0)
    expect(all.filter(({ source }) => source === 'lifecycle').map(({ attributes }) => attributes)).toEqual([
      { event: 'drop', reason: 'overflow', records: dropped, handler: 'sinks[0]' },
    ])
  })

  it('counts what was left out before it apart from drops', () => {
    const { outlets, outlet } = open({ onLog: () => {} })
    outlet.skip('below_level')
    outlet.skip('below_level')
    expect(outlets.stats()).toMatchObject({ received: 0, dropped: {}, skipped: { below_level: 2 } })
  })

  it.each([
    ['drop_oldest', ['1', '5', '6']],
    ['drop_newest', ['1', '2', '3']],
    ['block', ['1', '2', '3']],
  ] as const)('with %s keeps %j of six', async (whenFull, kept) => {
    const gate = until()
    const seen: string[] = []
    const { outlets, outlet } = open({
      queue: { maxRecords: 3, whenFull },
      onLog: async ({ message }) => {
        await gate.promise
        seen.push(message)
      },
    })
    outlet.take(record('1'))
    await new Promise((resolve) => setImmediate(resolve))
    for (const message of ['2', '3', '4', '5', '6']) outlet.take(record(message))
    gate.release()
    await outlets.close()
    expect(seen).toEqual(kept)
    expect(outlets.stats()).toMatchObject({ received: 6, delivered: 3, dropped: { overflow: 3 } })
  })
})

describe('sinks', () => {
  const counted = () => {
    const told: string[] = []
    const sink: Sink = Object.assign((batch: readonly LogRecord[]) => void told.push(...messages(batch)), {
      flush: async () => void told.push('flush'),
      close: async () => void told.push('close'),
    })
    return { told, sink }
  }

  it('are closed after their last record, once, with the last connection that uses them', async () => {
    const { told, sink } = counted()
    const [one, two] = [open({ sinks: [sink] }), open({ sinks: [sink] })]
    one.outlet.take(record('a'))
    await one.outlets.close()
    expect(told).toEqual(['a'])
    two.outlet.take(record('b'))
    await two.outlets.close()
    await two.outlets.close()
    expect(told).toEqual(['a', 'b', 'close'])
  })

  it('of one server are closed with it', async () => {
    const { told, sink } = counted()
    const outlets = createOutlets({ sinks: [perServer(() => sink), memorySink()] })
    const outlet = outlets.open('a')
    outlet.take(record('a'))
    await outlet.close(1000)
    expect(told).toEqual(['a', 'close'])
    await outlets.close()
    expect(told).toEqual(['a', 'close'])
  })

  it('that never close are waited for no longer than the time given', async () => {
    const sink: Sink = Object.assign(() => {}, { close: () => new Promise<void>(() => {}) })
    const { outlets } = open({ sinks: [sink] })
    const begun = performance.now()
    await outlets.close({ timeoutMs: 20 })
    expect(performance.now() - begun).toBeLessThan(2000)
  })
})

describe('an iterator of records', () => {
  it('gives every record from its beginning on, and ends with the connection', async () => {
    const { outlets, outlet } = open({})
    outlet.take(record('before'))
    const records = outlets.records()
    outlet.take(record('a'))
    outlet.take(record('b', 'call'))
    await outlets.close()
    const seen: string[] = []
    for await (const { message } of records) seen.push(message)
    expect(seen).toEqual(['a', 'b'])
  })

  it('waits for what comes, and holds nothing once it is left', async () => {
    const { outlets, outlet } = open({})
    const records = outlets.records()
    const first = records.next()
    outlet.take(record('a'))
    expect((await first).value?.message).toBe('a')
    outlet.take(record('b'))
    await records.return?.()
    outlet.take(record('c'))
    expect(await records.next()).toEqual({ done: true, value: undefined })
    expect(outlets.stats()).toMatchObject({ received: 2, delivered: 1, queued: 0, dropped: { overflow: 1 } })
  })

  it('keeps 10,000 for a slow reader, counts the rest', () => {
    const { outlets, outlet } = open({})
    outlets.records()
    for (let n = 0; n < 25_000; n++) outlet.take(record(String(n)))
    expect(outlets.stats()).toMatchObject({ received: 25_000, queued: 10_000, dropped: { overflow: 15_000 } })
  })
})
