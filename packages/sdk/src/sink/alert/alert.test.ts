import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { describe, expect, it, onTestFinished, test } from 'vitest'
import { waitFor } from '../../../../../test/kit/wait.ts'
import { LEVELS, type LogRecord, type NamedCall } from '../../record/index.ts'
import { checkSink, makeRecord, type SinkFake } from '../../testing/index.ts'
import { SinkError } from '../errors.ts'
import { type MemorySink, memorySink } from '../memory.ts'
import { through } from '../through.ts'
import type { Sink } from '../types.ts'
import { type AlertSink, alert } from './alert.ts'
import type { AlertOptions } from './options.ts'

const BASE = 1_760_000_000_000

/** An alert that tells a memory sink, on a clock that the test turns. */
const start = (options: Partial<AlertOptions> = {}) => {
  const memory = memorySink()
  const clock = { now: BASE }
  const sink = alert({ when: 'level:>=error', to: [memory], now: () => clock.now, ...options })
  onTestFinished(() => sink.close(0))
  const told = async (): Promise<LogRecord[]> => {
    await sink.flush(5000)
    return memory.records()
  }
  return { sink, memory, clock, told }
}

const alertOf = ({ attributes }: LogRecord): Record<string, unknown> =>
  attributes.alert as Record<string, unknown>
const error = (seq: number, fields: Partial<LogRecord> = {}): LogRecord =>
  makeRecord(seq, { level: 'error', message: `error ${seq}`, ...fields })

const call: NamedCall = {
  ...{ id: 'c1', method: 'tools/call', tool: 'charge', requestId: 7 },
  ...{ from: 'client', attribution: 'inferred' },
}

describe('every level', () => {
  const table = LEVELS.flatMap((least, at) =>
    LEVELS.map((level, index) => [least, level, index >= at] as const),
  )

  it.each(table)('level:>=%s and a record of level %s: fires %s', async (least, level, fires) => {
    const { sink, told } = start({ when: `level:>=${least}` })
    sink([makeRecord(0, { level })])
    expect((await told()).map((one) => one.level)).toEqual(fires ? [level] : [])
  })

  it('a notice has the highest level of the records it tells of', async () => {
    const { sink, told } = start({ when: 'level:>=debug', threshold: 8 })
    sink([...LEVELS].reverse().map((level, seq) => makeRecord(seq, { level })))
    expect((await told()).map(({ level }) => level)).toEqual(['emergency'])
  })
})

