/** What a handler says, its options, and the contract of sinks. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { expect, it, describe as suite, vi } from 'vitest'
import type { LogRecord } from '../../record/index.ts'
import { type Behaviour, checkSink, makeRecord, type SinkFake } from '../../testing/index.ts'
import { createDelivery } from '../delivery.ts'
import { SinkError } from '../errors.ts'
import type { Sink } from '../types.ts'
import type { WorkerSinkOptions } from './options.ts'
import { BOUND_MS, handlerModule, over, shared } from './testing.ts'
import { workerSink } from './worker.ts'

/** Records of these servers in turns, `each` of every one. */
const batchOf = (servers: readonly string[], each: number): LogRecord[] =>
  Array.from({ length: servers.length * each }, (_, seq) =>
    makeRecord(seq, { server: servers[seq % servers.length] ?? '' }),
  )

const thrown = async (task: void | Promise<void>): Promise<unknown> => {
  try {
    await task
  } catch (error) {
    return error
  }
  return undefined
}

const sinkError = async (sink: Sink, batch: readonly LogRecord[]): Promise<SinkError> => {
  const error = await thrown(sink(batch))
  expect(error).toBeInstanceOf(SinkError)
  return error as SinkError
}

suite('what a handler refuses', () => {
  it('comes back as it was thrown, without the SDK in the thread', async () => {
    const { sink } = over(
      `export default () => { throw refuse('busy', { retryable: true, retryAfterMs: 70, rejectedCount: undefined }) }`,
    )
    expect(await sinkError(sink, [makeRecord(0)])).toMatchObject({
      message: 'busy',
      retryable: true,
      retryAfterMs: 70,
      rejects: undefined,
    })
  })

  it('is final when it is no SinkError', async () => {
    const { sink } = over(`export default async () => { throw new TypeError('a bug') }`)
    expect(await sinkError(sink, [makeRecord(0)])).toMatchObject({ message: 'a bug', retryable: false })
  })

  it('is told by index of the whole batch, however it was divided', async () => {
    const { sink } = over(`
      export default (batch) => {
        const [{ server }] = batch
        if (server === 'a') return
        if (server === 'b')
          throw refuse('some', { rejects: [{ index: 1, reason: 'too old', retryable: false }, { index: 2, reason: 'later', retryable: true }] })
        if (server === 'c') throw refuse('counted', { rejectedCount: 2, retryAfterMs: 20 })
        throw refuse('wait', { retryable: true, retryAfterMs: 10 })
      }`)
    const error = await sinkError(sink, batchOf(['a', 'b', 'c', 'd'], 3))
    expect(error.message).toBe('some (and 2 more of its servers)')
    expect(error).toMatchObject({ rejectedCount: 2, retryAfterMs: 20 })
    expect(error.rejects).toEqual([
      { index: 9, reason: 'later', retryable: true },
      { index: 5, reason: 'too old', retryable: false },
      { index: 3, reason: 'wait', retryable: true },
      { index: 7, reason: 'wait', retryable: true },
      { index: 11, reason: 'wait', retryable: true },
    ])
  })

  it('may be something no thread can pass on', async () => {
    const { sink } = over(
      `export default () => { throw refuse('odd', { rejects: [{ index: 0, reason: Symbol('x') }], retryAfterMs: () => 1 }) }`,
    )
    expect(await sinkError(sink, [makeRecord(0)])).toMatchObject({
      message: 'odd',
      retryAfterMs: undefined,
      rejects: [{ index: 0, reason: 'Symbol(x)', retryable: false }],
    })
  })
})

suite('flush and close', () => {
  const HOLDS = `
    let held = []
    const sink = (batch) => void held.push(...batch.map(({ seq }) => seq))
    sink.flush = async () => { for (const seq of held.splice(0)) note(seq) }
    sink.close = async () => { await sink.flush(); note('closed') }
    export default sink`

  it('let go what the handlers of all threads hold', async () => {
    const { sink, notes } = over(HOLDS)
    const delivery = createDelivery(sink)
    for (const record of batchOf(['a', 'b', 'c'], 5)) delivery.push(record)
    expect(await delivery.flush(BOUND_MS)).toEqual({ left: 0 })
    expect(
      notes()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 15 }, (_, seq) => seq))
    for (const record of batchOf(['a', 'b'], 1)) delivery.push(record)
    expect(await delivery.close(BOUND_MS)).toEqual({ left: 0 })
    expect(notes().slice(15).sort()).toEqual(['0', '1', 'closed', 'closed', 'closed'])
  })

  it('pass on what a handler throws there', async () => {
    const { sink } = over(`
      const sink = () => undefined
      sink.flush = () => { throw new Error('not flushed') }
      export default sink`)
    await sink([makeRecord(0)])
    expect(await thrown(sink.flush?.(BOUND_MS))).toMatchObject({ message: 'not flushed' })
  })

  it('a flush that does not end in time leaves the thread alone', async () => {
    const { sink, notes } = over(`
      note('started')
      const sink = (batch) => note(batch[0].seq)
      sink.flush = () => new Promise(() => undefined)
      export default sink`)
    await sink([makeRecord(0)])
    await sink.flush?.(20)
    await sink([makeRecord(1)])
    expect(notes()).toEqual(['started', '0', '1'])
  })

  it('close ends a thread that hangs, and tells what was not answered for', async () => {
    const counter = shared()
    const { sink } = over(
      `export const createSink = (counter) => () => { Atomics.add(counter, 0, 1); for (;;) Atomics.add(counter, 1, 1) }`,
      { data: counter },
    )
    const delivery = createDelivery(sink, { batch: 2 })
    for (let seq = 0; seq < 5; seq++) delivery.push(makeRecord(seq))
    await vi.waitFor(() => expect(Atomics.load(counter, 0)).toBe(1), BOUND_MS)
    expect(await delivery.close(100)).toEqual({ left: 5 })
    expect(delivery.stats()).toMatchObject({ delivered: 0, queued: 0, dropped: { closed: 5 } })
    // The delivery does not wait for more than it was told to; the thread is over when the sink's own close is.
    await sink.close?.(1)
    const stopped = Atomics.load(counter, 1)
    expect(Atomics.load(counter, 0)).toBe(1)
    // Time enough for another thread to start and work is time enough for this one to count on.
    const another = over('export default () => undefined')
    await another.sink([makeRecord(0)])
    expect(Atomics.load(counter, 1)).toBe(stopped)
  })
})

suite('options', () => {
  const problem = (module: unknown, options: unknown = {}): string => {
    try {
      workerSink(module as string, options as WorkerSinkOptions)
    } catch (error) {
      return String(error)
    }
    return 'none'
  }
  const MODULE = 'data:text/javascript,export default () => 0'

  it.each([
    ['module', undefined, {}],
    ['module', '', {}],
    ['module', '/no/such/file.mjs', {}],
    ['module', new URL('https://example.com/handler.js'), {}],
    ['threads', MODULE, { threads: 0 }],
    ['data', MODULE, { data: () => 0 }],
    ['attemptMs', MODULE, { attemptMs: -1 }],
    ['attempts', MODULE, { attempts: 1.5 }],
    ['resourceLimits', MODULE, { resourceLimits: { maxOldGenerationSizeMb: '1' } }],
    ['onError', MODULE, { onError: 'x' }],
    ['thread', MODULE, { thread: 2 }],
  ])('a wrong %s is named', (name, module, options) => {
    expect(problem(module, options)).toContain(`"${name}"`)
  })

  it.each([
    ['throws', `throw new Error('no database')`, /no database/],
    ['is no JavaScript', 'export default (', /./],
    ['has no handler', 'export const other = 1', /neither a default export .* nor a function createSink/],
    ['makes no handler', 'export const createSink = () => 7', /createSink gives no function/],
    [
      'fails to make one',
      `export const createSink = async () => { throw new Error('no table') }`,
      /no table/,
    ],
  ])(
    'a module that %s is a clear, final error of its option, and no endless restart',
    async (_, code, why) => {
      const errors: Error[] = []
      const { sink } = over(code, { onError: (error) => errors.push(error) })
      const error = await sinkError(sink, batchOf(['a'], 2))
      expect(error.message).toMatch(/^workerSink: the option "module" cannot be used: /)
      expect(error.message).toMatch(why)
      expect(error).toMatchObject({ retryable: false, rejects: undefined })
      expect(errors).toHaveLength(1)
    },
  )

  it('data is not shown by the sink, nor in what goes wrong', async () => {
    const { sink } = over('export const createSink = () => 7', { data: { key: 'hush-1234' } })
    const error = await sinkError(sink, [makeRecord(0)])
    expect(inspect([sink, error], { depth: 9, showHidden: true })).not.toContain('hush')
  })
})

suite('the contract of sinks, with a receiver that the threads send to', () => {
  /** Takes batches over HTTP and does as it is told. */
  const makeFake = async (): Promise<SinkFake & { url: string }> => {
    let behaviour: Behaviour = 'ok'
    const taken: number[] = []
    const answer = (response: ServerResponse, seqs: number[]): void => {
      if (behaviour === 'hanging') return
      if (behaviour === 'transient') return void response.writeHead(503).end()
      if (behaviour === 'permanent') return void response.writeHead(400).end()
      const refused = behaviour === 'partial' ? 2 : 0
      taken.push(...seqs.slice(refused))
      const end = (): void => void response.end(JSON.stringify({ refused }))
      if (behaviour === 'slow') setTimeout(end, 50)
      else end()
    }
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += String(chunk)
      answer(response, JSON.parse(body) as number[])
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return {
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      behave: (next) => {
        behaviour = next
      },
      taken: () => taken,
      close: () => {
        server.closeAllConnections()
        server.close()
      },
    }
  }

  const SENDS = `
    export const createSink = (url) => async (batch, { signal }) => {
      const body = JSON.stringify(batch.map(({ seq }) => seq))
      const response = await fetch(url, { method: 'POST', body, signal })
      if (!response.ok) throw refuse('refused', { retryable: response.status === 503 })
      const { refused } = await response.json()
      const rejects = Array.from({ length: refused }, (_, index) => ({ index, reason: 'no', retryable: false }))
      if (refused > 0) throw refuse('some', { rejects })
    }`
  for (const { name, run } of checkSink({
    makeFake,
    makeSink: ({ url }) => workerSink(handlerModule(SENDS).url, { data: url }),
    can: ['ok', 'transient', 'permanent', 'partial', 'slow', 'hanging'],
  }))
    it(name, run)
})