describe('a notice', () => {
  it('tells what fired, and ends with a notice that it is over', async () => {
    const { sink, clock, told } = start({ threshold: 2, window: '5m', cooldown: '1m', name: 'Errors' })
    sink([error(0, { server: 'payments' }), makeRecord(1, { server: 'payments' })])
    clock.now += 1000
    sink([error(2, { server: 'payments', level: 'alert', traceId: 'a'.repeat(32), call })])
    clock.now += 90_000
    sink([error(3, { server: 'payments' })])
    clock.now += 700_000
    // Another group's record does not end it; its own does, before it counts anew.
    sink([error(4, { server: 'search' })])
    expect(sink.stats()).toMatchObject({ resolved: 0, firing: 1 })
    sink([error(5, { server: 'payments' })])
    const [fired, reminder, resolved, ...more] = await told()
    expect(more).toEqual([])
    const shared = { name: 'Errors', when: 'level:>=error', threshold: 2, windowMs: 300_000 }
    const group = { server: 'payments' }
    const firedId = fired && alertOf(fired).firedId
    expect(firedId).toMatch(/^[0-9a-f-]{36}$/)
    const brief = (seq: number, level = 'error', rest: object = {}) => ({
      ...{ time: BASE + seq, level, server: 'payments', message: `error ${seq}` },
      ...rest,
    })
    const second = brief(2, 'alert', { call: { id: 'c1', method: 'tools/call', tool: 'charge' } })
    const since = BASE + 1000
    const base = { source: 'app', server: 'payments', run: fired?.run, id: expect.any(String) }
    expect(fired).toEqual({
      ...base,
      ...{ time: since, observed: since, seq: 0, level: 'alert' },
      message: 'Errors: payments: 2 records level:>=error within 5 min',
      attributes: {
        alert: { ...shared, group, state: 'firing', count: 2, since, firedId },
        records: [brief(0), second],
        story: {
          ...{ id: 'c1', method: 'tools/call', tool: 'charge', server: 'payments', status: 'started' },
          records: [brief(2, 'alert')],
        },
      },
      call,
      traceId: 'a'.repeat(32),
    })
    expect(reminder).toMatchObject({
      ...base,
      ...{ seq: 1, level: 'alert', message: 'Errors: payments: still 3 records level:>=error within 5 min' },
      attributes: {
        alert: { ...shared, group, state: 'firing', count: 3, since, firedId, reminder: 1 },
        records: [brief(0), second, brief(3)],
      },
    })
    expect(resolved).toMatchObject({
      ...base,
      ...{ seq: 2, level: 'notice', time: BASE + 791_000 },
      message: 'Errors: payments: resolved: 3 records level:>=error in 13.2 min',
      attributes: {
        alert: { ...shared, group, state: 'resolved', count: 3, since, firedId },
        records: [brief(0), second, brief(3)],
      },
    })
    expect(sink.stats()).toMatchObject({
      ...{ received: 6, matched: 5, failed: 0, fired: 1, reminded: 1, resolved: 1, firing: 0, groups: 2 },
      to: [{ received: 3, delivered: 3, dropped: {} }],
    })
  })

  it('holds the newest ten records, cut, however many and large they are', async () => {
    const { sink, told } = start({ threshold: 15 })
    sink(Array.from({ length: 15 }, (_, seq) => error(seq, { message: `${seq} ${'word '.repeat(20_000)}` })))
    const [notice] = await told()
    const records = notice?.attributes.records as { message: string }[]
    expect(records.map(({ message }) => Number.parseInt(message, 10))).toEqual([
      5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    ])
    expect(Math.max(...records.map(({ message }) => Buffer.byteLength(message)))).toBeLessThanOrEqual(500)
  })

  it('tells the story of the newest call it is sure of: start, records, outcome so far', async () => {
    const { sink, told } = start({ threshold: 3 })
    const own = (seq: number, fields: Partial<LogRecord>): LogRecord =>
      makeRecord(seq, { source: 'call', message: `call ${seq}`, ...fields })
    const other = { ...call, id: 'c2' }
    sink([
      own(0, { call: { ...call, status: 'started' }, attributes: { arguments: { cents: 100 } } }),
      own(1, { call: { ...other, status: 'started' } }),
      ...Array.from({ length: 20 }, (_, n) => makeRecord(2 + n, { call })),
      error(30, { call }),
      own(31, { level: 'error', call: { ...call, status: 'tool_error', durationMs: 12 } }),
      error(32, { call: { attribution: 'ambiguous', candidates: ['c1', 'c2'] } }),
    ])
    const [notice] = await told()
    expect(notice?.call).toEqual(call)
    const { records, ...story } = (notice?.attributes.story ?? {}) as { records: Record<string, unknown>[] }
    expect(story).toEqual({
      ...{ id: 'c1', method: 'tools/call', tool: 'charge', server: 'analytics' },
      ...{ status: 'tool_error', durationMs: 12, left: 3 },
    })
    expect(records).toHaveLength(20)
    expect(records[0]).toMatchObject({ message: 'call 0', arguments: '{"cents":100}' })
    expect(records[1]).toMatchObject({ message: 'record 5 – 记录' })
    expect(records.slice(-2).map(({ message }) => message)).toEqual(['error 30', 'call 31'])
  })

  it('is about the newest call, whose story is forgotten when nothing was heard of it for 200 others', async () => {
    const { sink, told } = start({ threshold: 2 })
    const of = (id: string) => ({ call: { ...call, id } })
    sink([makeRecord(0, of('c0')), ...Array.from({ length: 200 }, (_, n) => makeRecord(n, of(`other ${n}`)))])
    sink([error(1, of('c1')), error(2, of('c0'))])
    const [notice] = await told()
    expect(notice?.attributes.story).toMatchObject({ id: 'c0', records: [{ message: 'error 2' }] })
  })

  it('fires no alert, whatever made it', async () => {
    const first = start({ when: () => true })
    first.sink([error(0)])
    const second = start({ when: () => true })
    second.sink(await first.told())
    expect(await second.told()).toEqual([])
    expect(second.sink.stats()).toMatchObject({ received: 0, fired: 0 })
    // An attribute of that name alone makes no notice.
    second.sink([error(1, { attributes: { alert: { on: true } } })])
    expect(second.sink.stats()).toMatchObject({ received: 1, fired: 1 })
  })
})

describe('groups', () => {
  it.each([
    [[], [{}]],
    [['server'], [{ server: 'a' }, { server: 'b' }]],
    [
      ['tool', '@user.id'],
      [{ tool: 'charge', '@user.id': 7 }, { '@user.id': '7' }, {}],
    ],
    [
      ['level', 'server'],
      [
        { level: 'error', server: 'a' },
        { level: 'critical', server: 'b' },
        { level: 'error', server: 'b' },
      ],
    ],
  ])('%j', async (groupBy, groups) => {
    const { sink, told } = start({ groupBy, cooldown: 1e9 })
    const all = [
      error(0, { server: 'a', call, attributes: { user: { id: 7 } } }),
      error(1, { server: 'a', call, attributes: { user: { id: 7 } } }),
      error(2, { server: 'b', level: 'critical', attributes: { user: { id: '7' } } }),
      error(3, { server: 'b' }),
    ]
    sink(all)
    const notices = await told()
    expect(notices.map((notice) => alertOf(notice).group ?? {})).toEqual(groups)
    const servers = groups.map((group) => ('server' in group ? group.server : 'logboom'))
    expect(notices.map(({ server }) => server)).toEqual(servers)
  })
})

describe('time', () => {
  it('brings what is over and what is new without another record', async () => {
    // The window is long beside the cool-down: a busy machine may look late, but not so late that the reminder is left out.
    const { sink, memory } = start({ window: 5000, cooldown: 20, now: () => performance.now() })
    sink([error(0)])
    sink([error(1)])
    await waitFor('the resolve', () => memory.records().some((one) => alertOf(one).state === 'resolved'))
    expect(
      memory.records().map((one) => [alertOf(one).state, alertOf(one).reminder, alertOf(one).count]),
    ).toEqual([
      ['firing', undefined, 1],
      ['firing', 1, 2],
      ['resolved', undefined, 2],
    ])
  })

  it('keeps no process alive, and closing invents nothing', async () => {
    const { sink, memory } = start({ window: '1h' })
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    sink([error(0)])
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before)
    await sink.close(5000)
    expect(memory.records().map((one) => alertOf(one).state)).toEqual(['firing'])
    expect(() => sink([error(1)])).toThrow(SinkError)
  })
})

describe('targets', () => {
  const refusing = (times: number): { sink: Sink; taken: string[]; attempts: () => number } => {
    const taken: string[] = []
    let attempts = 0
    const sink: Sink = (batch) => {
      attempts += 1
      if (attempts <= times) throw new SinkError('not now', { retryable: true })
      taken.push(...batch.map(({ message }) => message))
    }
    return { sink, taken, attempts: () => attempts }
  }

  it('one that hangs holds up nobody, and what it was not told is counted', async () => {
    const hanging: Sink = () => new Promise<void>(() => undefined)
    const memory = memorySink()
    const { sink } = start({ to: [hanging, memory], groupBy: ['seq'] })
    sink(Array.from({ length: 1500 }, (_, seq) => error(seq)))
    await waitFor('the other', () => memory.records().length === 1000)
    await sink.close(20)
    const [first, second] = sink.stats().to
    expect(first).toMatchObject({ received: 1000, delivered: 0, dropped: { closed: 1000 } })
    expect(second).toMatchObject({ received: 1000, delivered: 1000, dropped: {} })
    expect(sink.stats()).toMatchObject({ fired: 1000, ungrouped: 500 })
  })

  it('one that fails is asked again, and every failure is told', async () => {
    const { sink: target, taken, attempts } = refusing(3)
    const errors: unknown[] = []
    const { sink } = start({ to: [target], retry: { firstMs: 1 }, onError: (one) => void errors.push(one) })
    sink([error(0)])
    await waitFor('the notice', () => taken.length > 0)
    expect([taken, attempts(), errors.length]).toEqual([
      ['analytics: 1 record level:>=error within 5 min'],
      4,
      3,
    ])
  })

  it('one that never takes anything is given up, and that is counted', async () => {
    const { sink: target, attempts } = refusing(99)
    const { sink } = start({ to: [target], retry: { attempts: 2, firstMs: 1 } })
    sink([error(0)])
    await waitFor('the end', () => sink.stats().to[0]?.queued === 0)
    expect([attempts(), sink.stats().to[0]?.dropped]).toEqual([2, { failed: 1 }])
  })

  it('has its own transforms', async () => {
    const memory = memorySink()
    const { sink } = start({ to: [through([(record) => ({ ...record, server: 'renamed' })], memory)] })
    sink([error(0)])
    await sink.flush(5000)
    expect(memory.records().map(({ server }) => server)).toEqual(['renamed'])
  })

  it('one of two alerts is closed with the second of them', async () => {
    let closed = 0
    const taken: string[] = []
    const target: Sink = Object.assign(
      (batch: readonly LogRecord[]) => void taken.push(...batch.map((one) => one.server)),
      {
        close: async () => void closed++,
      },
    )
    const one = alert({ when: 'level:error', to: [target] })
    const two = alert({ when: 'level:error', to: [target] })
    one([error(0, { server: 'one' })])
    await Promise.all([one.close(1000), one.close(1000)])
    expect(closed).toBe(0)
    two([error(1, { server: 'two' })])
    await two.close(1000)
    expect([closed, taken]).toEqual([1, ['one', 'two']])
  })

  it('is told over HTTP by a sink that is a plain function', async () => {
    const bodies: string[] = []
    const server = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text))
      request.on('end', () => response.end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { sink } = start({
      to: [async (batch) => void (await fetch(url, { method: 'POST', body: JSON.stringify(batch) }))],
    })
    sink([error(0)])
    await sink.close(5000)
    expect(JSON.parse(bodies.join(''))).toMatchObject([{ attributes: { alert: { state: 'firing' } } }])
  })
})

describe('when', () => {
  it('may be a function; one that throws, or answers later, matches nothing and is counted', async () => {
    const errors: unknown[] = []
    const onError = (one: unknown): void => {
      errors.push(one)
      throw new Error('and this is ignored')
    }
    const picky = start({
      when: function tooBig({ attributes }) {
        if (attributes.n === undefined) throw new Error('no n')
        return Number(attributes.n) > 3
      },
      onError,
    })
    picky.sink([
      makeRecord(0),
      makeRecord(1, { attributes: { n: 3 } }),
      makeRecord(2, { attributes: { n: 4 } }),
    ])
    expect((await picky.told()).map(({ message }) => message)).toEqual([
      'analytics: 1 record tooBig within 5 min',
    ])
    expect(picky.sink.stats()).toMatchObject({ received: 3, matched: 1, failed: 1 })
    const later = start({ when: (async () => Promise.reject(new Error('late'))) as never, onError })
    later.sink([makeRecord(0)])
    expect(later.sink.stats()).toMatchObject({ matched: 0, failed: 1 })
    expect(errors).toHaveLength(2)
  })

  it('may hold regular expressions, on the engine that is given', async () => {
    const regex: AlertOptions['regex'] = (source, { ignoreCase }) => {
      const made = new RegExp(source, ignoreCase ? 'i' : '')
      return (text) => made.test(text)
    }
    const { sink, told } = start({ when: '/ECONN(REFUSED|RESET)/', regex })
    sink([makeRecord(0, { message: 'connect ECONNRESET' }), makeRecord(1, { message: 'connect EPIPE' })])
    expect(await told()).toHaveLength(1)
    expect(sink.stats().matched).toBe(1)
  })
})

describe('options', () => {
  const secret = 'hunter2-secret'
  const to = [memorySink()]

  it.each<[string, object]>([
    ['"when" is needed', { to }],
    ['"when" is no query', { when: 'level:>=', to }],
    ['"when" is no query', { when: '/x/', to }],
    ['"to" is needed', { when: 'x' }],
    ['"to"', { when: 'x', to: [] }],
    ['"to"', { when: 'x', to: [secret] }],
    ['"name"', { when: 'x', to, name: '' }],
    ['"window"', { when: 'x', to, window: `${secret}m` }],
    ['"window"', { when: 'x', to, window: '5' }],
    ['"window"', { when: 'x', to, window: '5mb' }],
    ['"window"', { when: 'x', to, window: 0 }],
    ['"window"', { when: 'x', to, window: Number.POSITIVE_INFINITY }],
    ['"threshold"', { when: 'x', to, threshold: 0 }],
    ['"threshold"', { when: 'x', to, threshold: 1.5 }],
    ['"cooldown"', { when: 'x', to, cooldown: '-1m' }],
    ['"groupBy"', { when: 'x', to, groupBy: 'server' }],
    ['"groupBy"', { when: 'x', to, groupBy: ['sevrer'] }],
    ['"groupBy"', { when: 'x', to, groupBy: ['@'] }],
    ['"maxGroups"', { when: 'x', to, maxGroups: -1 }],
    ['"regex"', { when: 'x', to, regex: /x/ }],
    ['"retry"', { when: 'x', to, retry: 3 }],
    ['"attempts"', { when: 'x', to, retry: { attempts: 0 } }],
    ['"onError"', { when: 'x', to, onError: secret }],
    ['"now"', { when: 'x', to, now: 5 }],
    ['has no option "treshold"', { when: 'x', to, treshold: 1 }],
  ])('says what is wrong: %s of %j', (named, options) => {
    const failure = (() => {
      try {
        alert(options as AlertOptions)
        return undefined
      } catch (error) {
        return error
      }
    })()
    expect(failure).toMatchObject({ code: 'LB_SINK_OPTIONS', message: expect.stringContaining(named) })
    expect(inspect(failure)).not.toContain(secret)
  })

  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    [250, 250],
  ])('a window of %s is %i ms', async (window, windowMs) => {
    const { sink, told } = start({ window })
    sink([error(0)])
    expect((await told()).map((notice) => alertOf(notice).windowMs)).toEqual([windowMs])
  })

  it('shows nothing of its targets', () => {
    const target: Sink & { token?: string } = Object.assign(() => {}, { token: secret })
    const { sink } = start({ to: [target] })
    expect(inspect(sink, { depth: null, showHidden: true })).not.toContain(secret)
  })
})

describe('as a sink', () => {
  const checks = checkSink<SinkFake & { notices: MemorySink }>({
    makeFake: () => {
      const notices = memorySink()
      const seqOf = (one: LogRecord): number => Number((alertOf(one).group as { seq: number }).seq)
      return { notices, behave: () => {}, taken: () => notices.records().map(seqOf) }
    },
    makeSink: ({ notices }): AlertSink => alert({ when: () => true, groupBy: ['seq'], to: [notices] }),
  })
  for (const { name, run } of checks) it(name, run)
})

test('a flood of large records in many groups and calls leaves little in memory', async () => {
  const { sink } = start({ when: () => true, window: '1h', groupBy: ['@n'], threshold: 5, to: [() => {}] })
  const grown = await heapGrowth(() => {
    for (let n = 0; n < 10_000; n++) {
      const id = `c${n % 3000}`
      sink([
        makeRecord(n, { message: 'x y '.repeat(4000), attributes: { n: n % 2000 }, call: { ...call, id } }),
      ])
    }
  })
  expect(sink.stats()).toMatchObject({ received: 10_000, groups: 1000 })
  // 10,000 messages of 16 kB each: 160 MB.
  expect(grown).toBeLessThan(20_000_000)
})

const heapGrowth = async (work: () => void): Promise<number> => {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const held = (): number => {
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = held()
  work()
  return held() - before
}
